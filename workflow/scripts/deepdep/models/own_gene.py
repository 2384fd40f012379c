"""The baseline that reads a gene's own features only: its expression, copy number, mutation, methylation.

Per-gene ridge with a free intercept on at most one feature per omic, the one that is named as the
gene; a gene without any gets its mean. Each gene's penalty is the one of least exact leave-one-out
error. All genes are solved together: the matrices have as many rows as there are omics.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import TrainingSet
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

NONE_OWN = "no feature is named as a gene, so that it predicts the genes' means"
BLOCK = 2000  # genes solved at once: bounds memory, not results


class OwnGene:
    """Ridge of each gene on the features named as the gene.

    Parameters
    ----------
    penalties
        Penalties tried for each gene, in units of the mean variance of its features, the constant
        ones left out, times the number of its measured lines.
    """

    def __init__(self, penalties: Sequence[float]) -> None:
        self.penalties = np.asarray(penalties, np.float64)

    def fit(self, training: TrainingSet) -> None:
        """Find each gene's features, choose its penalty by leave-one-out and solve."""
        design, labels = training.all_lines()
        self.omics = list(design.values)
        self.columns = {omic: named_as(training.genes, training.features[omic]) for omic in self.omics}
        count = len(training.genes)
        self.weights = {omic: np.zeros(count, np.float32) for omic in self.omics}
        self.intercepts, self.penalty = np.zeros((2, count), np.float32)
        for start in range(0, count, BLOCK):
            self._solve(design, labels, slice(start, start + BLOCK))
        self._tell(count)

    def _solve(self, design: Design, labels: np.ndarray, genes: slice) -> None:
        parts = [take_columns(design.values[omic], self.columns[omic][genes]) for omic in self.omics]
        solver = OwnSolver(np.stack(parts, axis=2), labels[:, genes])
        best = solver.leave_one_out(self.penalties).argmin(axis=0)
        weights, self.intercepts[genes] = solver.solve(self.penalties[best])
        self.penalty[genes] = self.penalties[best]
        for number, omic in enumerate(self.omics):
            self.weights[omic][genes] = weights[:, number]

    def _tell(self, count: int) -> None:
        found = {omic: int((columns >= 0).sum()) for omic, columns in self.columns.items()}
        logger.info("own_gene: of %d genes, with a feature of their own: %s", count, found)
        self.said = [] if any(found.values()) else [NONE_OWN]
        for sentence in self.said:
            logger.warning("own_gene: %s", sentence)

    def predict(self, design: Design) -> np.ndarray:
        """Return weighted sums of each gene's own features."""
        parts = [  # one order of summation, also after restore
            take_columns(design.values[omic], self.columns[omic]) * self.weights[omic]
            for omic in sorted(self.omics)
        ]
        return (sum(parts) + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray | None:
        """Return the features that belong to a gene, samples x features; None if there are none."""
        used = {omic: np.unique(self.columns[omic][self.columns[omic] >= 0]) for omic in sorted(self.omics)}
        parts = [design.values[omic][:, columns] for omic, columns in used.items()]
        return np.concatenate(parts, axis=1) if sum(part.shape[1] for part in parts) else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return intercepts, penalties, and each omic's weights and columns (-1 = none) by gene."""
        weights = {f"weights/{omic}": self.weights[omic] for omic in self.omics}
        columns = {f"columns/{omic}": self.columns[omic] for omic in self.omics}
        return {"intercepts": self.intercepts, "penalty": self.penalty} | weights | columns

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.omics, self.said = notes["omics"], notes["warnings"]
        self.intercepts, self.penalty = arrays["intercepts"], arrays["penalty"]
        self.weights = {omic: arrays[f"weights/{omic}"] for omic in self.omics}
        self.columns = {omic: arrays[f"columns/{omic}"] for omic in self.omics}

    def notes(self) -> dict[str, Any]:
        """Return the omics."""
        return {"omics": self.omics, "warnings": self.said}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


class OwnSolver:
    """Ridge with a free intercept for many genes at once, each on a few features of its own.

    Parameters
    ----------
    features
        Lines x genes x features, 0 throughout for a feature that a gene lacks.
    labels
        Lines x genes, NaN = not measured.
    """

    def __init__(self, features: np.ndarray, labels: np.ndarray) -> None:
        self.measured = np.isfinite(labels)
        self.count = np.maximum(self.measured.sum(axis=0), 1)
        known = np.where(self.measured, labels, 0).astype(np.float64)
        self.label_means = known.sum(axis=0) / self.count
        self.labels = (known - self.label_means) * self.measured
        weight = self.measured[:, :, None]
        self.feature_means = (features * weight).sum(axis=0, dtype=np.float64) / self.count[:, None]
        centred = (features - self.feature_means) * weight
        products = np.einsum("lgf,lgh->gfh", centred, centred)
        values, self.vectors = np.linalg.eigh(products)
        self.values = np.maximum(values, 0)
        varying = (np.einsum("gff->gf", products) > 1e-9).sum(axis=1)
        self.unit = np.maximum(self.values.sum(axis=1) / np.maximum(varying, 1), 1e-12)
        self.rotated = np.einsum("lgf,gfh->lgh", centred, self.vectors)
        self.projected = np.einsum("lgh,lg->gh", self.rotated, self.labels)

    def leave_one_out(self, penalties: np.ndarray) -> np.ndarray:
        """Return the mean squared leave-one-out error, penalties x genes."""
        errors = []
        for penalty in penalties:
            inverse = 1 / (self.values + penalty * self.unit[:, None])
            leverage = 1 / self.count + np.einsum("lgh,gh->lg", self.rotated**2, inverse)
            residual = self.labels - np.einsum("lgh,gh->lg", self.rotated, inverse * self.projected)
            # a gene with one line has nothing to be left: leverage 1, residual 0
            left_out = residual / np.maximum(1 - leverage, 1e-12) * self.measured
            errors.append(np.square(left_out).sum(axis=0) / self.count)
        return np.stack(errors)

    def solve(self, penalties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Solve with one penalty per gene; return weights (genes x features) and intercepts."""
        inverse = 1 / (self.values + (penalties * self.unit)[:, None])
        weights = np.einsum("gfh,gh->gf", self.vectors, inverse * self.projected)
        return weights, self.label_means - (weights * self.feature_means).sum(axis=1)


def named_as(genes: Sequence[str], features: Sequence[str]) -> np.ndarray:
    """Return the column of the feature that is named as each gene, -1 where there is none."""
    places = {name: number for number, name in reversed(list(enumerate(features)))}
    return np.array([places.get(gene, -1) for gene in genes], np.int64)


def take_columns(values: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the columns named, 0 throughout for -1."""
    return np.where(columns >= 0, values[:, np.maximum(columns, 0)], np.float32(0))
