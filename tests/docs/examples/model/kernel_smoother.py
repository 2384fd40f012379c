"""Nadaraya (1964) and Watson (1964): each line counts by its nearness to the sample, gene by gene alike."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from deepdep.models.base import TrainingSet, gene_means
from deepdep.prepare.transform import Design


class KernelSmoother:
    """Gene mean + weighted mean of the lines' deviations from it, weights exp(-(distance / width)^2).

    ``width`` is in units of the median distance between two training lines.
    """

    def __init__(self, width: float) -> None:
        self.width = width

    def fit(self, training: TrainingSet) -> None:
        """Keep the lines, their deviations (0 where a gene was not measured), and the scale of distances."""
        design, labels = training.all_lines()
        self.lines, self.means = self.codes(design), gene_means(labels)
        self.deviations = np.nan_to_num(labels - self.means)
        between = cdist(self.lines, self.lines)[np.triu_indices(len(self.lines), 1)]
        self.unit = np.float32(max(np.median(between), 1e-6))

    def predict(self, design: Design) -> np.ndarray:
        """Return samples x genes."""
        weights = np.exp(-((cdist(self.codes(design), self.lines) / (self.width * self.unit)) ** 2))
        weights /= weights.sum(axis=1, keepdims=True) + 1e-30  # far from every line: the gene mean
        return (self.means + weights @ self.deviations).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return all omics side by side, samples x features; distances to training lines are in these."""
        return np.concatenate([design.values[omic] for omic in sorted(design.values)], axis=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what was learned."""
        learned = {"lines": self.lines, "means": self.means, "deviations": self.deviations}
        return {**learned, "unit": np.atleast_1d(self.unit)}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.lines, self.means, self.deviations = (arrays[key] for key in ("lines", "means", "deviations"))
        self.unit, self.width = arrays["unit"][0], notes["width"]

    def notes(self) -> dict[str, Any]:
        """Return the width."""
        return {"width": self.width}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None
