"""The baseline of a few features per gene: elastic net (scikit-learn), tuned by folds of the training lines.

A gene's features are pre-chosen by correlation in the lines that measured it. The folds that choose
the penalty are drawn after that, so that they are optimistic; the test lines have seen none of it.
"""

import logging
import warnings
from typing import Any

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import KFold

from deepdep.models.base import TrainingSet, gene_means
from deepdep.models.correlated import joined, most_correlated
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")


class ElasticNet:
    """Elastic net, one per gene.

    Parameters
    ----------
    features
        Number of features pre-chosen for each gene.
    l1_ratio
        Share of the lasso's penalty, 1 is the lasso itself.
    penalties
        Number of penalties tried, from the one that drops every feature to a thousandth of it.
    folds
        Folds that choose among them.
    """

    def __init__(self, features: int, l1_ratio: float, penalties: int, folds: int) -> None:
        self.number, self.l1_ratio, self.penalties, self.folds = features, l1_ratio, penalties, folds

    def fit(self, training: TrainingSet) -> None:
        """Choose each gene's features, then its penalty, and fit."""
        design, labels = training.all_lines()
        features = joined(design)
        self.intercepts = gene_means(labels)
        weights, unconverged = [], 0
        for gene, columns in enumerate(most_correlated(features, labels, self.number)):
            lines = np.flatnonzero(np.isfinite(labels[:, gene]))
            if len(lines) >= 2 * self.folds and len(columns) and np.ptp(labels[lines, gene]) > 0:
                net, warned = self._fit_gene(
                    features[np.ix_(lines, columns)], labels[lines, gene], training.seed
                )
                used = np.flatnonzero(net.coef_)
                weights.append((columns[used], np.full(len(used), gene), net.coef_[used]))
                self.intercepts[gene] = net.intercept_
                unconverged += warned
        self._keep(weights, len(training.genes))
        self.not_converged, self.said = unconverged, []
        if unconverged:
            self.said.append(f"{unconverged} of {labels.shape[1]} genes did not converge")
            logger.warning("elastic_net: %s", self.said[0])

    def _fit_gene(self, features: np.ndarray, labels: np.ndarray, seed: int) -> tuple[ElasticNetCV, bool]:
        """Fit one gene; tell whether any of its fits did not converge."""
        folds = KFold(self.folds, shuffle=True, random_state=seed)
        net = ElasticNetCV(l1_ratio=self.l1_ratio, alphas=self.penalties, cv=folds)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            net.fit(features.astype(np.float64), labels.astype(np.float64))
        return net, any(issubclass(entry.category, ConvergenceWarning) for entry in caught)

    def _keep(self, found: list[tuple[np.ndarray, np.ndarray, np.ndarray]], genes: int) -> None:
        """Keep the weights of the features that any gene uses, as a matrix."""
        rows = np.concatenate([np.zeros(0, np.int64), *(columns for columns, _, _ in found)])
        self.used, places = np.unique(rows, return_inverse=True)
        self.weights = np.zeros((len(self.used), genes), np.float32)
        self.weights[places, np.concatenate([np.zeros(0, np.int64), *(gene for _, gene, _ in found)])] = (
            np.concatenate([np.zeros(0), *(values for _, _, values in found)])
        )

    def predict(self, design: Design) -> np.ndarray:
        """Return weighted sums of the features in use."""
        return joined(design)[:, self.used] @ self.weights + self.intercepts

    def codes(self, design: Design) -> np.ndarray | None:
        """Return the features that any gene uses; None if there are none."""
        return joined(design)[:, self.used] if len(self.used) else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the features in use (columns of all omics by name), their weights, and intercepts."""
        return {"used": self.used, "weights": self.weights, "intercepts": self.intercepts}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.used, self.weights, self.intercepts = (arrays[key] for key in ("used", "weights", "intercepts"))
        self.not_converged, self.said = notes["not_converged"], notes["warnings"]

    def notes(self) -> dict[str, Any]:
        """Return how many genes did not converge."""
        return {"not_converged": self.not_converged, "warnings": self.said}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None
