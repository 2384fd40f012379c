"""The baseline of the most similar cell lines: a mean of their labels, the nearer ones counting more.

Similarity is the correlation of two samples' scaled features, the mean over the omics, so that each
omic weighs the same however many features it has. A sample without an omic correlates 0 there with
all lines, which prefers none of them. Each gene has the number of neighbours of least leave-one-out
error, which is exact: no line has a part in another's neighbours but as one of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import TrainingSet, gene_means
from deepdep.prepare.transform import Design

NEAREST = 1e-3  # least distance (1 - correlation): a line's duplicate counts much, not all


class NearestLines:
    """Distance-weighted mean of the labels of the nearest training lines.

    Parameters
    ----------
    neighbours
        Numbers of neighbours tried for each gene.
    """

    def __init__(self, neighbours: Sequence[int]) -> None:
        self.neighbours = np.array(sorted(neighbours), np.int64)

    def fit(self, training: TrainingSet) -> None:
        """Keep the training lines and choose each gene's number of neighbours by leave-one-out."""
        design, self.labels = training.all_lines()
        self.omics = sorted(design.values)
        self.train = {omic: unit_rows(design.values[omic]) for omic in self.omics}
        self.means = gene_means(self.labels)
        distances = 1 - self.codes(design)
        np.fill_diagonal(distances, np.inf)  # the line itself, left out
        others = other_means(self.labels)
        errors = [self._error(distances, number, others) for number in self.neighbours]
        self.chosen = self.neighbours[np.argmin(errors, axis=0)]

    def _error(self, distances: np.ndarray, number: int, others: np.ndarray) -> np.ndarray:
        found = weighted_labels(neighbour_weights(distances, number), self.labels, others)
        return np.asarray(np.nansum(np.square(self.labels - found), axis=0, dtype=np.float64))

    def predict(self, design: Design) -> np.ndarray:
        """Return the weighted mean of the neighbours' labels, the gene's mean where none has one."""
        distances = 1 - self.codes(design)
        found = np.empty((len(distances), self.labels.shape[1]), np.float32)
        for number in np.unique(self.chosen):
            genes = self.chosen == number
            weights = neighbour_weights(distances, number)
            found[:, genes] = weighted_labels(weights, self.labels[:, genes], self.means[genes])
        return found

    def codes(self, design: Design) -> np.ndarray:
        """Return the mean correlation with each training line, samples x lines."""
        parts = [unit_rows(design.values[omic]) @ self.train[omic].T for omic in self.omics]
        return sum(parts) / np.float32(len(parts))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return labels (NaN = not measured), means and neighbours by gene, and the lines' features."""
        own = {"labels": self.labels, "means": self.means, "neighbours": self.chosen}
        return own | {f"train/{omic}": self.train[omic] for omic in self.omics}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.labels, self.means, self.chosen = (arrays[key] for key in ("labels", "means", "neighbours"))
        self.omics = notes["omics"]
        self.train = {omic: arrays[f"train/{omic}"] for omic in self.omics}

    def notes(self) -> dict[str, Any]:
        """Return the omics."""
        return {"omics": self.omics}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def unit_rows(values: np.ndarray) -> np.ndarray:
    """Centre each row and give it length 1, so that inner products are correlations; a constant row is 0."""
    centred = values - values.mean(axis=1, keepdims=True, dtype=np.float64)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    size = np.abs(values).max(axis=1, keepdims=True, initial=0)
    varies = length > 1e-6 * np.maximum(size, 1e-30)
    return np.where(varies, centred / np.where(varies, length, 1), 0).astype(np.float32)


def neighbour_weights(distances: np.ndarray, number: int) -> np.ndarray:
    """Return samples x lines, 1 / distance for the nearest lines and 0 for all others.

    Parameters
    ----------
    distances
        Samples x lines; infinite = never a neighbour.
    number
        How many are neighbours; all of them where there are not as many.
    """
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :number]
    weights = np.zeros(distances.shape, np.float64)
    near = np.take_along_axis(distances, nearest, axis=1)
    np.put_along_axis(weights, nearest, 1 / np.maximum(near, NEAREST), axis=1)
    return weights


def weighted_labels(weights: np.ndarray, labels: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Return weighted means of the measured labels, samples x genes; ``otherwise`` where none is measured."""
    measured = np.isfinite(labels)
    total = weights @ measured.astype(np.float64)
    sums = weights @ np.where(measured, labels, 0).astype(np.float64)
    return np.where(total > 0, sums / np.where(total > 0, total, 1), otherwise)


def other_means(labels: np.ndarray) -> np.ndarray:
    """Return the mean of each gene over all lines but this one, lines x genes; 0 where there is none."""
    measured = np.isfinite(labels)
    known = np.where(measured, labels, 0).astype(np.float64)
    count = measured.sum(axis=0) - measured
    return np.where(count > 0, (known.sum(axis=0) - known) / np.maximum(count, 1), 0)
