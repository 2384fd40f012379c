"""Linear models of all pairs of a line and a gene, exact without a table of pairs.

With the features of line and gene side by side a prediction is x_line u + f_gene v + c. So the
normal equations need the lines' features, the genes' features and which pairs were measured, each
once (ridge, svm), and a lasso alternates between one of the lines on the mean of their residuals and
one of the genes, which ends in the minimum of both, as their penalties add up (Tseng 2001).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet

ROUNDS, CLOSE = 100, 1e-5  # most alternations; change of predictions, in SDs of labels, that ends them
GAP = 1e-6  # duality gap that ends a lasso, in squared norms of the labels
ITERATIONS = {"lasso": 5000, "svm": 500}  # most of one fit's
SMALL = 1e-10  # eigenvalue, relative to the largest, that counts as none


@dataclass(frozen=True)
class Fitted:
    """Weights of the lines' and of the genes' features, the constant, and whether the fit converged."""

    lines: np.ndarray
    genes: np.ndarray
    intercept: float
    converged: bool = True


@dataclass(frozen=True)
class Pairs:
    """Features of lines and of genes, centred, and the labels of pairs (0 where not measured), float64.

    ``measured``: lines x genes, 0 or 1. ``line_means`` and ``gene_means``: what was taken off.
    """

    lines: np.ndarray
    genes: np.ndarray
    labels: np.ndarray
    measured: np.ndarray
    line_means: np.ndarray
    gene_means: np.ndarray

    @classmethod
    def of(cls, lines: np.ndarray, genes: np.ndarray, labels: np.ndarray) -> "Pairs":
        """Take lines x features, genes x gene sets and labels (lines x genes, NaN = not measured)."""
        lines, genes = lines.astype(np.float64), genes.astype(np.float64)
        means = lines.mean(axis=0), genes.mean(axis=0)
        measured = np.isfinite(labels)
        known = np.where(measured, labels, 0).astype(np.float64)
        return cls(lines - means[0], genes - means[1], known, measured.astype(np.float64), *means)

    @property
    def count(self) -> float:
        """Return the number of measured pairs, 1 if there is none."""
        return max(float(self.measured.sum()), 1.0)

    def mean(self) -> float:
        """Return the mean label of the measured pairs."""
        return float(self.labels.sum()) / self.count

    def spread(self) -> float:
        """Return the standard deviation of the labels over the measured pairs."""
        return float(np.sqrt((np.square(self.labels - self.mean()) * self.measured).sum() / self.count))

    def fitted(self, lines: np.ndarray, genes: np.ndarray, intercept: float, converged: bool) -> Fitted:
        """Return weights of centred features as such of the features as they came."""
        off = self.line_means @ lines + self.gene_means @ genes
        return Fitted(lines, genes, float(intercept - off), converged)


class Rotated:
    """Pairs in coordinates in which squared weights are penalised as before and squared error is a diagonal.

    First to the principal axes of lines and of genes, of which there are no more than rows; then to the
    eigenvectors of all pairs' covariance.
    """

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.line_axes, self.gene_axes = principal_axes(pairs.lines), principal_axes(pairs.genes)
        self.lines, self.genes = pairs.lines @ self.line_axes, pairs.genes @ self.gene_axes
        by_line, by_gene = pairs.measured.sum(axis=1), pairs.measured.sum(axis=0)
        self.sums = np.concatenate([by_line @ self.lines, by_gene @ self.genes]) / pairs.count
        cross = self.lines.T @ pairs.measured @ self.genes
        own = [self.lines.T * by_line @ self.lines, self.genes.T * by_gene @ self.genes]
        second = np.block([[own[0], cross], [cross.T, own[1]]]) / pairs.count
        values, self.vectors = eigh(second - np.outer(self.sums, self.sums))
        self.values = np.maximum(values, 0)
        self.unit = float(self.values.mean()) if len(values) and self.values.any() else 1.0

    def gradient(self, residual: np.ndarray) -> np.ndarray:
        """Return the mean of residual (lines x genes) times the centred features, in the last coordinates."""
        total = residual.sum() * self.sums
        sums = np.concatenate([residual.sum(axis=1) @ self.lines, residual.sum(axis=0) @ self.genes])
        return self.vectors.T @ (sums - total) / self.pairs.count

    def scores(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the lines' and the genes' numbers and minus their mean over pairs."""
        first = self.vectors @ weights
        width = self.lines.shape[1]
        return self.lines @ first[:width], self.genes @ first[width:], -float(self.sums @ first)

    def fitted(self, weights: np.ndarray, intercept: float, converged: bool = True) -> Fitted:
        """Return the weights of the features; ``intercept``: prediction of a pair of mean features."""
        first, width = self.vectors @ weights, self.lines.shape[1]
        lines, genes = self.line_axes @ first[:width], self.gene_axes @ first[width:]
        return self.pairs.fitted(lines, genes, intercept - float(self.sums @ first), converged)


def principal_axes(centred: np.ndarray) -> np.ndarray:
    """Return orthonormal axes, features x axes, that span the rows: no more than the smaller dimension."""
    wide = centred.shape[1] > centred.shape[0]
    values, vectors = eigh(centred @ centred.T if wide else centred.T @ centred)
    kept = values > SMALL * max(float(values.max(initial=0)), SMALL)
    return centred.T @ vectors[:, kept] / np.sqrt(values[kept]) if wide else vectors[:, kept]


