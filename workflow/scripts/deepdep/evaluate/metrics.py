"""Metrics of out-of-fold predictions, per gene first.

The overall r and error of a grid of gene effects say mostly which gene is which: predicting
every gene's mean reaches an r near 0.87 on CRISPR screens. What omics add shows per gene.
Labels that were not measured (NaN) count nowhere.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST_IN_FOLD = 5  # measured lines of a gene in a fold needed to give it an r of its own
CONSTANT = 1e-6  # spread of predictions, relative to that of the labels, that counts as none
FLAT = 1e-12  # variance, in squared units of the score, that is rounding


@dataclass(frozen=True)
class Predictions:
    """Labels and out-of-fold predictions of one repeat, on one row and column order.

    ``observed``, ``predicted``, ``baseline`` (training mean of each gene in the line's fold):
    lines x genes. ``folds``: fold of each line.
    """

    observed: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray
    folds: np.ndarray


def pearson(observed: np.ndarray, predicted: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """Pearson's r of each column over the rows where both values are there.

    Parameters
    ----------
    observed, predicted
        Rows x columns; NaN = missing.
    counts
        Draws x rows: how often each row counts in each draw (a bootstrap); once if None.

    Returns
    -------
    ndarray
        Draws x columns (one draw if ``counts`` is None); NaN where either side is constant.
    """
    mask = np.isfinite(observed) & np.isfinite(predicted)
    counts = np.ones((1, len(mask))) if counts is None else counts.astype(np.float64)
    x, y = (centred(np.asarray(values, np.float64), mask) for values in (observed, predicted))
    return r_of_sums(weighted_sums(x, y, mask, counts))


def weighted_sums(x: np.ndarray, y: np.ndarray, mask: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sum what r is made of over rows counted so often: those of parts of the rows add up.

    Parameters
    ----------
    x, y
        Rows x columns, centred, 0 where missing (``mask`` False).
    counts
        Draws x rows.

    Returns
    -------
    ndarray
        6 x draws x columns: number of values, x, y, x squared, y squared, x times y.
    """
    parts = np.concatenate([mask.astype(np.float64), x, y, x * x, y * y, x * y], axis=1)
    return (counts @ parts).reshape(len(counts), 6, -1).transpose(1, 0, 2)


def r_of_sums(sums: np.ndarray) -> np.ndarray:
    """Return Pearson's r from ``weighted_sums``; NaN where either side is constant."""
    size, x, y, xx, yy, xy = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        spread_x, spread_y = size * xx - x * x, size * yy - y * y
        least = FLAT * size * size
        product = np.where((spread_x > least) & (spread_y > least), spread_x * spread_y, np.nan)
        return (size * xy - x * y) / np.sqrt(product)


def centred(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Subtract each column's mean over ``mask`` and put 0 outside it."""
    kept = np.where(mask, values, 0)
    return np.where(mask, values - kept.sum(axis=0) / np.maximum(mask.sum(axis=0), 1), 0)


def varies(data: Predictions) -> np.ndarray:
    """Tell for each gene whether predictions differ between the lines of a fold at all.

    Only lines with a label count. Where predictions do not differ (the gene mean), the pooled r says
    only how the folds' means differ, with the wrong sign, and is not a measure of anything: it is
    reported as undefined.
    """
    spread, there = np.zeros(data.predicted.shape[1]), np.isfinite(data.observed)
    highest, lowest = (np.where(there, data.predicted, end) for end in (-np.inf, np.inf))
    for fold in np.unique(data.folds):
        rows = data.folds == fold
        spread = np.maximum(spread, highest[rows].max(axis=0) - lowest[rows].min(axis=0))
    with np.errstate(invalid="ignore"):
        return spread > CONSTANT * deviation(data.observed)


def deviation(values: np.ndarray) -> np.ndarray:
    """Return the standard deviation of the finite values of each column, NaN where there is none."""
    there = np.isfinite(values)
    return np.sqrt(mean_of_finite(np.where(there, centred(values, there) ** 2, np.nan)))


def pooled_r(data: Predictions, counts: np.ndarray | None = None) -> np.ndarray:
    """Per-gene r over all lines, each predicted in its own fold; draws x genes."""
    return np.where(varies(data), pearson(data.observed, data.predicted, counts), np.nan)


def fold_r(data: Predictions) -> np.ndarray:
    """Per-gene r within each fold, averaged over the folds that have one; one value per gene."""
    each = []
    for fold in np.unique(data.folds):
        rows = data.folds == fold
        enough = np.isfinite(data.observed[rows]).sum(axis=0) >= FEWEST_IN_FOLD
        each.append(np.where(enough, pearson(data.observed[rows], data.predicted[rows])[0], np.nan))
    return mean_of_finite(np.where(varies(data), np.stack(each), np.nan))


def squared_errors(observed: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Mean squared error of each gene."""
    return mean_of_finite((observed - predicted) ** 2)


def mean_of_finite(values: np.ndarray) -> np.ndarray:
    """Mean over rows of the finite values, NaN where there is none."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(there, values, 0).sum(axis=0) / np.where(there.any(axis=0), there.sum(axis=0), np.nan)


def mean_count(each: list[np.ndarray]) -> np.ndarray:
    """Count the lines of each gene that are true, as the rounded mean of the repeats."""
    return np.mean([there.sum(axis=0) for there in each], axis=0).round().astype(int)


def skill(data: Predictions, counts: np.ndarray | None = None) -> np.ndarray:
    """Return 1 - MSE / MSE of the training gene means, over all measured cells; one per draw.

    NaN for a draw without any of the lines; so in ``overall``.
    """
    counts = np.ones((1, len(data.folds))) if counts is None else counts
    own = np.nansum((data.observed - data.predicted) ** 2, axis=1)
    base = np.nansum((data.observed - data.baseline) ** 2, axis=1)
    with np.errstate(invalid="ignore"):
        return 1 - (counts @ own) / (counts @ base)


def overall(data: Predictions, counts: np.ndarray | None = None) -> np.ndarray:
    """Pearson's r over all measured cells; one per draw."""
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    counts = np.ones((1, len(mask))) if counts is None else counts
    x = data.observed - data.observed[mask].mean()
    y = data.predicted - data.predicted[mask].mean()
    sums = [counts @ np.where(mask, part, 0).sum(axis=1) for part in (x, y, x * x, y * y, x * y)]
    size = counts @ mask.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean_x, mean_y, xx, yy, xy = (part / size for part in sums)
        return (xy - mean_x * mean_y) / np.sqrt((xx - mean_x**2) * (yy - mean_y**2))


def per_gene(repeats: list[Predictions], genes: list[str]) -> pd.DataFrame:
    """Return one row per gene: lines measured, r pooled and per fold, MSE, skill; repeats averaged."""
    mse = mean_of_finite(np.stack([squared_errors(d.observed, d.predicted) for d in repeats]))
    base = mean_of_finite(np.stack([squared_errors(d.observed, d.baseline) for d in repeats]))
    return pd.DataFrame(
        {
            "gene": genes,
            "n": mean_count([np.isfinite(d.observed) for d in repeats]),
            "r": mean_of_finite(np.concatenate([pooled_r(d) for d in repeats])),
            "r_fold": mean_of_finite(np.stack([fold_r(d) for d in repeats])),
            "mse": mse,
            "mse_gene_mean": base,
            "skill": 1 - mse / base,
        }
    )
