"""What the network of the default model takes in: omics side by side, each with a weight.

A dense layer sees an omic the more, the more variance its features have together: two thousand
copy numbers would drown five hundred expressions. So each omic is scaled to the weight that tuned
linear ridge gives it on the same training lines, with lineage as one more block.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from deepdep.models.base import UNKNOWN
from deepdep.models.kernel_ridge import lineages_of, ranks
from deepdep.models.ridge import ONE_FOR_ALL, linear_kernel, tune_weights
from deepdep.prepare.transform import Design

LINEAGE = "lineage"


class WeightedInputs:
    """Blocks of features, centred, scaled and put side by side.

    Parameters
    ----------
    ranked
        Omics of which the features' ranks within the sample are taken.
    weights
        Weights tried for each block.
    penalties
        Penalties tried, as of ridge.
    lineage
        Whether lineage is a block.
    """

    def __init__(
        self,
        ranked: Sequence[str],
        weights: Sequence[float],
        penalties: Sequence[float],
        lineage: bool = True,
    ) -> None:
        self.ranked = list(ranked)
        self.lineage = lineage
        self.candidates = list(weights)
        self.penalties = np.asarray(penalties, np.float64)

    def fit(self, design: Design, labels: np.ndarray) -> None:
        """Find means, weights and scales of the blocks in the training lines."""
        known = np.unique(lineages_of(design)) if self.lineage else []
        self.lineages = [str(name) for name in known if name != UNKNOWN]
        blocks = dict(self._blocks(design))
        self.centers = {name: block.mean(axis=0) for name, block in blocks.items()}
        centred = {name: block - self.centers[name] for name, block in blocks.items()}
        variances = {name: float(np.square(block).sum(axis=1).mean()) for name, block in centred.items()}
        kernels = {n: linear_kernel(block) / max(variances[n], 1e-12) for n, block in centred.items()}
        self.weights = tune_weights(kernels, labels, self.penalties, self.candidates, ONE_FOR_ALL)
        width = sum(block.shape[1] for block in blocks.values())
        self.scales = {
            name: float(np.sqrt(weight * width / (max(variances[name], 1e-12) * sum(self.weights.values()))))
            for name, weight in self.weights.items()
        }

    def _blocks(self, design: Design) -> Iterator[tuple[str, np.ndarray]]:
        for omic in sorted(design.values):
            values = design.values[omic]
            yield omic, ranks(values) if omic in self.ranked else values
        if self.lineages:
            yield LINEAGE, (lineages_of(design)[:, None] == np.array(self.lineages)).astype(np.float32)

    def matrix(self, design: Design) -> np.ndarray:
        """Return samples x features float32; the training lines have mean 0, and variance 1 on average.

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
        """Return weights, scales and the lineages known."""
        return {"weights": self.weights, "scales": self.scales, "lineages": self.lineages}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.weights, self.scales, self.lineages = notes["weights"], notes["scales"], notes["lineages"]
        self.centers = {name: arrays[f"inputs/{name}"] for name in self.scales}
