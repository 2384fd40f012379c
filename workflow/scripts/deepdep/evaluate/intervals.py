"""Conformal intervals per gene, and whether they hold what they promise.

The half-width of a gene is a high quantile of its absolute out-of-fold residuals. No shape of the
errors is assumed, only that a new sample is exchangeable with the labelled lines. That is so for
other cell lines of the screen; for tumours nothing says so, and nothing here is calibrated for them.

Over all folds every line is tested once and calibrates otherwise, so that the coverage of a gene is
near the level almost by construction. What can fail, and is reported, is a lineage or a fold. Where
lineages are held out, the widths of a lineage come from the other lineages, and its coverage is that of
a lineage the intervals have never seen.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.bootstrap import interval, patient_counts
from deepdep.evaluate.compare import GENE_MEAN, Setting, gather, reported_genes
from deepdep.evaluate.metrics import Predictions, mean_count, mean_of_finite
from deepdep.evaluate.splits import fold_of_test_lines, folds_by_repeat, patients_of_test_lines

logger = logging.getLogger("deepdep")

SPREAD = "predictive: half the width of an interval for a new score, no standard deviation of an ensemble"
DOMAIN = "NOT calibrated for tumours: the residuals are of labelled cell lines"
ROUNDING = 1e-9  # (9 + 1) x 0.9 is rank 9, whatever the last bit of the product says
FEWEST_PATIENTS = 5  # patients a group needs to have an interval by bootstrap
OVERALL, LINEAGE, UNKNOWN = "overall", "lineage", "not given"


@dataclass(frozen=True)
class Tested:
    """Intervals of one repeat held against the labels, lines x genes.

    ``covered`` (1 or 0) and ``widths`` (upper - lower end, in units of the score): NaN = no label, or
    no finite interval. ``infinite``: labels whose interval is infinite. ``folds``: fold of each line.
    ``lines``: the lines.
    """

    covered: np.ndarray
    widths: np.ndarray
    infinite: np.ndarray
    folds: np.ndarray
    lines: pd.Index


def fewest_residuals(level: float) -> int:
    """Return how many residuals a finite interval of a level needs."""
    return int(np.ceil(level / (1 - level) - ROUNDING))


def half_widths(residuals: np.ndarray, level: float) -> np.ndarray:
    """Return the ceil((n + 1) x level)-th smallest of the n residuals of each gene.

    Parameters
    ----------
    residuals
        Absolute residuals, lines x genes; NaN = missing.
    level
        Share of new scores that the interval is to hold, between 0 and 1.

    Returns
    -------
    ndarray
        One half-width per gene, in units of the score; infinite where n is below
        ``fewest_residuals``: the new score itself may then be the largest of all.
    """
    counts = np.isfinite(residuals).sum(axis=0)
    ranks = np.ceil((counts + 1) * level - ROUNDING).astype(np.intp)
    new = np.full((1, residuals.shape[1]), np.inf)  # stands for the new score; sorted before NaN
    ordered = np.sort(np.concatenate([residuals, new]), axis=0)
    return np.take_along_axis(ordered, ranks[None] - 1, axis=0)[0]


def fold_half_widths(residuals: np.ndarray, folds: np.ndarray, level: float) -> np.ndarray:
    """Return the half-widths for each fold from the residuals of all other folds.

    Folds hold whole patients (but for ``published``), so neither a line nor its sister sets its width.

    Returns
    -------
    ndarray
        Folds (in order of their numbers) x genes.
    """
    return np.stack([half_widths(residuals[folds != fold], level) for fold in np.unique(folds)])


def calibrate(
    observed: pd.DataFrame, predicted: list[pd.DataFrame], splits: pd.DataFrame, level: float
) -> pd.DataFrame:
    """Return the half-width of each gene for new samples, from the residuals of all folds.

    Repeats predict the same lines again and are no further lines: each gives its half-width, and
    their mean is taken.

    Parameters
    ----------
    observed
        Lines x genes; NaN = not measured.
    predicted
        Out-of-fold predictions of one model, one table per repeat.
    splits
        The protocol's splits.
    level
        Share of new scores that the interval is to hold.

    Returns
    -------
    DataFrame
        gene, n (residuals), half_width (units of the score; infinite where n is too small).
    """
    genes, each = observed.columns, []
    for repeat, frame in enumerate(predicted):  # one at a time: all genes, not only the reported ones
        lines = fold_of_test_lines(splits, repeat).index
        residuals = np.abs(observed.loc[lines].to_numpy() - frame.loc[lines, genes].to_numpy())
        each.append(half_widths(residuals, level))
    widths, counts = np.mean(each, axis=0), np.isfinite(residuals).sum(axis=0)
    few = int(np.isinf(widths).sum())
    if few:
        text = "%d of %d genes have fewer than %d residuals and an infinite half-width"
        logger.warning(text, few, len(widths), fewest_residuals(level))
    return pd.DataFrame({"gene": genes, "n": counts, "half_width": widths.astype(np.float32)})


def held_against_labels(repeats: list[Predictions], folds: list[pd.Series], level: float) -> list[Tested]:
    """Test the intervals of each fold, calibrated on other folds, on the labels of the fold.

    A repeat of one fold (a subsampling) is calibrated on the other repeats: on the lines that they test
    and it does not, each line once. With no other repeat its intervals are infinite.
    """
    errors = [np.abs(data.observed - data.predicted) for data in repeats]
    found = []
    for place, (data, own) in enumerate(zip(errors, folds, strict=False)):  # maybe the first repeats only
        if len(own.unique()) == 1:
            half = half_widths(elsewhere(errors, folds, place), level)[None].repeat(len(own), axis=0)
        else:
            row_of = np.unique(own, return_inverse=True)[1]
            half = fold_half_widths(data, own.to_numpy(), level)[row_of]
        measured = np.isfinite(data)
        usable = measured & np.isfinite(half)
        covered, widths = np.where(usable, data <= half, np.nan), np.where(usable, 2 * half, np.nan)
        found.append(Tested(covered, widths, measured & ~usable, own.to_numpy(), own.index))
    return found


def elsewhere(errors: list[np.ndarray], folds: list[pd.Series], place: int) -> np.ndarray:
    """Return the residuals, in other repeats, of the lines that one repeat does not test, each line once."""
    others = [number for number in range(len(errors)) if number != place]
    rows, seen = [errors[place][:0]], set(folds[place].index)
    for number in others:
        lines = folds[number].index
        rows.append(errors[number][~lines.isin(seen)])
        seen |= set(lines)
    return np.concatenate(rows)


def coverage_of_models(
    observed: pd.DataFrame,
    predicted: Mapping[str, list[pd.DataFrame]],
    splits: pd.DataFrame,
    lineages: pd.Series,
    setting: Setting,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say how many labels the intervals of every model hold, and how wide they are.

    Labels with an infinite interval are counted (``infinite``) and enter neither coverage nor width.

    Parameters
    ----------
    observed, predicted, splits, setting
        Labels of all repeats; as of ``compare_models``; ``setting.level``: of the intervals of coverage.
    lineages, level
        Lineage of each line (index: sample); share of labels that the intervals are to hold.

    Returns
    -------
    tuple
        A row per model, over all lines and by lineage (``group_row``), and one per model and gene.
        ``width_ratio`` is the mean width over that of ``gene_mean`` on the same labels.
    """
    if GENE_MEAN not in predicted:
        raise InputError("The model gene_mean is missing.", "add gene_mean to compare in the config.")
    genes = reported_genes([observed], setting.genes, setting.min_lines)
    patients, folds = patients_of_test_lines(splits), folds_by_repeat(splits)
    groups = groups_of(lineages.reindex(patients.index))
    rows, tables = [], []
    for model, frames in predicted.items():
        data = gather([observed[genes]] * len(frames), frames, frames, splits)
        repeats = held_against_labels(data, folds, level)
        say_infinite(model, repeats, level)
        tables.append(gene_rows(repeats, genes).assign(model=model))
        for (scope, group), member in groups.items():
            parts = [taken(part, part.lines.isin(patients.index[member])) for part in repeats]
            row = group_row(parts, patients.iloc[member], setting)
            row |= fold_ends(repeats) if scope == OVERALL else {}
            rows.append({"model": model, "scope": scope, "group": group, "level": level, **row})
    per_gene = pd.concat(tables, ignore_index=True)
    summary = with_gene_quantiles(pd.DataFrame(rows), per_gene)
    return with_ratio(summary, ["scope", "group"]), with_ratio(per_gene.assign(level=level), ["gene"])


