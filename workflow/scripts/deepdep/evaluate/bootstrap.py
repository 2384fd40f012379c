"""Bootstrap over patients: how far the metrics of a model would move with other patients of the kind.

Lines of a patient are drawn together. All models and repeats are given the same draws, so that their
differences can be taken draw by draw. Sums over lines are matrix products, draws x lines by lines x genes.
"""

from dataclasses import dataclass

import numpy as np

from deepdep.evaluate.metrics import (
    FEWEST_IN_FOLD,
    Predictions,
    centred,
    overall,
    r_of_sums,
    skill,
    varies,
    weighted_sums,
)

BLOCK = 128  # genes at a time: their sums over 1,000 draws stay in the processor's cache


@dataclass(frozen=True)
class Draws:
    """Metrics of one model in one repeat, draw by draw.

    ``r``, ``r_fold_weighted``: draws x genes. ``skill``, ``overall_r``: one value per draw.
    """

    r: np.ndarray
    r_fold_weighted: np.ndarray
    skill: np.ndarray
    overall_r: np.ndarray


def patient_counts(patients: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw patients with replacement; return how often each line counts, draws x lines."""
    unique, member = np.unique(patients, return_inverse=True)
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(len(unique), np.full(len(unique), 1 / len(unique)), size=draws)
    return weights[:, member].astype(np.float64)


def resampled(data: Predictions, counts: np.ndarray | None = None) -> Draws:
    """Return the metrics of every draw.

    Parameters
    ----------
    data
        Labels and predictions of one repeat.
    counts
        Draws x lines: how often each line counts; once if None, which gives the estimates themselves.
    """
    counts = np.ones((1, len(data.folds))) if counts is None else counts
    pooled, weighted = r_pooled_and_within(data, counts)
    return Draws(pooled, weighted, skill(data, counts), overall(data, counts))


def r_pooled_and_within(data: Predictions, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return per-gene r pooled over folds, and its mean of the folds weighted by their measured lines.

    A fold counts with the lines drawn of it, and with none where fewer than ``FEWEST_IN_FOLD`` are there:
    lineages held out differ tenfold in size, and a plain mean would be that of the smallest.
    A draw has fewer different lines of a fold than the fold has, which draws r within folds a little to
    0: their interval is moved to have the estimate in its middle.

    Returns
    -------
    tuple
        Two arrays, draws x genes; NaN where predictions are constant within folds (``varies``).
    """
    found, known = np.full((2, len(counts), data.observed.shape[1]), np.nan), np.flatnonzero(varies(data))
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    x, y = (centred(values, mask) for values in (data.observed, data.predicted))
    for start in range(0, len(known), BLOCK):
        genes = known[start : start + BLOCK]
        found[:, :, genes] = r_of_block(x[:, genes], y[:, genes], mask[:, genes], data.folds, counts)
    return found[0], found[1]


def r_of_block(
    x: np.ndarray, y: np.ndarray, mask: np.ndarray, folds: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return r pooled and within folds of a block of genes; the sides as of ``weighted_sums``."""
    total = np.zeros((6, len(counts), mask.shape[1]))
    weighted, weights = np.zeros((2, *total.shape[1:]))
    for fold in np.unique(folds):
        rows = folds == fold
        sums = weighted_sums(x[rows], y[rows], mask[rows], counts[:, rows])
        total += sums
        enough = (mask[rows].sum(axis=0) >= FEWEST_IN_FOLD) & (sums[0] >= FEWEST_IN_FOLD)
        r = r_of_sums(sums)
        there = enough & np.isfinite(r)
        weighted += np.where(there, sums[0] * r, 0)
        weights += np.where(there, sums[0], 0)
    return r_of_sums(total), weighted / np.where(weights > 0, weights, np.nan)


def fold_r_weighted(data: Predictions) -> np.ndarray:
    """Per-gene mean r of the folds, weighted by their measured lines; one value per gene."""
    return r_pooled_and_within(data, np.ones((1, len(data.folds))))[1][0]


def mean_over_genes(values: np.ndarray) -> np.ndarray:
    """Mean over genes (columns) of the finite r of each draw; NaN where none is."""
    there = np.isfinite(values)
    return np.where(there, values, 0).sum(axis=1) / np.where(there.any(axis=1), there.sum(axis=1), np.nan)


def interval(values: np.ndarray, level: float) -> tuple[float, float]:
    """Return the percentile interval of bootstrap draws; NaN if a draw has no value."""
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
