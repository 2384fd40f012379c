"""Kernel ridge whose genes help each other: directions that many genes share are shrunk less.

Genes depend on each other: those of one complex or pathway go up and down together across lines.
The labels' deviations from the gene means are turned into their principal components over genes,
and each component gets a penalty of its own, the lower the more of the labels' variance it holds:
penalty = p / (variance / mean variance) ** power. That is a Gaussian process with the covariance
K x G, lines and genes, where G is the power of the labels' covariance (Bonilla, Chai and Williams
2007, "Multi-task Gaussian process prediction"); power 0 is ridge with one penalty for all genes.

Power and penalty minimise the error in folds of the training lines. Leave-one-out would not do:
the components are found with the labels of the line that it leaves out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from deepdep.models.base import gene_means, gene_spreads
from deepdep.models.kernel_ridge import KernelRidge
from deepdep.models.ridge import ONE_FOR_ALL, CentredKernel

ROUNDS = 2  # of filling missing labels by what is predicted for them
SMALLEST = 1e-6  # variance of a component, relative to the mean, below which it counts as this


class SharedKernelRidge(KernelRidge):
    """Kernel ridge, shared by genes.

    Parameters
    ----------
    kernels, rbf_widths, kernel_weights, penalties
        As of :class:`KernelRidge`.
    powers
        Powers of the components' variances tried.
    """

    folds = 5  # of the training lines, to choose power and penalty

    def __init__(
        self,
        kernels: Sequence[str],
        rbf_widths: Sequence[float],
        kernel_weights: Sequence[float],
        penalties: Sequence[float],
        powers: Sequence[float],
    ) -> None:
        super().__init__(kernels, rbf_widths, kernel_weights, penalties, sharing=ONE_FOR_ALL)
        self.powers = list(powers)

    def _solve(self, kernel: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Choose power and penalty in folds, then solve on all lines."""
        self.power, self.chosen = choose_sharing(kernel, labels, self.powers, self.penalties, self.folds)
        duals, intercepts = solve_shared(kernel, labels, self.power, self.chosen)
        return duals, intercepts, np.full(labels.shape[1], self.chosen, np.float32)

    def refitted(self, kernel: np.ndarray, labels: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """Predict all training lines after fitting on some, with power and penalty as chosen.

        Parameters
        ----------
        kernel
            Weighted kernel of the training lines: ``codes`` of their design.
        labels
            Their labels.
        kept
            Lines to fit on, bool.
        """
        kernel = kernel.astype(np.float64)
        duals, intercepts = solve_shared(kernel[np.ix_(kept, kept)], labels[kept], self.power, self.chosen)
        return kernel[:, kept] @ duals + intercepts

    def notes(self) -> dict[str, Any]:
        """Return those of kernel ridge, and the power and penalty chosen."""
        return super().notes() | {"power": self.power, "penalty": self.chosen}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        super().restore(arrays, notes)
        self.power, self.chosen = notes["power"], notes["penalty"]


class SharedSolver(CentredKernel):
    """Kernel ridge on the principal components of the labels, for several powers and penalties.

    Parameters
    ----------
    kernel
        Lines x lines.
    deviations
        Lines x genes, without missing values; their means are taken off here.
    """

    def __init__(self, kernel: np.ndarray, deviations: np.ndarray) -> None:
        super().__init__(kernel)
        self.take_up(deviations)

    def take_up(self, deviations: np.ndarray) -> None:
        """Turn other labels of the same lines into their components."""
        self.means = deviations.mean(axis=0)
        left, sizes, self.genes = np.linalg.svd(deviations - self.means, full_matrices=False)
        squares = np.square(sizes)
        self.strength = np.maximum(squares / max(squares.mean(), 1e-30), SMALLEST)
        self.rotated = self.vectors.T @ (left * sizes)

    def shrunk(self, power: float, penalty: float) -> np.ndarray:
        """Return dual weights in eigenvectors of the kernel x components of the labels."""
        penalties = penalty * self.unit / self.strength**power
        return self.rotated / (self.values[:, None] + penalties)

    def duals(self, power: float, penalty: float) -> np.ndarray:
        """Return dual weights, lines x genes."""
        return self.vectors @ self.shrunk(power, penalty) @ self.genes


def solve_shared(
    kernel: np.ndarray, labels: np.ndarray, power: float, penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    """Solve all genes together; missing labels are filled by what is predicted for them.

    Returns
    -------
    tuple
        Dual weights (lines x genes) and intercepts, float32; 0 for a gene without a label.
    """
    means, measured = gene_means(labels).astype(np.float64), np.isfinite(labels)
    filled = np.where(measured, labels - means, 0.0)
    solver = SharedSolver(kernel, filled)
    duals = solver.duals(power, penalty)
    for _ in range(0 if measured.all() else ROUNDS):
        fitted = (kernel - solver.row_means) @ duals + solver.means
        solver.take_up(np.where(measured, filled, np.where(measured.any(axis=0), fitted, 0)))
        duals = solver.duals(power, penalty)
    duals[:, ~measured.any(axis=0)] = 0  # not a rounding error beside it
    intercepts = means + solver.means - solver.row_means @ duals
    return duals.astype(np.float32), intercepts.astype(np.float32)


def choose_sharing(
    kernel: np.ndarray, labels: np.ndarray, powers: Sequence[float], penalties: np.ndarray, folds: int
) -> tuple[float, float]:
    """Return the power and the penalty with the least squared error of lines held out.

    Errors are in units of each gene's variance: every gene counts alike, as in the mean of r.
    The folds take every ``folds``-th line and so are the same in every run. As leave-one-out in
    the other ridges, they hold out lines, not patients.
    """
    place = np.arange(len(labels)) % min(folds, len(labels))
    spread = gene_spreads(labels)
    errors = np.zeros((len(powers), len(penalties)))
    for fold in np.unique(place):
        kept = place != fold
        means = gene_means(labels[kept])
        solver = SharedSolver(kernel[np.ix_(kept, kept)], np.nan_to_num(labels[kept] - means, nan=0.0))
        outside = (kernel[np.ix_(~kept, kept)] - solver.row_means) @ solver.vectors
        truth = labels[~kept] - means
        for row, power in enumerate(powers):
            for column, penalty in enumerate(penalties):
                missed = (truth - outside @ solver.shrunk(power, penalty) @ solver.genes) / spread
                errors[row, column] += np.nansum(np.square(missed))
    best = divmod(int(errors.argmin()), len(penalties))
    return float(powers[best[0]]), float(penalties[best[1]])
