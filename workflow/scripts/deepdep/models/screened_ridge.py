"""Ridge of each gene on few features of its own: those that go with it most in the training lines.

Kernel ridge weighs all features of an omic alike, for all genes; a gene that depends on few of them is
blurred. Here a gene has the ``features`` of largest covariance with its labels, and of these the stronger
are shrunk less: each is multiplied by a power of its covariance before a ridge on all of them (an adaptive
ridge after screening; Fan and Lv 2008, Zou 2006). The omics keep their scale, so that a feature that hardly
varies is not blown up. One penalty, chosen in folds of the training lines, serves all genes; in each fold
features are chosen anew.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csc_array

from deepdep.models.base import TrainingSet, gene_spreads
from deepdep.models.correlated import strongest
from deepdep.models.weighted_inputs import EvenInputs
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

POWER = 2  # of the covariances, as weights; on inner folds of real data 1 to 3 differ by 0.001 of r
FOLDS = 5  # of the training lines, to choose the penalty
FEWEST_LINES = 3  # with a label, for a gene to be more than its mean


class ScreenedRidge:
    """Ridge on each gene's strongest features.

    Parameters
    ----------
    features
        Number of features of each gene.
    penalties
        Penalties tried, in units of a gene's total variance of weighted features.
    ranked
        Omics of which the features' ranks within the sample are taken.
    lineage
        Whether lineages are among the features.
    """

    def __init__(
        self, features: int, penalties: Sequence[float], ranked: Sequence[str], lineage: bool = True
    ) -> None:
        self.number, self.penalties = features, list(penalties)
        self.inputs = EvenInputs(ranked, lineage)

    def fit(self, training: TrainingSet) -> None:
        """Choose the penalty in folds, then each gene's features, and solve."""
        design, labels = training.all_lines()
        self.inputs.fit(design, labels)
        features = self.inputs.matrix(design)
        self.penalty = self._choose(features, labels)
        ((self.weights, self.intercepts),) = self._solve(features, labels, [self.penalty])
        logger.info("screened ridge: penalty %g", self.penalty)

    def _choose(self, features: np.ndarray, labels: np.ndarray) -> float:
        """Return the penalty of least squared error in folds, in units of each gene's variance."""
        if len(self.penalties) == 1:
            return float(self.penalties[0])
        place, spread = np.arange(len(labels)) % min(FOLDS, len(labels)), gene_spreads(labels)
        errors = np.zeros(len(self.penalties))
        for fold in np.unique(place):
            kept = place != fold
            found = self._solve(features[kept], labels[kept], self.penalties)
            for number, (weights, intercepts) in enumerate(found):
                missed = labels[~kept] - intercepts - features[~kept] @ weights
                errors[number] += np.nansum(np.square(missed / spread))
        return float(self.penalties[errors.argmin()])

    def _solve(
        self, features: np.ndarray, labels: np.ndarray, penalties: Sequence[float]
    ) -> list[tuple[csc_array, np.ndarray]]:
        """Return weights (features x genes) and intercepts for each penalty."""
        columns, solved = [], []
        for gene, (own, strengths) in enumerate(strongest(features, labels, self.number)):
            lines = np.flatnonzero(np.isfinite(labels[:, gene]))
            if len(lines) < FEWEST_LINES:
                own, strengths = own[:0], strengths[:0]
            columns.append(own)
            few = features[np.ix_(lines, own)]
            solved.append(solve_gene(few, labels[lines, gene], strengths**POWER, penalties))
        return [
            (
                as_matrix(columns, [found[number][0] for found in solved], features.shape[1]),
                np.array([found[number][1] for found in solved], np.float32),
            )
            for number in range(len(penalties))
        ]

    def predict(self, design: Design) -> np.ndarray:
        """Return weighted sums of each gene's features."""
        return (self.inputs.matrix(design) @ self.weights + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return all features, samples x features: some gene may use any of them."""
        return self.inputs.matrix(design)

    def refitted(self, features: np.ndarray, labels: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """Predict all training lines after fitting on some, with the penalty as chosen.

        Parameters
        ----------
        features
            Of the training lines: ``codes`` of their design.
        labels
            Their labels.
        kept
            Lines to fit on, bool.
        """
        ((weights, intercepts),) = self._solve(features[kept], labels[kept], [self.penalty])
        return features @ weights + intercepts

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the genes' features and their weights (gene by gene), intercepts, means of all features."""
        own = {"columns": self.weights.indices.astype(np.int64), "weights": self.weights.data}
        starts = self.weights.indptr.astype(np.int64)
        return own | {"starts": starts, "intercepts": self.intercepts} | self.inputs.arrays()

    def notes(self) -> dict[str, Any]:
        """Return the penalty chosen, and the notes of the inputs."""
        return {"penalty": self.penalty, "inputs": self.inputs.notes()}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.inputs.restore(arrays, notes["inputs"])
        self.penalty, self.intercepts = notes["penalty"], arrays["intercepts"]
        width = sum(len(center) for center in self.inputs.centers.values())
        parts = (arrays["weights"], arrays["columns"], arrays["starts"])
        self.weights = csc_array(parts, shape=(width, len(self.intercepts)))

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def solve_gene(
    features: np.ndarray, labels: np.ndarray, weights: np.ndarray, penalties: Sequence[float]
) -> list[tuple[np.ndarray, float]]:
    """Solve ridge of one gene on weighted features; return their weights and the intercept, by penalty.

    Parameters
    ----------
    features, labels
        Of the lines that have a label: lines x features, lines.
    weights
        By which features are multiplied.
    penalties
        In units of the weighted features' total variance.
    """
    if not len(labels):
        return [(np.zeros(len(weights)), 0.0) for _ in penalties]
    center, mean = features.mean(axis=0, dtype=np.float64), float(labels.mean(dtype=np.float64))
    weighted = (features - center) * weights
    products, target = weighted.T @ weighted, weighted.T @ (labels - mean)
    unit = np.eye(len(weights)) * max(float(np.trace(products)) / len(labels), 1e-30)
    solved = [weights * np.linalg.solve(products + penalty * unit, target) for penalty in penalties]
    return [(found, mean - float(center @ found)) for found in solved]


def as_matrix(columns: list[np.ndarray], weights: list[np.ndarray], width: int) -> csc_array:
    """Put the genes' weights into a sparse matrix, features x genes float32."""
    starts = np.concatenate([[0], np.cumsum([len(own) for own in columns])])
    values = np.concatenate(weights).astype(np.float32)
    return csc_array((values, np.concatenate(columns), starts), shape=(width, len(columns)))
