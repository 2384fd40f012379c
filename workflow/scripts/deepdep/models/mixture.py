"""Two kinds of ridge, mixed by what each is worth on lines that it has not seen.

They err differently: shared kernel ridge (:mod:`deepdep.models.shared_kernel_ridge`) reads a line as a
whole, and genes help each other; screened ridge (:mod:`deepdep.models.screened_ridge`) reads each gene's
few strongest features. The lines are cut into parts, twice; both are fitted without each part, and from
their predictions of it follow the weights. (The weights of kernels and omics, the power and the penalties
are those of all training lines.) This is the default model without its networks, and the base of it.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import TrainingSet, below, gene_means, gene_spreads
from deepdep.models.screened_ridge import ScreenedRidge
from deepdep.models.shared_kernel_ridge import SharedKernelRidge
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

ROUNDS = 2  # times that each line is left out: two networks tell what they agree on from their noise


class KernelMixture:
    """Shared kernel ridge and screened ridge.

    Parameters
    ----------
    kernels, screened
        Unfitted; without ``screened`` there is kernel ridge alone.
    parts
        Parts that the lines are cut into, twice.
    """

    def __init__(self, kernels: SharedKernelRidge, screened: ScreenedRidge | None, parts: int) -> None:
        self.kernels, self.screened, self.parts = kernels, screened, parts
        self.ridges = {"kernels": kernels} | ({"screened": screened} if screened else {})

    def names(self) -> list[str]:
        """Return the names of what is mixed."""
        return list(self.ridges)

    def fit(self, training: TrainingSet) -> None:
        """Fit all parts on all lines, then on those of all parts of the lines but one; find the weights."""
        training = training.joined()
        design, labels = training.design, training.labels
        self._fit_all(training)
        codes = {name: ridge.codes(design) for name, ridge in self.ridges.items()}
        left_out = np.empty((len(self.names()), ROUNDS, *labels.shape))
        for number, (turn, kept) in enumerate(turns(len(labels), self.parts, training.seed)):
            left_out[:, turn, ~kept] = self._without(training, codes, kept, number)
        self.means = gene_means(labels)
        self.weights = mixing_weights(labels, left_out)
        logger.info("weights of %s: %s", ", ".join(self.names()), np.round(self.weights, 3).tolist())

    def _fit_all(self, training: TrainingSet) -> None:
        for ridge in self.ridges.values():
            ridge.fit(training)

    def _without(
        self,
        training: TrainingSet,
        codes: Mapping[str, np.ndarray],
        kept: np.ndarray,
        number: int,  # noqa: ARG002  of the fit, for networks' seeds
    ) -> list[np.ndarray]:
        """Predict, by each of what is mixed, the lines that are not ``kept`` and so not fitted on."""
        labels = training.labels
        return [ridge.refitted(codes[name], labels, kept)[~kept] for name, ridge in self.ridges.items()]

    def _predictions(self, design: Design) -> list[np.ndarray]:
        """Return the predictions of each of what is mixed, samples x genes."""
        return [ridge.predict(design) for ridge in self.ridges.values()]

    def predict(self, design: Design) -> np.ndarray:
        """Return the mixture, samples x genes float32."""
        total = sum(
            weight * (one.astype(np.float64) - self.means)
            for weight, one in zip(self.weights, self._predictions(design), strict=True)
        )
        return (self.means + total).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the weighted kernel with the training lines: the other parts see the same omics."""
        return self.kernels.codes(design)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of all parts, each below its name."""
        own = {f"{name}/{key}": a for name, part in self.ridges.items() for key, a in part.arrays().items()}
        return own | {"means": self.means}

    def notes(self) -> dict[str, Any]:
        """Return the weights, and the notes of all parts."""
        weights = dict(zip(self.names(), self.weights, strict=True))
        return {"weights": weights} | {name: part.notes() for name, part in self.ridges.items()}

    def restore(self, arrays: dict[str, np.ndarray], notes: Mapping[str, Any]) -> None:
        """Take up a stored state."""
        self.means = arrays["means"]
        self.weights = [notes["weights"][name] for name in self.names()]
        for name, part in self.ridges.items():
            part.restore(below(arrays, f"{name}/"), notes[name])

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def turns(lines: int, parts: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield, for each fit, the turn it belongs to and the lines that it sees, bool."""
    generator = np.random.default_rng(seed)
    for turn in range(ROUNDS):
        part = generator.permutation(np.arange(lines) % parts)
        yield from ((turn, part != number) for number in range(parts))


def mixing_weights(labels: np.ndarray, left_out: np.ndarray) -> list[float]:
    """Return the weight of each of what is mixed, halfway from equal ones to least squares.

    Least squares over lines that were not trained on, on deviations from the gene means in units of each
    gene's spread (every gene counts alike). Products are taken between the two turns: what is noise of one
    network is in its square, but hardly in the mean of many. Weights of least squares from a few hundred
    lines are noisy and equal ones hard to beat (Bates and Granger 1969; on inner folds of real data halfway
    is better than least squares). What has no weight by least squares gets none.

    Parameters
    ----------
    labels
        Lines x genes, NaN = not measured.
    left_out
        What is mixed x turns (two) x lines x genes: predictions of lines not trained on.
    """
    measured, means, spread = np.isfinite(labels), gene_means(labels), gene_spreads(labels)
    truth = np.where(measured, labels - means, 0) / spread
    parts = np.where(measured, left_out - means, 0) / spread
    products = np.einsum("aig,big->ab", parts[:, 0], parts[:, 1])
    products = (products + products.T) / 2
    agreed = (parts.mean(axis=1) * truth).sum(axis=(1, 2))
    used = list(range(len(parts)))
    while len(used) > 1:
        found = np.linalg.lstsq(products[np.ix_(used, used)], agreed[used])[0]
        if found.min() > 0:
            break
        used.pop(int(found.argmin()))
    weights = np.zeros(len(parts))
    weights[used] = (found + 1 / len(used)) / 2 if len(used) > 1 else 1
    return weights.tolist()