def groups_of(lineages: pd.Series) -> dict[tuple[str, str], np.ndarray]:
    """Return the places of all lines, and of those of each lineage, largest first."""
    named = lineages.fillna(UNKNOWN).astype(str).to_numpy()
    order = sorted(set(named), key=lambda name: (-int((named == name).sum()), name))
    places = {(LINEAGE, name): np.flatnonzero(named == name) for name in order}
    return {(OVERALL, "all lines"): np.arange(len(named)), **places}


def taken(part: Tested, rows: np.ndarray) -> Tested:
    """Return some lines of a repeat."""
    return Tested(*(values[rows] for values in vars(part).values()))


def say_infinite(model: str, repeats: list[Tested], level: float) -> None:
    """Log how many labels have no finite interval."""
    number = sum(int(part.infinite.sum()) for part in repeats)
    if number:
        text = "%s: %d labels have an infinite interval (fewer than %d residuals) and count nowhere"
        logger.warning(text, model, number, fewest_residuals(level))


def group_row(repeats: list[Tested], patients: pd.Series, setting: Setting) -> dict[str, float]:
    """Return coverage and mean width over a group of lines, averaged over the repeats that test any.

    ``lines`` and ``patients`` are those of all repeats, ``labels`` and ``infinite`` the mean of a repeat.
    ``patients``: patient of each line of the group (index: sample). The interval of coverage draws
    patients of the group and leaves the widths as they are; it is missing where the group has fewer
    than ``FEWEST_PATIENTS``.
    """
    number = patients.nunique()
    counts = patient_counts(patients.to_numpy(), setting.draws, setting.seed)
    each = [coverage(part, counts[:, patients.index.get_indexer(part.lines)]) for part in repeats]
    drawn = mean_of_finite(np.stack(each))
    low, high = interval(drawn, setting.level) if number >= FEWEST_PATIENTS else (np.nan, np.nan)
    widths = [mean_of_finite(part.widths.reshape(-1, 1)) for part in repeats]
    return {
        "lines": len(patients),
        "patients": number,
        "labels": round(float(np.mean([np.isfinite(part.covered).sum() for part in repeats]))),
        "infinite": round(float(np.mean([part.infinite.sum() for part in repeats]))),
        "coverage": float(mean_of_finite(np.stack([coverage(part) for part in repeats]))[0]),
        "coverage_low": low,
        "coverage_high": high,
        "mean_width": float(mean_of_finite(np.stack(widths))[0]),
    }


