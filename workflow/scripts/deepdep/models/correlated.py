"""Features chosen for each gene by their correlation with its labels, in the training lines alone."""

from collections.abc import Iterator

import numpy as np

from deepdep.prepare.transform import Design

BLOCK = 200  # genes correlated at once: bounds memory, not results
SMALL = 1e-6  # variance, relative to the mean square, that counts as none


def joined(design: Design) -> np.ndarray:
    """Return all omics side by side, in the order of their names."""
    return np.concatenate([design.values[omic] for omic in sorted(design.values)], axis=1)


def most_correlated(features: np.ndarray, labels: np.ndarray, number: int) -> Iterator[np.ndarray]:
    """Yield, gene by gene, the columns of the features that correlate most, in ascending order.

    Parameters
    ----------
    features
        Lines x features.
    labels
        Lines x genes, NaN = not measured; a gene's correlations are over the lines that have it.
    number
        Most features of a gene; those that do not vary in its lines are left out.
    """
    for start in range(0, labels.shape[1], BLOCK):
        for strength in correlations(features, labels[:, start : start + BLOCK]).T:
            order = np.argsort(-strength, kind="stable")[:number]
            yield np.sort(order[strength[order] >= 0])


def strongest(
    features: np.ndarray, labels: np.ndarray, number: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, gene by gene, the columns with the largest covariance, ascending, and how large it is.

    The covariance is that with the gene's labels at SD 1: the correlation times the feature's SD.
    Parameters as of :func:`most_correlated`.
    """
    spreads = features.std(axis=0)[:, None]
    for start in range(0, labels.shape[1], BLOCK):
        block = correlations(features, labels[:, start : start + BLOCK])
        for strength in np.where(block > 0, block * spreads, 0).T:
            few = min(number, len(strength))
            chosen = np.argpartition(-strength, few - 1)[:few]
            columns = np.sort(chosen[strength[chosen] > 0])
            yield columns, strength[columns]


def correlations(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return absolute correlations, features x genes; -1 for a feature that does not vary."""
    measured = np.isfinite(labels).astype(np.float32)
    count = np.maximum(measured.sum(axis=0), 1)
    known = np.where(measured > 0, labels, 0).astype(np.float32)
    centred = (known - known.sum(axis=0) / count) * measured
    means = features.T @ measured / count
    squares = np.square(features).T @ measured / count
    spread = squares - means**2
    varies = spread > SMALL * squares
    scale = np.sqrt(np.where(varies, spread, 1) * np.maximum(np.square(centred).sum(axis=0) * count, 1e-30))
    return np.where(varies, np.abs(features.T @ centred) / scale, -1)
