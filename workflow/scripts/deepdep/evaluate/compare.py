"""One table for all models of a protocol: the same lines, genes, folds and bootstrap draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.metrics import Predictions, mean_of_finite, overall, per_gene, pooled_r, skill
from deepdep.evaluate.splits import folds_by_repeat, patients_of_test_lines

GENE_MEAN = "gene_mean"
THRESHOLD = 0.4  # the r that counts as predictable (docs: DepMap portal)


@dataclass(frozen=True)
class Setting:
    """What is reported: ``genes`` and ``draws`` of the bootstrap over patients, of ``level``."""

    genes: list[str]
    min_lines: int
    draws: int
    seed: int
    level: float = 0.95


def patient_counts(patients: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw patients with replacement; return how often each line counts, draws x lines."""
    unique, member = np.unique(patients, return_inverse=True)
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(len(unique), np.full(len(unique), 1 / len(unique)), size=draws)
    return weights[:, member].astype(np.float64)


def per_repeat(observed: pd.DataFrame | Sequence[pd.DataFrame], repeats: int) -> list[pd.DataFrame]:
    """Return the labels of each repeat; one table counts in all of them."""
    return [observed] * repeats if isinstance(observed, pd.DataFrame) else list(observed)


def gather(
    observed: pd.DataFrame | Sequence[pd.DataFrame],
    predicted: list[pd.DataFrame],
    means: list[pd.DataFrame],
    splits: pd.DataFrame,
) -> list[Predictions]:
    """Put labels and predictions of the repeats that are predicted on one order of lines and genes.

    Each repeat has its own labels and test lines, in the order of ``folds_by_repeat``.
    """
    observed = per_repeat(observed, len(predicted))
    repeats, genes = [], observed[0].columns
    each = zip(observed, folds_by_repeat(splits), predicted, means, strict=False)
    for repeat, (labels, folds, frame, mean) in enumerate(each):
        lines = folds.index
        if frame.loc[lines, genes].isna().any(axis=None):
            raise ValueError(f"repeat {repeat}: lines or genes without a prediction")
        repeats.append(
            Predictions(
                *(part.loc[lines, genes].to_numpy(np.float64) for part in (labels, frame, mean)),
                folds.to_numpy(),
            )
        )
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


def compare_models(
    observed: pd.DataFrame | Sequence[pd.DataFrame],
    predicted: Mapping[str, list[pd.DataFrame]],
    splits: pd.DataFrame,
    setting: Setting,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Evaluate every model on the same folds.

    Parameters
    ----------
    observed
        The labels that each repeat tests (or one table for all), lines x genes; NaN = not measured
        or not tested.
    predicted
        Model to its out-of-fold predictions, one table per repeat (the first ones, where a model has
        fewer); ``gene_mean`` is one of them.
    splits
        The protocol's splits.

    Returns
    -------
    tuple
        The summary (a row per model) and the per-gene table (model, gene, n, r, r_fold, mse,
        skill). Every metric is the mean of those of the repeats, over the lines each of them tests.
        95 % intervals by bootstrap: a draw takes patients of all lines tested in any repeat
        (``lines``, ``patients``), the same ones in every repeat, and averages its repeats.
    """
    if GENE_MEAN not in predicted:
        raise InputError("The model gene_mean is missing.", "add gene_mean to compare in the config.")
    observed = per_repeat(observed, splits["repeat"].nunique())
    genes = reported_genes(observed, setting.genes, setting.min_lines)
    observed = [table[genes] for table in observed]
    patients = patients_of_test_lines(splits)
    drawn = patient_counts(patients.to_numpy(), setting.draws, setting.seed)
    counts = [drawn[:, patients.index.get_indexer(folds.index)] for folds in folds_by_repeat(splits)]
    rows, tables = [], []
    for model, frames in predicted.items():
        repeats = gather(observed, frames, predicted[GENE_MEAN], splits)
        table = per_gene(repeats, genes)
        tables.append(table.assign(model=model))
        rows.append({"model": model, **summary_row(repeats, table, counts, setting.level)})
    summary = pd.DataFrame(rows)
    summary.insert(1, "lines", len(patients))
    summary["patients"] = patients.nunique()
    return summary, pd.concat(tables, ignore_index=True)


def summary_row(
    repeats: list[Predictions], table: pd.DataFrame, counts: list[np.ndarray], level: float
) -> dict[str, float]:
    """Summarise one model over genes, with intervals; ``counts``: draws x lines of each repeat."""
    row: dict[str, float] = {
        "lines_per_repeat": round(float(np.mean([len(d.folds) for d in repeats]))),
        "genes": len(table),
        "genes_with_r": int(table["r"].notna().sum()),
        "mean_r": table["r"].mean(),
        "median_r": table["r"].median(),
        "mean_r_fold": table["r_fold"].mean(),
        "median_r_fold": table["r_fold"].median(),
        "genes_r_above_0.4": int((table["r"] > THRESHOLD).sum()),
        "skill": float(np.mean([skill(d)[0] for d in repeats])),
        "overall_r": float(np.mean([overall(d)[0] for d in repeats])),
        "mse": float(np.mean([np.nanmean((d.observed - d.predicted) ** 2) for d in repeats])),
    }
    pairs = list(zip(repeats, counts, strict=False))  # a model may have the first repeats only
    draws = {
        "mean_r": [mean_over_genes(pooled_r(d, drawn)) for d, drawn in pairs],
        "skill": [skill(d, drawn) for d, drawn in pairs],
        "overall_r": [overall(d, drawn) for d, drawn in pairs],
    }
    for name, values in draws.items():
        # where the repeats test different lines, a draw may have none of those of a repeat
        row[f"{name}_low"], row[f"{name}_high"] = interval(mean_of_finite(np.stack(values)), level)
    return row


def mean_over_genes(values: np.ndarray) -> np.ndarray:
    """Mean over genes (columns) of the finite r of each draw; NaN where none is."""
    there = np.isfinite(values)
    return np.where(there, values, 0).sum(axis=1) / np.where(there.any(axis=1), there.sum(axis=1), np.nan)


def interval(values: np.ndarray, level: float) -> tuple[float, float]:
    """Return the percentile interval of bootstrap draws; NaN if a draw has no value."""
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
