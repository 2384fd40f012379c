"""Omics side by side, as one matrix of features: each block with one scale, lineage as one more block.

A dense layer, or a penalty, sees an omic the more, the more variance its features have together: two
thousand copy numbers would drown five hundred expressions. :class:`WeightedInputs`, for networks, gives
blocks the weights that tuned linear ridge gives them on the same training lines; :class:`EvenInputs`,
where single features are compared, lets the most variable feature of each block have SD 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from deepdep.models.base import UNKNOWN
from deepdep.models.kernel_ridge import LINEAGE, lineages_of, ranks
from deepdep.models.ridge import ONE_FOR_ALL, linear_kernel, tune_weights
from deepdep.prepare.transform import Design

CONSTANT = 1e-6  # largest SD of a block of which the rest is rounding


class Inputs(ABC):
    """Blocks of features, centred, scaled and put side by side.

    Parameters
    ----------
    ranked
        Omics of which the features' ranks within the sample are taken.
    lineage
        Whether lineage is a block.
    """

    def __init__(self, ranked: Sequence[str], lineage: bool = True) -> None:
        self.ranked = list(ranked)
        self.lineage = lineage

    def fit(self, design: Design, labels: np.ndarray) -> None:
        """Find means and scales of the blocks in the training lines."""
        known = np.unique(lineages_of(design)).tolist() if self.lineage else []
        self.lineages = [name for name in known if name != UNKNOWN]
        blocks = dict(self._blocks(design))
        self.centers = {name: block.mean(axis=0) for name, block in blocks.items()}
        centred = {name: block - self.centers[name] for name, block in blocks.items()}
        self.scales = self._find_scales(centred, labels)

    @abstractmethod
    def _find_scales(self, centred: dict[str, np.ndarray], labels: np.ndarray) -> dict[str, float]:
        """Return the factor of each block."""

    def _blocks(self, design: Design) -> Iterator[tuple[str, np.ndarray]]:
        for omic in sorted(design.values):
            values = design.values[omic]
            yield omic, ranks(values) if omic in self.ranked else values
        if self.lineages:
            yield LINEAGE, (lineages_of(design)[:, None] == np.array(self.lineages)).astype(np.float32)

    def matrix(self, design: Design) -> np.ndarray:
        """Return samples x features float32; the training lines have mean 0.

        A sample without an omic is at the mean of its features.
        """
        order = list(design.values)
        parts = []
        for name, block in self._blocks(design):
            part = (block - self.centers[name]) * self.scales[name]
            if name in order:
                part = part * (design.present[:, [order.index(name)]] > 0)
            parts.append(part)
        return np.concatenate(parts, axis=1).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the means of the features."""
        return {f"inputs/{name}": center for name, center in self.centers.items()}

    def notes(self) -> dict[str, Any]:
        """Return scales and the lineages known."""
        return {"scales": self.scales, "lineages": self.lineages}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.scales, self.lineages = notes["scales"], notes["lineages"]
        self.centers = {name: arrays[f"inputs/{name}"] for name in self.scales}


class EvenInputs(Inputs):
    """Blocks of which the most variable feature has SD 1; a block that does not vary is 0."""

    def _find_scales(self, centred: dict[str, np.ndarray], labels: np.ndarray) -> dict[str, float]:  # noqa: ARG002
        largest = {name: float(block.std(axis=0).max()) for name, block in centred.items()}
        return {name: 1 / spread if spread > CONSTANT else 0.0 for name, spread in largest.items()}


class WeightedInputs(Inputs):
    """Blocks weighted as ridge weighs them; together their variance is 1 a feature on average.

    Parameters
    ----------
    ranked, lineage
        As of :class:`Inputs`.
    weights
        Weights tried for each block.
    penalties
        Penalties tried, as of ridge.
    """

    def __init__(
        self,
        ranked: Sequence[str],
        weights: Sequence[float],
        penalties: Sequence[float] | np.ndarray,
        lineage: bool = True,
    ) -> None:
        super().__init__(ranked, lineage)
        self.candidates = list(weights)
        self.penalties = np.asarray(penalties, np.float64)

    def _find_scales(self, centred: dict[str, np.ndarray], labels: np.ndarray) -> dict[str, float]:
        variances = {name: float(np.square(block).sum(axis=1).mean()) for name, block in centred.items()}
        kernels = {n: linear_kernel(block) / max(variances[n], 1e-12) for n, block in centred.items()}
        self.weights = tune_weights(kernels, labels, self.penalties, self.candidates, ONE_FOR_ALL)
        width = sum(block.shape[1] for block in centred.values())
        return {
            name: float(np.sqrt(weight * width / (max(variances[name], 1e-12) * sum(self.weights.values()))))
            for name, weight in self.weights.items()
        }

    def notes(self) -> dict[str, Any]:
        """Return weights, scales and the lineages known."""
        return super().notes() | {"weights": self.weights}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        super().restore(arrays, notes)
        self.weights = notes["weights"]
