"""One table for all models of a protocol: the same lines, genes, folds and bootstrap draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.metrics import Predictions, overall, per_gene, pooled_r, skill
from deepdep.evaluate.splits import fold_of_test_lines

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


def gather(
    observed: pd.DataFrame, predicted: list[pd.DataFrame], means: list[pd.DataFrame], splits: pd.DataFrame
) -> list[Predictions]:
    """Put labels and predictions of all repeats on one order of lines and genes.

    The bootstrap counts lines by their place, so the order is that of the first repeat.
    """
    repeats = []
    lines, genes = fold_of_test_lines(splits, 0).index, observed.columns
    for repeat, (frame, mean) in enumerate(zip(predicted, means, strict=True)):
        folds = fold_of_test_lines(splits, repeat)[lines]
        if frame.loc[lines, genes].isna().any(axis=None):
            raise ValueError(f"repeat {repeat}: lines or genes without a prediction")
        repeats.append(
            Predictions(
                *(part.loc[lines, genes].to_numpy(np.float64) for part in (observed.loc[lines], frame, mean)),
                folds.to_numpy(),
            )
        )
    return repeats


def reported_genes(observed: pd.DataFrame, wanted: list[str], min_lines: int) -> list[str]:
    """Return the genes of ``wanted`` with at least ``min_lines`` labels."""
    counts = observed[wanted].notna().sum()
    kept = list(counts.index[counts >= min_lines])
    if not kept:
        raise InputError(
            f"No gene has {min_lines} labels, the most is {int(counts.max())}.",
            "lower evaluate.min_lines in the config.",
        )
    return kept


def compare_models(
    observed: pd.DataFrame,
    predicted: Mapping[str, list[pd.DataFrame]],
    splits: pd.DataFrame,
    setting: Setting,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Evaluate every model on the same folds.

    Parameters
    ----------
    observed
        Lines x genes; NaN = not measured.
    predicted
        Model to its out-of-fold predictions, one table per repeat; ``gene_mean`` is one of them.
    splits
        The protocol's splits.

    Returns
    -------
    tuple
        The summary (a row per model, 95 % intervals by bootstrap over patients) and the
        per-gene table (model, gene, n, r, r_fold, mse, skill).
    """
    if GENE_MEAN not in predicted:
        raise InputError("The model gene_mean is missing.", "add gene_mean to compare in the config.")
    genes = reported_genes(observed, setting.genes, setting.min_lines)
    observed = observed[genes]
    groups = splits.drop_duplicates("sample").set_index("sample")["group"]
    lines = fold_of_test_lines(splits, 0).index
    counts = patient_counts(groups[lines].to_numpy(), setting.draws, setting.seed)
    rows, tables = [], []
    for model, frames in predicted.items():
        repeats = gather(observed, frames, predicted[GENE_MEAN], splits)
        table = per_gene(repeats, genes)
        tables.append(table.assign(model=model))
        rows.append({"model": model, **summary_row(repeats, table, counts, setting.level)})
    summary = pd.DataFrame(rows)
    summary["patients"] = groups[lines].nunique()
    return summary, pd.concat(tables, ignore_index=True)


def summary_row(
    repeats: list[Predictions], table: pd.DataFrame, counts: np.ndarray, level: float
) -> dict[str, float]:
    """Summarise one model over genes, with intervals."""
    row: dict[str, float] = {
        "lines": len(repeats[0].folds),
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
    draws = {
        "mean_r": np.mean([mean_over_genes(pooled_r(d, counts)) for d in repeats], axis=0),
        "skill": np.mean([skill(d, counts) for d in repeats], axis=0),
        "overall_r": np.mean([overall(d, counts) for d in repeats], axis=0),
    }
    for name, values in draws.items():
        row[f"{name}_low"], row[f"{name}_high"] = interval(values, level)
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
