"""Per-gene ridge on several kernels: linear, Gaussian (RBF) of several widths, ranks, and lineage.

As :mod:`deepdep.models.ridge`, with more kernels to weigh: beside the linear one of each omic,
RBF kernels, which let lines that look alike answer alike where the answer is not linear, one on
the ranks of the features within each line (robust to how a line was measured), and one that knows
nothing but whether two lines are of the same lineage. Weights are shared by all
genes, the penalty is each gene's own; both minimise the exact leave-one-out error inside the
training lines. It leaves out a line, not a patient: where a patient has two training lines it
is a little too good, which can move weights and penalties but not the held-out test.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from deepdep.models.base import UNKNOWN, TrainingSet, known_lineages
from deepdep.models.ridge import solve_genes, tune_weights, weighted_sum
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

LINEAR, RBF, RANK, LINEAGE = "linear", "rbf", "rank", "lineage"
ALIKE = 1e-4  # squared distances below this share of the largest are rounding errors of equal lines


class KernelRidge:
    """Tuned ridge on a weighted sum of kernels, one per gene.

    Parameters
    ----------
    kernels
        Kinds of kernel: ``linear``, ``rbf`` and ``rank`` are one or more per omic, ``lineage`` is one.
    rbf_widths
        Widths tried of each omic's RBF kernel, in units of the median squared distance
        between training lines; a kernel each.
    kernel_weights
        Weights tried for each kernel (its variance over the training lines is scaled to 1).
    penalties
        Penalties tried, in units of the mean eigenvalue of the weighted kernel.
    sharing
        How much the error of all genes counts beside a gene's own in the choice of its penalty.
    """

    def __init__(
        self,
        kernels: Sequence[str],
        rbf_widths: Sequence[float],
        kernel_weights: Sequence[float],
        penalties: Sequence[float],
        sharing: float = 0.0,
    ) -> None:
        self.kernels = list(kernels)
        self.widths = list(rbf_widths)
        self.candidates = list(kernel_weights)
        self.penalties = np.asarray(penalties, np.float64)
        self.sharing = sharing

    def fit(self, training: TrainingSet) -> None:
        """Choose weights and penalties by leave-one-out, then solve for every gene."""
        design, labels = training.all_lines()
        self.train, self.lineages = dict(design.values), lineages_of(design)
        self.units = {omic: median_distance(values) for omic, values in self.train.items()}
        self.weights = dict.fromkeys(self._names(), 1.0)
        kernels = dict(self._kernels(design, own=True))
        self.scales = {name: variance_scale(kernel) for name, kernel in kernels.items()}
        for name, kernel in kernels.items():
            kernel *= self.scales[name]  # in place: there may be a dozen of them
        self.weights = tune_weights(kernels, labels, self.penalties, self.candidates, self.sharing)
        self.duals, self.intercepts, self.penalty = self._solve(weighted_sum(kernels, self.weights), labels)
        self._forget_unused()
        logger.info("kernel ridge: weights %s", self.weights)

    def _solve(self, kernel: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return dual weights (lines x genes), intercepts and penalties."""
        return solve_genes(kernel, labels, self.penalties, self.sharing)

    def _names(self) -> Iterator[str]:
        """Yield the names of all kernels that the settings ask for."""
        for omic in sorted(self.train):
            if LINEAR in self.kernels:
                yield linear_name(omic)
            if RBF in self.kernels:
                yield from (rbf_name(omic, width) for width in self.widths)
            if RANK in self.kernels:
                yield rank_name(omic)
        if LINEAGE in self.kernels:
            yield LINEAGE

    def _kernels(self, design: Design, own: bool = False) -> Iterator[tuple[str, np.ndarray]]:
        """Yield name and values, samples x training lines float64, of every kernel that has a weight.

        The order of omics and widths is always the same, so that sums are, to the last bit.
        ``own``: the samples are the training lines, and one of unknown lineage is akin to itself.
        """
        used = {name for name, weight in self.weights.items() if weight}
        for omic in sorted(self.train):
            yield from self._omic_kernels(omic, design.values[omic], used)
        if LINEAGE in used:
            yield LINEAGE, lineage_kernel(lineages_of(design), self.lineages, own)

    def _omic_kernels(
        self, omic: str, values: np.ndarray, used: set[str]
    ) -> Iterator[tuple[str, np.ndarray]]:
        products = (values @ self.train[omic].T).astype(np.float64)
        if linear_name(omic) in used:
            yield linear_name(omic), products
        if rank_name(omic) in used:
            yield rank_name(omic), (ranks(values) @ ranks(self.train[omic]).T).astype(np.float64)
        squared = squared_distances(values, self.train[omic], products)
        for width in self.widths:
            if rbf_name(omic, width) in used:
                yield rbf_name(omic, width), np.exp(-squared / (width * self.units[omic]))

    def _forget_unused(self) -> None:
        """Drop the training lines' features of omics whose kernels all have weight 0."""
        self.train = {omic: values for omic, values in self.train.items() if self._uses(omic)}
        self.units = {omic: self.units[omic] for omic in self.train}
        if not self.weights.get(LINEAGE):
            self.lineages = np.full(len(self.duals), UNKNOWN)

    def _uses(self, omic: str) -> bool:
        names = [linear_name(omic), rank_name(omic), *(rbf_name(omic, width) for width in self.widths)]
        return any(self.weights.get(name) for name in names)

    def predict(self, design: Design) -> np.ndarray:
        """Return the kernel between ``design`` and the training lines times the dual weights."""
        return (self.codes(design) @ self.duals + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the weighted kernel, samples x training lines: all that a prediction knows of a sample."""
        total = np.zeros((len(design.present), len(self.duals)))
        for name, kernel in self._kernels(design):
            total += kernel * (self.scales[name] * self.weights[name])
        return total.astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return dual weights, intercepts, penalties and the training lines' features."""
        own = {"duals": self.duals, "intercepts": self.intercepts, "penalty": self.penalty}
        return own | {f"train/{omic}": values for omic, values in self.train.items()}

    def notes(self) -> dict[str, Any]:
        """Return weight and scale of each kernel, the unit of the widths, and the lines' lineages."""
        lineages = [str(name) for name in self.lineages]
        return {"weights": self.weights, "scales": self.scales, "units": self.units, "lineages": lineages}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.duals, self.intercepts, self.penalty = (
            arrays[key] for key in ("duals", "intercepts", "penalty")
        )
        self.weights, self.scales, self.units = notes["weights"], notes["scales"], notes["units"]
        self.train = {omic: arrays[f"train/{omic}"] for omic in self.units}
        self.lineages = np.array(notes["lineages"], str)

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def linear_name(omic: str) -> str:
    """Name an omic's linear kernel."""
    return f"{LINEAR}/{omic}"


def rbf_name(omic: str, width: float) -> str:
    """Name an omic's RBF kernel of one width."""
    return f"{RBF}/{omic}/{width:g}"


def rank_name(omic: str) -> str:
    """Name an omic's kernel of ranks."""
    return f"{RANK}/{omic}"


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each feature among those of its sample, with mean 0 and SD 1 per sample.

    Equal values share their mean rank; a sample whose values are all equal (it lacks the omic) is 0.
    """
    placed = rankdata(values, axis=1).astype(np.float32)
    placed -= placed.mean(axis=1, keepdims=True)
    spread = placed.std(axis=1, keepdims=True)
    return placed / np.where(spread > 0, spread, 1)


def lineages_of(design: Design) -> np.ndarray:
    """Return the lineage of each sample, ``unknown`` where it has none."""
    if design.groups is None:
        return np.full(len(design.present), UNKNOWN)
    return known_lineages(design.groups)


def lineage_kernel(samples: np.ndarray, lines: np.ndarray, own: bool) -> np.ndarray:
    """Return 1 where sample and training line are of the same known lineage, else 0.

    Lines of unknown lineage have nothing in common but with themselves (``own``: samples and
    lines are the same). Cancer types of tumours are no lineages, and match none.
    """
    same = (samples[:, None] == lines) & (lines != UNKNOWN)
    return (same | np.eye(len(lines), dtype=bool) if own else same).astype(np.float64)


def squared_distances(values: np.ndarray, others: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Return the squared Euclidean distance of all pairs of rows, given their inner products."""
    norms = [np.einsum("ij,ij->i", rows, rows, dtype=np.float64) for rows in (values, others)]
    return np.maximum(norms[0][:, None] + norms[1] - 2 * products, 0)


def median_distance(values: np.ndarray) -> float:
    """Return the median squared distance between lines that differ; 1 if none do.

    Lines without the omic are all 0 and equal: counting their pairs could make the median 0.
    """
    squared = squared_distances(values, values, (values @ values.T).astype(np.float64))
    pairs = squared[np.triu_indices(len(squared), k=1)]
    differing = pairs[pairs > ALIKE * squared.max()]
    return float(np.median(differing)) if len(differing) else 1.0


def variance_scale(kernel: np.ndarray) -> float:
    """Return the factor that gives the centred kernel a mean diagonal of 1; 0 for a constant one.

    Ridge scales the diagonal as it is; a wide RBF kernel is nearly constant, and of that only
    what differs between lines counts, as the intercept takes up the rest.
    """
    diagonal = float(np.trace(kernel) / len(kernel))
    spread = diagonal - float(kernel.mean())
    return 1 / spread if spread > 1e-6 * diagonal else 0.0
