"""Is a gene predicted at all? Its pooled r against those with the lines' labels permuted."""

import numpy as np
from scipy.stats import false_discovery_control

from deepdep.evaluate.metrics import Predictions, centred, pooled_r

PERMUTATIONS = 200


def permutation_p(data: Predictions, permutations: int, seed: int) -> np.ndarray:
    """Return the one-sided p value of each gene's pooled r.

    Whole rows of labels change places within their fold, so that the folds' means, the genes'
    relation to each other and their missing labels stay. Each r is measured in standard deviations of its
    gene's own permutations from their mean, and held against those of all genes: 200 permutations of
    1,000 genes resolve p values of 1e-5. Lines of a patient are permuted as if they were not related.

    Parameters
    ----------
    data
        Labels and predictions of one repeat.
    permutations
        How many; two are the fewest.

    Returns
    -------
    ndarray
        One p value per gene; NaN where r is.
    """
    r = pooled_r(data)[0]
    known = np.isfinite(r)
    p = np.full(len(r), np.nan)
    if not known.any():
        return p
    null = permuted_r(data, known, permutations, seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores, found = ((part - null.mean(axis=0)) / null.std(axis=0) for part in (null, r[known]))
    ordered = np.sort(scores[np.isfinite(scores)])
    as_high = len(ordered) - np.searchsorted(ordered, found, side="left")
    p[known] = np.where(np.isfinite(found), (1 + as_high) / (1 + len(ordered)), np.nan)
    return p


def first_p(repeats: list[Predictions], permutations: int, seed: int) -> np.ndarray:
    """Return the p value of each gene in the first repeat in which it has an r.

    Repeats test the same lines again and add no evidence; only where genes count in some repeats (held
    out there) has each its own.
    """
    p = np.full(repeats[0].observed.shape[1], np.nan)
    for data in repeats:
        left = np.flatnonzero(np.isnan(p))
        observed, predicted, baseline = (
            part[:, left] for part in (data.observed, data.predicted, data.baseline)
        )
        p[left] = permutation_p(Predictions(observed, predicted, baseline, data.folds), permutations, seed)
    return p


def permuted_r(data: Predictions, genes: np.ndarray, permutations: int, seed: int) -> np.ndarray:
    """Return the pooled r of some genes with labels permuted within folds, permutations x genes.

    Genes are predicted for all lines of a fold or for none (``gather``).
    """
    observed, predicted = data.observed[:, genes], data.predicted[:, genes]
    mask = np.isfinite(observed)
    x = centred(observed, mask).astype(np.float32)
    y = centred(predicted, np.isfinite(predicted)).astype(np.float32)
    size, whole = mask.sum(axis=0), bool(mask.all())
    spread = size * np.square(x).sum(axis=0)  # the labels are the same in every order
    generator, found = np.random.default_rng(seed), np.empty((permutations, x.shape[1]))
    sums = [y.sum(axis=0), np.square(y).sum(axis=0)]
    square, ones = y * y, mask.astype(np.float32)
    for draw in range(permutations):
        order = shuffled_within(data.folds, generator)
        if not whole:
            there = ones[order]
            sums = [np.einsum("ij,ij->j", there, part) for part in (y, square)]
        product = size * np.einsum("ij,ij->j", x[order], y)
        found[draw] = product / np.sqrt(spread * (size * sums[1] - sums[0] ** 2))
    return found


def shuffled_within(folds: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return places of lines in an order that changes only within folds."""
    order = np.arange(len(folds))
    for fold in np.unique(folds):
        rows = np.flatnonzero(folds == fold)
        order[rows] = generator.permutation(rows)
    return order


def false_discovery(p: np.ndarray) -> np.ndarray:
    """Return Benjamini and Hochberg's q of the finite p values, NaN for the others."""
    known, q = np.isfinite(p), np.full(len(p), np.nan)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q
