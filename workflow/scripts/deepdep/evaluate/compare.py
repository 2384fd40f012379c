"""One table for all models of a protocol: the same lines, genes, folds and bootstrap draws."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.bootstrap import interval, mean_over_genes, patient_counts, resampled
from deepdep.evaluate.gene_sets import REPORTED
from deepdep.evaluate.gene_table import fraction_of_ceiling, gene_table, means_over_genes
from deepdep.evaluate.metrics import Predictions, mean_of_finite
from deepdep.evaluate.paired import Measured, as_pairs, mean_of, paired_rows
from deepdep.evaluate.permutation import PERMUTATIONS
from deepdep.evaluate.ranks import TOP, top_recall
from deepdep.evaluate.splits import UNKNOWN, folds_by_repeat, patients_of_test_lines
from deepdep.evaluate.within import pooled_slope

logger = logging.getLogger("deepdep")

GENE_MEAN = "gene_mean"


@dataclass(frozen=True)
class Setting:
    """What is reported.

    ``genes`` with ``min_lines`` labels; ``draws`` of the bootstrap over patients, for intervals of
    ``level``; ``below``: gene effect of a dependent line; ``references``: models that every other
    model is compared with; ``variants``: model to the one that it varies, with which it is compared
    too; ``permutations`` of labels; ``top`` genes of a line that are looked for.
    """

    genes: list[str]
    min_lines: int
    draws: int
    seed: int
    level: float = 0.95
    below: float = -0.5
    references: Sequence[str] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    permutations: int = PERMUTATIONS
    top: int = TOP

    def bases(self) -> list[str]:
        """Return all models that others are compared with."""
        return list(dict.fromkeys([*self.references, *self.variants.values()]))

    def others(self, model: str) -> list[str]:
        """Return the models that a model is compared with; none for the gene mean, whose r is undefined."""
        wanted = dict.fromkeys([*self.references, self.variants.get(model, model)])
        return [] if model == GENE_MEAN else [name for name in wanted if name != model]


class Comparison(NamedTuple):
    """The summary (a row per model), metrics by model and gene, and differences between models."""

    summary: pd.DataFrame
    genes: pd.DataFrame
    pairs: pd.DataFrame


@dataclass(frozen=True)
class Frame:
    """What all models of a protocol are measured on.

    ``observed``: labels of each repeat. ``means``: training gene means of each repeat, ``lineages``:
    lineage of each test line of each repeat (none if not given), ``counts``: draws x lines of each.
    """

    observed: list[pd.DataFrame]
    means: list[pd.DataFrame]
    splits: pd.DataFrame
    lineages: list[np.ndarray]
    counts: list[np.ndarray]


def gather(
    observed: list[pd.DataFrame],
    predicted: list[pd.DataFrame],
    means: list[pd.DataFrame],
    splits: pd.DataFrame,
) -> list[Predictions]:
    """Put labels and predictions of the repeats that are predicted on one order of lines and genes.

    Each repeat has its own labels and test lines, in the order of ``folds_by_repeat``. A gene of which
    labels count in a fold has to be predicted for all lines of the fold.
    """
    repeats, each = [], folds_by_repeat(splits)
    if not 0 < len(predicted) <= len(each):
        raise ValueError(f"predictions of {len(predicted)} repeats, the splits have {len(each)}")
    parts_of = zip(observed, predicted, means, each, strict=False)
    for repeat, (labels, frame, mean, folds) in enumerate(parts_of):
        lines, genes = folds.index, labels.columns
        parts = [part.loc[lines, genes].to_numpy(np.float64) for part in (labels, frame, mean)]
        for fold in folds.unique():
            own, guess = (part[folds == fold] for part in parts[:2])
            if np.isnan(guess[:, np.isfinite(own).any(axis=0)]).any():
                raise ValueError(f"repeat {repeat}: lines or genes without a prediction")
        repeats.append(Predictions(parts[0], parts[1], parts[2], folds.to_numpy()))
    return repeats


def reported_genes(observed: Sequence[pd.DataFrame], wanted: list[str], min_lines: int) -> list[str]:
    """Return the genes of ``wanted`` with labels of at least ``min_lines`` lines that count in any repeat."""
    there = observed[0][wanted].notna()
    for table in observed[1:]:
        there = there | table.loc[there.index, wanted].notna()
    counts = there.sum()
    kept = list(counts.index[counts >= min_lines])
    if not kept:
        raise InputError(
            f"No gene has {min_lines} labels, the most is {int(counts.max())}.",
            "lower evaluate.min_lines in the config.",
        )
    return kept


def compare_gene_sets(
    sets: Mapping[str, Sequence[pd.DataFrame]],
    predicted: Mapping[str, list[pd.DataFrame]],
    splits: pd.DataFrame,
    setting: Setting,
    lineages: pd.Series | None = None,
    ceilings: pd.DataFrame | None = None,
) -> Comparison:
    """Evaluate every model on every set of genes.

    Parameters
    ----------
    sets
        Name of a set to its labels (``gene_sets``), ``reported`` first.
    predicted, splits, setting, lineages, ceilings
        As of ``compare_models``.

    Returns
    -------
    Comparison
        As of ``compare_models``, with the set (``gene_set``) in the second column of the summary and of
        the differences; metrics by gene are those of ``reported``. A set chosen in the folds of
        which no gene has enough labels is left out, and logged.
    """
    summaries, pairs, genes = [], [], pd.DataFrame()
    for name, observed in sets.items():
        try:
            found = compare_models(observed, predicted, splits, setting, lineages, ceilings)
        except InputError as error:
            if name == REPORTED:
                raise
            logger.warning("gene set %s is not reported: %s", name, error)
            continue
        summaries.append(found.summary)
        pairs.append(found.pairs)
        for table in (found.summary, found.pairs):
            table.insert(1, "gene_set", name)
        genes = found.genes if name == REPORTED else genes
    return Comparison(pd.concat(summaries, ignore_index=True), genes, pd.concat(pairs, ignore_index=True))


def compare_models(
    observed: Sequence[pd.DataFrame],
    predicted: Mapping[str, list[pd.DataFrame]],
    splits: pd.DataFrame,
    setting: Setting,
    lineages: pd.Series | None = None,
    ceilings: pd.DataFrame | None = None,
) -> Comparison:
    """Evaluate every model on the same folds.

    Parameters
    ----------
    observed
        Labels of each repeat, lines x genes; NaN = not measured, or does not count there.
    predicted
        Model to its out-of-fold predictions, one table per repeat; ``gene_mean`` is one of them and
        has all repeats, others may have the first ones only.
    lineages
        Lineage of each line (index: sample); without, r within lineages is missing.
    ceilings
        gene and r between two screens (``fraction_of_ceiling``).

    Returns
    -------
    Comparison
        Metrics are means of those of the model's repeats, over the lines that each of them tests.
        Intervals by bootstrap: a draw takes patients of all lines tested in any repeat (``lines``,
        ``patients``), the same ones in every repeat, and averages its repeats.
    """
    if GENE_MEAN not in predicted:
        raise InputError("The model gene_mean is missing.", "add gene_mean to compare in the config.")
    frame = shared_frame(observed, predicted[GENE_MEAN], splits, setting, lineages)
    known = {name: measure(predicted[name], frame) for name in setting.bases() if name in predicted}
    rows, tables, pairs = [], [], []
    for model, frames in predicted.items():
        found = known.get(model) or measure(frames, frame)
        tables.append(table := gene_rows(found, frame, setting).assign(model=model))
        rows.append(summary_row(found, table, setting) | fraction_of_ceiling(table, ceilings))
        for name in [name for name in setting.others(model) if name in known]:
            pairs += paired_rows(model, found, name, known[name], setting.level)
    patients = patients_of_test_lines(splits)
    summary = pd.DataFrame(rows).assign(patients=patients.nunique())
    summary.insert(0, "model", list(predicted))
    summary.insert(1, "lines", len(patients))
    return Comparison(summary, pd.concat(tables, ignore_index=True), as_pairs(pairs))


def shared_frame(
    observed: Sequence[pd.DataFrame],
    means: list[pd.DataFrame],
    splits: pd.DataFrame,
    setting: Setting,
    lineages: pd.Series | None,
) -> Frame:
    """Choose the genes, order the lines and draw the patients that all models are measured on."""
    genes = reported_genes(observed, setting.genes, setting.min_lines)
    patients, folds = patients_of_test_lines(splits), folds_by_repeat(splits)
    drawn = patient_counts(patients.to_numpy(), setting.draws, setting.seed)
    counts = [drawn[:, patients.index.get_indexer(part.index)] for part in folds]
    named = []
    if lineages is not None:
        named = [lineages.reindex(part.index).fillna(UNKNOWN).to_numpy(str) for part in folds]
    return Frame([table[genes] for table in observed], means, splits, named, counts)


def measure(frames: list[pd.DataFrame], frame: Frame) -> Measured:
    """Compute the metrics of one model that are resampled, in each of its repeats."""
    repeats = gather(frame.observed, frames, frame.means, frame.splits)
    draws = [resampled(data, drawn) for data, drawn in zip(repeats, frame.counts, strict=False)]
    return Measured(repeats, [resampled(data) for data in repeats], draws)


def gene_rows(found: Measured, frame: Frame, setting: Setting) -> pd.DataFrame:
    """Return the metrics of one model by gene."""
    genes = list(frame.observed[0].columns)
    return gene_table(found.repeats, genes, frame.lineages, setting.below, setting.permutations, setting.seed)


def summary_row(found: Measured, table: pd.DataFrame, setting: Setting) -> dict[str, float]:
    """Summarise one model over its repeats and genes, with intervals."""
    repeats = found.repeats
    recall, chance = np.transpose([top_recall(data, setting.top) for data in repeats])
    slope, intercept = np.transpose([pooled_slope(data) for data in repeats])
    row: dict[str, float] = {
        "repeats": len(repeats),
        "lines_per_repeat": round(float(np.mean([len(d.folds) for d in repeats]))),
        **means_over_genes(table),
        "slope": slope.mean(),
        "intercept": intercept.mean(),
        "top_recall": recall.mean(),
        "top_recall_chance": chance.mean(),
        "skill": float(mean_of(found.estimates, "skill")[0]),
        "overall_r": float(mean_of(found.estimates, "overall_r")[0]),
        "mse": float(np.mean([np.nanmean((d.observed - d.predicted) ** 2) for d in repeats])),
    }
    draws = {
        "mean_r": [mean_over_genes(part.r) for part in found.draws],
        "mean_r_fold_weighted": [mean_over_genes(part.r_fold_weighted) for part in found.draws],
        "skill": [part.skill for part in found.draws],
        "overall_r": [part.overall_r for part in found.draws],
    }
    for name, values in draws.items():
        # where the repeats test different lines, a draw may have none of those of a repeat
        drawn = mean_of_finite(np.stack(values))
        if name == "mean_r_fold_weighted":
            drawn = drawn - drawn.mean() + row[name]  # r within folds (``r_pooled_and_within``)
        row[f"{name}_low"], row[f"{name}_high"] = interval(drawn, setting.level)
    return row
