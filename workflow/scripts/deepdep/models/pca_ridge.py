"""The baseline of a few dimensions: principal components of all omics, then ridge per gene.

Each omic is scaled to the same total variance over the training lines. Number of components and
penalty are each gene's own, those of least leave-one-out error. The error is exact given the
components, which have seen the omics (not the labels) of the line that is left out.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import eigh

from deepdep.models.base import TrainingSet
from deepdep.models.ridge import same_lines
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

NO_VARIANCE = 1e-9  # share of the largest component's variance below which there is none


class PcaRidge:
    """Ridge regression on principal components, one per gene.

    Parameters
    ----------
    components
        Numbers of components tried for each gene; as many as there are where they are fewer.
    penalties
        Penalties tried for each gene. The components' variances add up to 1, and the penalty is
        in units of their mean over the training lines, as that of ``ridge``.
    """

    def __init__(self, components: Sequence[int], penalties: Sequence[float]) -> None:
        self.components = sorted(components)
        self.penalties = np.asarray(penalties, np.float64)

    def fit(self, training: TrainingSet) -> None:
        """Find the components, choose their number and the penalty by leave-one-out, and solve."""
        design, labels = training.all_lines()
        scores = self._find_components(design)
        width, count = scores.shape[1], labels.shape[1]
        self.weights = np.zeros((width, count), np.float32)
        self.intercepts, self.penalty = np.zeros((2, count), np.float32)
        self.width = np.zeros(count, np.int64)
        for lines, genes in same_lines(np.isfinite(labels)):
            self._solve(scores[lines], labels[np.ix_(lines, genes)], genes)
        logger.info("pca_ridge: %d components, a gene's median %g", width, np.median(self.width))

    def _find_components(self, design: Design) -> np.ndarray:
        """Keep means and loadings of the components; return the training lines' scores."""
        self.omics = sorted(design.values)
        # in double precision: the small components are differences of large numbers
        means = {omic: design.values[omic].mean(axis=0, dtype=np.float64) for omic in self.omics}
        self.means = {omic: mean.astype(np.float32) for omic, mean in means.items()}
        scaled = {omic: equal_variance(design.values[omic] - means[omic]) for omic in self.omics}
        parts = [part @ part.T for part, _ in scaled.values()]
        values, vectors = eigh(sum(parts) / len(parts))
        values, vectors = values[::-1], vectors[:, ::-1]
        width = min(self.components[-1], int((values > NO_VARIANCE * max(values[0], 1e-30)).sum()))
        roots = np.sqrt(values[:width])
        self.loadings = {
            omic: (part.T @ (vectors[:, :width] / roots) * scale / len(parts)).astype(np.float32)
            for omic, (part, scale) in scaled.items()
        }
        return vectors[:, :width] * roots

    def _solve(self, scores: np.ndarray, labels: np.ndarray, genes: np.ndarray) -> None:
        """Solve for genes that were measured in the same lines."""
        widths = sorted({min(number, scores.shape[1]) for number in self.components})
        solvers = [ScoreSolver(scores[:, :width], labels) for width in widths]
        errors = np.stack([solver.leave_one_out(self.penalties) for solver in solvers])
        best = errors.reshape(-1, len(genes)).argmin(axis=0)
        chosen, penalty = best // len(self.penalties), self.penalties[best % len(self.penalties)]
        for number, (width, solver) in enumerate(zip(widths, solvers, strict=True)):
            own = chosen == number
            weights, intercepts = solver.solve(penalty)
            self.weights[:width, genes[own]] = weights[:, own]
            self.intercepts[genes[own]] = intercepts[own]
            self.width[genes[own]] = width
        self.penalty[genes] = penalty

    def predict(self, design: Design) -> np.ndarray:
        """Return the components' scores times the genes' weights."""
        return (self.codes(design) @ self.weights + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the scores, samples x components."""
        return sum((design.values[omic] - self.means[omic]) @ self.loadings[omic] for omic in self.omics)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return means and loadings of the omics, and what was solved for the genes."""
        own: dict[str, np.ndarray] = {"weights": self.weights, "intercepts": self.intercepts}
        own |= {"penalty": self.penalty, "components": self.width}
        own |= {f"means/{omic}": self.means[omic] for omic in self.omics}
        return own | {f"loadings/{omic}": self.loadings[omic] for omic in self.omics}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.omics = notes["omics"]
        self.weights, self.intercepts = arrays["weights"], arrays["intercepts"]
        self.penalty, self.width = arrays["penalty"], arrays["components"]
        self.means = {omic: arrays[f"means/{omic}"] for omic in self.omics}
        self.loadings = {omic: arrays[f"loadings/{omic}"] for omic in self.omics}

    def notes(self) -> dict[str, Any]:
        """Return the omics, in the order of their sum."""
        return {"omics": self.omics}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


class ScoreSolver:
    """Ridge with a free intercept on a few columns, for many genes and penalties.

    Parameters
    ----------
    scores
        Lines x components.
    labels
        Lines x genes, without missing values.
    """

    def __init__(self, scores: np.ndarray, labels: np.ndarray) -> None:
        self.score_means = scores.mean(axis=0)
        self.label_means = labels.mean(axis=0, dtype=np.float64)
        self.labels = labels - self.label_means
        self.left, self.singular, self.right = np.linalg.svd(scores - self.score_means, full_matrices=False)
        self.projected = self.left.T @ self.labels

    def leave_one_out(self, penalties: np.ndarray) -> np.ndarray:
        """Return the mean squared leave-one-out error, penalties x genes."""
        errors = []
        for penalty in penalties:
            shrink = self.singular**2 / (self.singular**2 + penalty)
            # one line alone has leverage 1 and residual 0
            kept = np.maximum(1 - 1 / len(self.labels) - self.left**2 @ shrink, 1e-12)
            residual = self.labels - self.left @ (shrink[:, None] * self.projected)
            errors.append(np.square(residual / kept[:, None]).mean(axis=0))
        return np.stack(errors)

    def solve(self, penalties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Solve with one penalty per gene; return weights (components x genes) and intercepts."""
        factors = self.singular[:, None] / (self.singular[:, None] ** 2 + penalties)
        weights = self.right.T @ (factors * self.projected)
        return weights, self.label_means - self.score_means @ weights


def equal_variance(centred: np.ndarray) -> tuple[np.ndarray, float]:
    """Scale a centred omic so that the squares of a line's values add up to 1 on average.

    Returns
    -------
    tuple
        The scaled omic and the factor; 0 both where no feature differs between the lines.
    """
    total = float(np.square(centred).sum() / len(centred))
    scale = total**-0.5 if total > 1e-12 else 0.0
    return centred * scale, scale
