"""Per-gene ridge on all omics, tuned inside the training lines by exact leave-one-out.

Ridge in its dual form: one kernel (lines x lines) per omic, summed with a weight each. The
weights are shared by all genes, the penalty is each gene's own; both minimise the exact
leave-one-out error, which the eigenvectors of the kernel give without refitting
(Golub, Heath and Wahba 1979). Missing labels are left out, never filled: genes measured in
the same lines share one eigendecomposition.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import eigh

from deepdep.models.base import TrainingSet, gene_means, gene_spreads
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

ONE_FOR_ALL = 1e6  # a sharing that gives all genes the same penalty


class Ridge:
    """Tuned ridge regression, one per gene.

    Parameters
    ----------
    penalties
        Penalties tried, in units of the mean eigenvalue of the weighted kernel.
    omic_weights
        Weights tried for each omic's kernel (its trace is scaled to the number of lines).
    sharing
        How much the error of all genes counts beside a gene's own in the choice of its penalty.
    """

    def __init__(
        self, penalties: Sequence[float], omic_weights: Sequence[float], sharing: float = 0.0
    ) -> None:
        self.penalties = np.asarray(penalties, np.float64)
        self.omic_weights = list(omic_weights)
        self.sharing = sharing

    def fit(self, training: TrainingSet) -> None:
        """Choose weights and penalties by leave-one-out, then solve for every gene."""
        design, labels = training.all_lines()
        self.omics = list(design.values)
        kernels = {omic: linear_kernel(design.values[omic]) for omic in self.omics}
        self.scales = {omic: kernel_scale(kernels[omic]) for omic in self.omics}
        scaled = {omic: kernels[omic] * self.scales[omic] for omic in self.omics}
        self.weights = tune_weights(scaled, labels, self.penalties, self.omic_weights, self.sharing)
        kernel = weighted_sum(scaled, self.weights)
        self.duals, self.intercepts, self.penalty = solve_genes(kernel, labels, self.penalties, self.sharing)
        self.train = {omic: design.values[omic] for omic in self.omics}
        logger.info("ridge: omic weights %s", self.weights)

    def predict(self, design: Design) -> np.ndarray:
        """Return the kernel between ``design`` and the training lines times the dual weights."""
        return (self.codes(design) @ self.duals + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the weighted kernel, samples x training lines: all that a prediction knows of a sample."""
        return sum(
            design.values[omic] @ self.train[omic].T * (self.scales[omic] * self.weights[omic])
            for omic in sorted(self.omics)  # one order of summation, also after restore
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return dual weights, intercepts, penalties and the training lines' features."""
        own = {"duals": self.duals, "intercepts": self.intercepts, "penalty": self.penalty}
        return own | {f"train/{omic}": self.train[omic] for omic in self.omics}

    def notes(self) -> dict[str, Any]:
        """Return the omics' weights and the scale of each kernel."""
        return {"weights": self.weights, "scales": self.scales}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.duals, self.intercepts, self.penalty = (
            arrays[key] for key in ("duals", "intercepts", "penalty")
        )
        self.weights, self.scales = notes["weights"], notes["scales"]
        self.omics = list(self.weights)
        self.train = {omic: arrays[f"train/{omic}"] for omic in self.omics}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


class CentredKernel:
    """Eigenvectors of a kernel, lines x lines, that is centred so that the intercept is free.

    ``unit`` is the mean eigenvalue, in which penalties are given.
    """

    def __init__(self, kernel: np.ndarray) -> None:
        self.row_means = kernel.mean(axis=0)
        centred = kernel - self.row_means - self.row_means[:, None] + kernel.mean()
        values, self.vectors = eigh(centred.astype(np.float64))
        self.values = np.maximum(values, 0)
        self.unit = max(float(self.values.mean()), 1e-12)


class KernelSolver(CentredKernel):
    """Kernel ridge with a free intercept on one set of lines, for many genes and penalties.

    Parameters
    ----------
    kernel
        Lines x lines.
    labels
        Lines x genes, without missing values.
    """

    def __init__(self, kernel: np.ndarray, labels: np.ndarray) -> None:
        super().__init__(kernel)
        self.means = labels.mean(axis=0, dtype=np.float64)
        self.centred = labels - self.means
        self.rotated = self.vectors.T @ self.centred

    def leave_one_out(self, penalties: np.ndarray) -> np.ndarray:
        """Return the mean squared leave-one-out error, penalties x genes."""
        errors = []
        for penalty in penalties:
            shrink = self.values / (self.values + penalty * self.unit)
            leverage = 1 / len(self.centred) + (self.vectors**2) @ shrink
            residual = self.centred - self.vectors @ (shrink[:, None] * self.rotated)
            errors.append(np.square(residual / (1 - leverage)[:, None]).mean(axis=0))
        return np.stack(errors)

    def solve(self, penalties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Solve with one penalty per gene; return dual weights (lines x genes) and intercepts."""
        duals = self.vectors @ (self.rotated / (self.values[:, None] + penalties * self.unit))
        return duals, self.means - self.row_means @ duals


def tune_weights(
    kernels: dict[str, np.ndarray],
    labels: np.ndarray,
    penalties: np.ndarray,
    candidates: Sequence[float],
    sharing: float = 0.0,
) -> dict[str, float]:
    """Improve one kernel's weight at a time, twice round, from equal weights.

    Only here, missing labels stand at the gene's mean, so that one eigendecomposition a candidate
    serves all genes. Where genes share in the choice of penalties, they have one penalty here, too,
    and count alike whatever their scale.
    """
    filled = np.where(np.isfinite(labels), labels, gene_means(labels))
    if sharing:
        filled = components((filled - filled.mean(axis=0)) / gene_spreads(labels))
    weights = dict.fromkeys(kernels, 1.0)
    best = total_error(kernels, weights, filled, penalties, bool(sharing))
    for name in 2 * list(kernels) if len(kernels) > 1 else []:
        for candidate in candidates:
            trial = {**weights, name: candidate}
            if trial == weights or not any(trial.values()):
                continue
            if (error := total_error(kernels, trial, filled, penalties, bool(sharing))) < best:
                weights, best = trial, error
    return weights


def components(deviations: np.ndarray) -> np.ndarray:
    """Return as many columns as there are lines, or genes, with the same squared errors in all.

    A linear fit of all genes with one penalty makes the same error, summed over genes, on the
    principal components of the labels: a rotation of the genes changes no sum of squares.
    """
    left, sizes, _ = np.linalg.svd(deviations.astype(np.float64), full_matrices=False)
    return left * sizes


def total_error(
    kernels: dict[str, np.ndarray],
    weights: dict[str, float],
    labels: np.ndarray,
    penalties: np.ndarray,
    shared: bool,
) -> float:
    """Return the leave-one-out error of all genes together, with the best penalty of all or of each."""
    errors = KernelSolver(weighted_sum(kernels, weights), labels).leave_one_out(penalties)
    return float(errors.sum(axis=1).min() if shared else errors.min(axis=0).sum())


def shared_error(errors: np.ndarray, sharing: float) -> np.ndarray:
    """Return what all genes say of each penalty: the mean of their relative errors, times ``sharing``."""
    return sharing * relative(errors).mean(axis=1, keepdims=True)


def relative(errors: np.ndarray) -> np.ndarray:
    """Return errors, penalties x genes, in units of each gene's least one."""
    return errors / np.maximum(errors.min(axis=0), 1e-30)


def choose_penalties(errors: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Return for each gene the place of the penalty with the least error, its own and the shared one.

    A gene's own leave-one-out error, over a few hundred lines, is nearly flat and its minimum
    mostly noise: on inner folds of real data, penalties of their own cost 0.013 of the mean r.
    """
    return (relative(errors) + shared).argmin(axis=0)


def solve_genes(
    kernel: np.ndarray, labels: np.ndarray, penalties: np.ndarray, sharing: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Solve every gene on the lines that measured it, with the penalty of least leave-one-out error.

    Returns
    -------
    tuple
        Dual weights (lines x genes), intercepts, penalties; float32, 0 for a gene without a label.
    """
    duals = np.zeros(labels.shape, np.float32)
    intercepts, chosen = np.zeros((2, labels.shape[1]), np.float32)
    shared = np.zeros((len(penalties), 1))
    if sharing:  # missing labels stand at the gene's mean for this alone
        filled = np.where(np.isfinite(labels), labels, gene_means(labels))
        shared = shared_error(KernelSolver(kernel, filled).leave_one_out(penalties), sharing)
    for lines, genes in same_lines(np.isfinite(labels)):
        solver = KernelSolver(kernel[np.ix_(lines, lines)], labels[np.ix_(lines, genes)])
        best = penalties[choose_penalties(solver.leave_one_out(penalties), shared)]
        duals[np.ix_(lines, genes)], intercepts[genes] = solver.solve(best)
        chosen[genes] = best
    return duals, intercepts, chosen


def linear_kernel(values: np.ndarray) -> np.ndarray:
    """Return the inner products of all pairs of lines, float64."""
    return (values @ values.T).astype(np.float64)


def kernel_scale(kernel: np.ndarray) -> float:
    """Return the factor that gives the kernel a trace equal to the number of lines."""
    return float(1 / max(np.trace(kernel) / len(kernel), 1e-12))


def weighted_sum(kernels: dict[str, np.ndarray], weights: dict[str, float]) -> np.ndarray:
    """Add the kernels up, each times its weight."""
    used = (weights[name] * kernel for name, kernel in kernels.items() if weights[name])
    return sum(used, np.zeros(()))


def same_lines(measured: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Group genes by the lines they were measured in.

    Parameters
    ----------
    measured
        Lines x genes, bool.

    Yields
    ------
    tuple
        Row numbers of the lines, column numbers of the genes. Genes without a line are left out.
    """
    patterns, members = np.unique(measured, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        lines = np.flatnonzero(patterns[:, number])
        if len(lines):
            yield lines, np.flatnonzero(members == number)