def fit_ridge(pairs: Pairs, penalties: Sequence[float]) -> list[Fitted]:
    """Fit ridge regression of all pairs in closed form, for each penalty in units of the mean eigenvalue."""
    space, mean = Rotated(pairs), pairs.mean()
    target = space.gradient((pairs.labels - mean) * pairs.measured)
    return [space.fitted(target / (space.values + penalty * space.unit), mean) for penalty in penalties]


def fit_svm(pairs: Pairs, penalties: Sequence[float], epsilon: float) -> list[Fitted]:
    """Fit support vector regression of all pairs, linear, loss max(|error| - epsilon, 0)^2 / 2, by L-BFGS.

    That is LinearSVR of scikit-learn with ``squared_epsilon_insensitive`` and a free intercept. The
    loss is smooth, so that its minimum is found on all pairs; no subsample is drawn. Penalties in units
    of the mean eigenvalue; ``epsilon`` in standard deviations of the labels.
    """
    space, found = Rotated(pairs), []
    margin, weights = epsilon * pairs.spread(), np.zeros(len(space.values))
    start = np.append(weights, pairs.mean())
    for penalty in penalties:
        alpha = penalty * space.unit
        # in these units the squared error's curvature is 1 in all directions
        stretch = np.append(np.sqrt(space.values + alpha), 1.0)

        def loss(
            scaled: np.ndarray, alpha: float = alpha, stretch: np.ndarray = stretch
        ) -> tuple[float, np.ndarray]:
            weights = scaled / stretch
            lines, genes, constant = space.scores(weights[:-1])
            error = (pairs.labels - lines[:, None] - genes - constant - weights[-1]) * pairs.measured
            excess = np.sign(error) * np.maximum(np.abs(error) - margin, 0)
            value = np.square(excess).sum() / pairs.count + alpha * np.square(weights[:-1]).sum()
            down = np.append(alpha * weights[:-1] - space.gradient(excess), -excess.sum() / pairs.count)
            return value / 2, down / stretch

        limits: Any = {"maxiter": ITERATIONS["svm"], "ftol": 1e-13, "gtol": 1e-7 * max(pairs.spread(), 1e-6)}
        result = minimize(loss, start * stretch, jac=True, method="L-BFGS-B", options=limits)
        start = result.x / stretch
        found.append(space.fitted(start[:-1], start[-1], bool(result.success)))
    return found


def fit_elastic_net(pairs: Pairs, penalties: Sequence[float], l1_ratio: float) -> list[Fitted]:
    """Fit an elastic net of all pairs: alternate between lines and genes (scikit-learn) until both stay.

    Objective as of scikit-learn, over pairs; penalties in units of the smallest that drops every feature.
    """
    residual = (pairs.labels - pairs.mean()) * pairs.measured
    slopes = [residual.sum(axis=1) @ pairs.lines, residual.sum(axis=0) @ pairs.genes]
    largest = max(float(np.abs(slope).max(initial=0)) for slope in slopes) / pairs.count / l1_ratio
    if largest <= 0:  # nothing to learn from
        lines, genes = (np.zeros(part.shape[1]) for part in (pairs.lines, pairs.genes))
        return [pairs.fitted(lines, genes, pairs.mean(), True) for _ in penalties]
    nets = [Side(pairs.lines, pairs.measured, l1_ratio), Side(pairs.genes, pairs.measured.T, l1_ratio)]
    return [alternate(pairs, nets, penalty * largest) for penalty in penalties]


class Side:
    """The elastic net of one side of the pairs, which begins where it ended before.

    Squared error over pairs is that of the mean over a row's measured pairs, weighted by their number,
    and a constant.
    """

    def __init__(self, features: np.ndarray, measured: np.ndarray, l1_ratio: float) -> None:
        self.counts = measured.sum(axis=1)
        self.rows = np.flatnonzero(self.counts)
        self.features, self.known = features, np.asfortranarray(features[self.rows])
        self.net = ElasticNet(l1_ratio=l1_ratio, max_iter=ITERATIONS["lasso"], tol=GAP, warm_start=True)
        self.numbers, self.intercept = np.zeros(len(features)), 0.0
        self.weights = np.zeros(features.shape[1])

    def fit(self, sums: np.ndarray, penalty: float) -> bool:
        """Fit the sums of residuals over a row's pairs; tell whether it converged."""
        self.net.set_params(alpha=penalty)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            counts = self.counts[self.rows]
            self.net.fit(self.known, sums[self.rows] / counts, sample_weight=counts)
        self.weights, self.intercept = self.net.coef_.copy(), float(self.net.intercept_)
        self.numbers = self.features @ self.weights
        return not any(issubclass(entry.category, ConvergenceWarning) for entry in caught)


def alternate(pairs: Pairs, nets: Sequence[Side], penalty: float) -> Fitted:
    """Fit lines and genes in turn until predictions stay as they are."""
    lines, genes = nets
    close, converged = CLOSE * pairs.spread(), False
    for _ in range(ROUNDS):
        before = lines.numbers, genes.numbers
        left = (pairs.labels - genes.numbers) * pairs.measured
        fits = [lines.fit(left.sum(axis=1), penalty)]
        left = (pairs.labels - lines.numbers[:, None]) * pairs.measured
        fits.append(genes.fit(left.sum(axis=0), penalty))
        moved = [
            np.abs(old - new).max() for old, new in zip(before, (lines.numbers, genes.numbers), strict=True)
        ]
        if max(moved) <= close:
            converged = all(fits)
            break
    return pairs.fitted(lines.weights, genes.weights, genes.intercept, converged)
