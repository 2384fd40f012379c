"""The baseline of shared directions: partial least squares (scikit-learn) of all genes on all omics."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.cross_decomposition import PLSRegression

from deepdep.models.base import TrainingSet, gene_means
from deepdep.prepare.transform import Design


class PartialLeastSquares:
    """Linear model through a few directions of the omics that vary most with the labels.

    ``components``: number of directions; as many as the lines allow where they are fewer.
    """

    def __init__(self, components: int) -> None:
        self.components = components

    def fit(self, training: TrainingSet) -> None:
        """Fit; a gene's missing labels count as its mean, which pulls at nothing."""
        design, labels = training.all_lines()
        inputs = self.codes(design)
        width = min(self.components, len(inputs) - 1, inputs.shape[1])
        labels = np.where(np.isfinite(labels), labels, gene_means(labels))
        fitted = PLSRegression(width, scale=False).fit(inputs, labels)
        self.weights = fitted.coef_.T.astype(np.float32)
        self.intercepts = (labels.mean(axis=0) - inputs.mean(axis=0) @ self.weights).astype(np.float32)

    def predict(self, design: Design) -> np.ndarray:
        """Return samples x genes."""
        return self.codes(design) @ self.weights + self.intercepts

    def codes(self, design: Design) -> np.ndarray:
        """Return all omics side by side, samples x features."""
        return np.concatenate([design.values[omic] for omic in sorted(design.values)], axis=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return weights (features x genes) and intercepts; no pickle of the estimator is kept."""
        return {"weights": self.weights, "intercepts": self.intercepts}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:  # noqa: ARG002  one interface
        """Take up a stored state."""
        self.weights, self.intercepts = arrays["weights"], arrays["intercepts"]

    def notes(self) -> dict[str, Any]:
        """Return the number of components asked for."""
        return {"components": self.components}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None