def coverage(part: Tested, counts: np.ndarray | None = None) -> np.ndarray:
    """Return the share of labels inside their interval, one per draw of lines (NaN: no label)."""
    counts = np.ones((1, len(part.covered))) if counts is None else counts
    inside, tested = np.nansum(part.covered, axis=1), np.isfinite(part.covered).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return (counts @ inside) / (counts @ tested)


def fold_ends(repeats: list[Tested]) -> dict[str, float]:
    """Return the lowest and the highest coverage of a fold, over all repeats; NaN if none has any."""
    each = [
        coverage(part, (part.folds == fold)[None])[0] for part in repeats for fold in np.unique(part.folds)
    ]
    there = [value for value in each if np.isfinite(value)] or [np.nan]
    return {"fold_lowest": float(np.min(there)), "fold_highest": float(np.max(there))}


def gene_rows(repeats: list[Tested], genes: list[str]) -> pd.DataFrame:
    """Return one row per gene: labels tested, those without an interval, coverage, mean width."""
    return pd.DataFrame(
        {
            "gene": genes,
            "n": mean_count([np.isfinite(part.covered) for part in repeats]),
            "infinite": mean_count([part.infinite for part in repeats]),
            "coverage": mean_of_finite(np.stack([mean_of_finite(part.covered) for part in repeats])),
            "mean_width": mean_of_finite(np.stack([mean_of_finite(part.widths) for part in repeats])),
        }
    )


def with_gene_quantiles(summary: pd.DataFrame, per_gene: pd.DataFrame) -> pd.DataFrame:
    """Add, to the rows over all lines, the 5, 50 and 95 % quantiles over genes of their coverage."""
    by_model = per_gene.groupby("model")["coverage"]
    for name, share in (("gene_low", 0.05), ("gene_median", 0.5), ("gene_high", 0.95)):
        values = summary["model"].map(by_model.quantile(share))
        summary[name] = values.where(summary["scope"] == OVERALL)
    return summary


def with_ratio(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add the mean width relative to that of the gene mean, matched by ``keys``; model first."""
    base = table.loc[table["model"] == GENE_MEAN, [*keys, "mean_width"]]
    joined = table[keys].merge(base, on=keys, how="left", validate="many_to_one")
    table = table.assign(width_ratio=table["mean_width"] / joined["mean_width"].to_numpy())
    return table[["model", *table.columns.drop("model")]]
