"""Metrics of order: Spearman's r and precision-recall per gene, and recall of a line's top genes."""

import numpy as np
from scipy.stats import rankdata

from deepdep.evaluate.metrics import FEWEST_IN_FOLD, Predictions, mean_of_finite, pearson, varies

FEWEST_EACH = 5  # dependent lines, and others, that a gene needs for a precision-recall curve
TOP = 10  # most negative deviations of a line that are looked for


def spearman(observed: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Spearman's r of each column over the rows where both values are there; NaN as in ``pearson``."""
    mask = np.isfinite(observed) & np.isfinite(predicted)
    there = (np.where(mask, part, np.inf) for part in (observed, predicted))  # the missing rank last
    return pearson(*(np.where(mask, rankdata(part, axis=0), np.nan) for part in there))[0]


def pooled_spearman(data: Predictions) -> np.ndarray:
    """Per-gene Spearman's r over all lines, each predicted in its own fold; NaN as in ``varies``."""
    return np.where(varies(data), spearman(data.observed, data.predicted), np.nan)


def fold_spearman(data: Predictions) -> np.ndarray:
    """Per-gene Spearman's r within each fold, averaged over the folds with enough lines."""
    each = []
    for fold in np.unique(data.folds):
        rows = data.folds == fold
        enough = np.isfinite(data.observed[rows]).sum(axis=0) >= FEWEST_IN_FOLD
        each.append(np.where(enough, spearman(data.observed[rows], data.predicted[rows]), np.nan))
    return mean_of_finite(np.where(varies(data), np.stack(each), np.nan))


def auprc(data: Predictions, below: float) -> tuple[np.ndarray, np.ndarray]:
    """Average precision of each gene for telling its dependent lines, and what chance reaches.

    Parameters
    ----------
    data
        Labels and predictions of one repeat, pooled over its folds.
    below
        Gene effect below which a line depends on a gene.

    Returns
    -------
    tuple
        Average precision (as of scikit-learn, ties taken together) and prevalence, one value per gene;
        NaN with fewer than ``FEWEST_EACH`` lines on either side, and as in ``varies``.
    """
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    positive = mask & (data.observed < below)
    size, found = mask.sum(axis=0), positive.sum(axis=0)
    enough = (found >= FEWEST_EACH) & (size - found >= FEWEST_EACH) & varies(data)
    area, prevalence = np.full((2, len(size)), np.nan)
    prevalence[enough] = found[enough] / size[enough]
    score = np.where(mask, data.predicted, np.inf)[:, enough]
    area[enough] = average_precision(score, positive[:, enough])
    return area, prevalence


def average_precision(score: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Average precision of each column, the lowest scores first; equal scores are one threshold.

    Infinite scores stand for missing values: none is positive, so they come last and count nowhere.
    """
    if not score.shape[1]:
        return np.zeros(0)
    order = np.argsort(score, axis=0, kind="stable")
    score, positive = (np.take_along_axis(part, order, axis=0) for part in (score, positive))
    places = np.arange(len(score))[:, None]
    ends = np.append(score[1:] != score[:-1], np.ones((1, score.shape[1]), bool), axis=0)
    last = np.where(ends, places, len(score))
    last = np.minimum.accumulate(last[::-1], axis=0)[::-1]  # the last place of each group of equal scores
    precision = np.take_along_axis(positive.cumsum(axis=0), last, axis=0) / (last + 1)
    return (precision * positive).sum(axis=0) / positive.sum(axis=0)


def top_recall(data: Predictions, top: int = TOP) -> tuple[float, float]:
    """Share of a line's most negative deviations from the gene means that are among those predicted.

    The training mean of each gene is taken from label and prediction, so that essential genes, on which
    every line depends, count for nothing by that.

    Parameters
    ----------
    data
        Labels, predictions and training gene means of one repeat.
    top
        How many deviations are looked for, and looked at.

    Returns
    -------
    tuple
        Mean over lines of the share found, and of what chance finds, ``top`` / genes measured. Lines with
        more than ``top`` labels and predictions that deviate at all count; NaN where no line does.
    """
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    own, guess = (np.where(mask, part - data.baseline, np.inf) for part in (data.observed, data.predicted))
    size = mask.sum(axis=1)
    rows = (size > top) & (np.ptp(np.where(mask, guess, 0), axis=1) > 1e-6)
    if not rows.any():
        return np.nan, np.nan
    chosen = [lowest(part[rows], top) for part in (own, guess)]
    return float((chosen[0] & chosen[1]).sum(axis=1).mean() / top), float((top / size[rows]).mean())


def lowest(values: np.ndarray, top: int) -> np.ndarray:
    """Tell which values are among the ``top`` lowest of their row."""
    found = np.zeros(values.shape, bool)
    np.put_along_axis(found, np.argpartition(values, top, axis=1)[:, :top], values=True, axis=1)
    return found
