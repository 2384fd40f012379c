"""Metrics of what stays when lineage or gene means are taken away: r within lineages, and slopes."""

import numpy as np

from deepdep.evaluate.metrics import Predictions, centred, pearson, varies
from deepdep.evaluate.splits import UNKNOWN

FEWEST_OF_LINEAGE = 5  # measured lines of a gene that a lineage needs to have a mean of its own


def lineage_r(data: Predictions, lineages: np.ndarray) -> np.ndarray:
    """Per-gene r after the mean of each lineage, over the tested lines, is taken from both sides.

    What a model knows of a line from its lineage alone counts for nothing here. A prediction that is
    constant within the lines of a lineage and fold (the lineage mean) has no r, as in ``varies``.

    Parameters
    ----------
    data
        Labels and predictions of one repeat.
    lineages
        Lineage of each line; ``UNKNOWN`` or one of fewer than ``FEWEST_OF_LINEAGE`` measured lines:
        the line does not count.

    Returns
    -------
    ndarray
        One r per gene.
    """
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    x, y = np.full((2, *mask.shape), np.nan)
    for lineage in set(lineages) - {UNKNOWN}:
        rows = lineages == lineage
        kept = mask[rows] & (mask[rows].sum(axis=0) >= FEWEST_OF_LINEAGE)
        for target, values in ((x, data.observed), (y, data.predicted)):
            target[rows] = np.where(kept, centred(values[rows], kept), np.nan)
    cells = np.array([f"{fold} {name}" for fold, name in zip(data.folds, lineages, strict=True)])
    counted = np.where(np.isfinite(x), data.observed, np.nan)
    known = varies(Predictions(counted, data.predicted, data.baseline, cells))
    return np.where(known, pearson(x, y)[0], np.nan)


def gene_slopes(data: Predictions) -> np.ndarray:
    """Slope of each gene's labels on its predictions: 1 is calibrated, below 1 too far from the mean."""
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    x, y = (centred(values, mask) for values in (data.predicted, data.observed))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(varies(data), (x * y).sum(axis=0) / (x * x).sum(axis=0), np.nan)


def pooled_slope(data: Predictions) -> tuple[float, float]:
    """Slope and intercept of labels on predictions over all cells, both less the training gene means.

    NaN where no prediction varies within a fold.
    """
    if not varies(data).any():
        return np.nan, np.nan
    mask = np.isfinite(data.observed) & np.isfinite(data.predicted)
    x, y = (part[mask] - data.baseline[mask] for part in (data.predicted, data.observed))
    slope = ((x - x.mean()) * (y - y.mean())).sum() / np.square(x - x.mean()).sum()
    return float(slope), float(y.mean() - slope * x.mean())
