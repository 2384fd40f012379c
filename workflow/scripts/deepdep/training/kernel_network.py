"""The default model: kernel ridge that genes share, and networks beside it, mixed by what each is worth.

The two err differently. Kernel ridge (:mod:`deepdep.models.shared_kernel_ridge`) is exact and finds what is
linear or alike; networks with an output per gene find hidden units that many genes use. Every network is
trained without one part of the lines, so that each line has predictions of networks, and of a kernel ridge
fitted on the same lines, that have not seen it: on these the weights of the two are found. (The weights of
kernels and omics, and the power and penalty of sharing, are those of all training lines.) Where networks
add nothing theirs is 0, and the model is kernel ridge.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from deepdep.models.base import TrainingSet, gene_means, gene_spreads
from deepdep.models.kernel_ridge import LINEAGE
from deepdep.models.shared_kernel_ridge import SharedKernelRidge
from deepdep.models.weighted_inputs import WeightedInputs
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings, mean_history
from deepdep.training.multitask import MultitaskRegressor
from deepdep.training.state import Unfinished, below

logger = logging.getLogger("deepdep")

ROUNDS = 2  # times that each line is left out: two networks tell what they agree on from their noise
SEED_STEP = 1_000_000  # between networks; folds and repeats take the numbers below


@dataclass(frozen=True)
class NetworkSettings:
    """Settings of the networks.

    ``hidden``: widths. ``dropout``, ``input_dropout``: shares of hidden units and of features left out in
    a step of ``lines_per_block`` lines. ``parts``: parts that the lines are cut into, twice at random, with
    a network for each part that it does not see. ``ranked``: omics taken as ranks within a sample.
    """

    hidden: Sequence[int]
    dropout: float
    input_dropout: float
    lines_per_block: int
    parts: int
    ranked: Sequence[str]
    loop: LoopSettings = field(default_factory=LoopSettings)
    target = "centred"


class WeightedNetwork(MultitaskRegressor):
    """An output per gene on weighted inputs; layer normalisation and GELU after each hidden layer."""

    def __init__(
        self,
        settings: NetworkSettings,
        inputs: WeightedInputs,
        device: torch.device,
        unfinished: Unfinished | None = None,
    ) -> None:
        super().__init__(settings, device, unfinished)
        self.inputs = inputs

    def _build(self, inputs: int, genes: int) -> None:
        hidden, dropout = self.settings.hidden, self.settings.dropout
        layers: list[nn.Module] = [nn.Dropout(self.settings.input_dropout)]
        for size, width in zip([inputs, *hidden], hidden, strict=False):
            layers += [nn.Linear(size, width), nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout)]
        last = nn.Linear(hidden[-1], genes)
        nn.init.normal_(last.weight, std=0.01)  # begins near the genes' means
        nn.init.zeros_(last.bias)
        self.net = nn.Sequential(nn.Sequential(*layers), last).to(self.device)

    def inputs_of(self, design: Design) -> torch.Tensor:
        """Return the weighted inputs, samples x features."""
        return torch.from_numpy(self.inputs.matrix(design)).to(self.device)

    def _about_inputs(self) -> Any:
        return self.inputs.notes(), self.inputs.arrays()

    def notes(self) -> dict[str, Any]:
        """Return the number of features of all omics, and of epochs."""
        return {"inputs": self.net[0][1].in_features, "best_epoch": self.trained.best_epoch}


class KernelNetwork:
    """Shared kernel ridge and networks; ``unfinished``: where the networks keep their states."""

    def __init__(
        self,
        kernels: SharedKernelRidge,
        settings: NetworkSettings,
        device: torch.device,
        unfinished: Unfinished | None = None,
    ) -> None:
        self.kernels = kernels
        self.settings = settings
        lineage = LINEAGE in kernels.kernels  # what the kernels may not see, the networks may not either
        self.inputs = WeightedInputs(settings.ranked, kernels.candidates, kernels.penalties, lineage)
        places = [unfinished and unfinished.member(number) for number in range(ROUNDS * settings.parts)]
        self.members = [WeightedNetwork(settings, self.inputs, device, place) for place in places]

    def fit(self, training: TrainingSet) -> None:
        """Fit kernel ridge, then network after network, each on the lines of all parts but one."""
        design, labels = training.all_lines()
        self.kernels.fit(training)
        self.inputs.fit(design, labels)
        kernel = self.kernels.codes(design).astype(np.float64)
        ridge, networks = np.empty((2, ROUNDS, *labels.shape))
        for number, (turn, kept) in enumerate(self._parts(len(labels), training.seed)):
            member = self.members[number]
            member.fit(part_of(training, design, labels, kept, number))
            ridge[turn, ~kept] = self.kernels.refitted(kernel, labels, kept)[~kept]
            networks[turn, ~kept] = member.predict(design.take(~kept))
        self.means = gene_means(labels)
        self.weights = mixing_weights(labels, ridge, networks)
        logger.info("weights of kernel ridge and networks: %.3f, %.3f", *self.weights)

    def _parts(self, lines: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield, for each network, the turn it belongs to and the lines that it sees, bool."""
        generator = np.random.default_rng(seed)
        for turn in range(ROUNDS):
            part = generator.permutation(np.arange(lines) % self.settings.parts)
            yield from ((turn, part != number) for number in range(self.settings.parts))

    def predict(self, design: Design) -> np.ndarray:
        """Return the mixture, samples x genes float32."""
        inputs = self.members[0].inputs_of(design)  # the same for all
        total = sum(member.predict_inputs(inputs).astype(np.float64) for member in self.members)
        networks, own = total / len(self.members) - self.means, self.kernels.predict(design) - self.means
        return (self.means + self.weights[0] * own + self.weights[1] * networks).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the weighted kernel with the training lines: the networks see the same omics."""
        return self.kernels.codes(design)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of all parts, each below its name."""
        parts = {"kernels": self.kernels, "inputs": self.inputs, **self._numbered()}
        own = {f"{name}/{key}": a for name, part in parts.items() for key, a in part.arrays().items()}
        return own | {"means": self.means}

    def _numbered(self) -> dict[str, WeightedNetwork]:
        return {str(number): member for number, member in enumerate(self.members)}

    def notes(self) -> dict[str, Any]:
        """Return the weights of kernel ridge and networks, and the notes of all parts."""
        return {
            "weights": self.weights,
            "kernels": self.kernels.notes(),
            "inputs": self.inputs.notes(),
            "members": [member.notes() for member in self.members],
            "best_epoch": round(float(np.median([member.trained.best_epoch for member in self.members]))),
        }

    def restore(self, arrays: dict[str, np.ndarray], notes: Mapping[str, Any]) -> None:
        """Take up a stored state."""
        self.means, self.weights = arrays["means"], notes["weights"]
        self.kernels.restore(below(arrays, "kernels/"), notes["kernels"])
        self.inputs.restore(below(arrays, "inputs/"), notes["inputs"])
        for (name, member), own in zip(self._numbered().items(), notes["members"], strict=True):
            member.restore(below(arrays, f"{name}/"), own)

    def history(self) -> pd.DataFrame:
        """Return the networks' mean loss by epoch."""
        return mean_history(member.history() for member in self.members)


def part_of(
    training: TrainingSet, design: Design, labels: np.ndarray, kept: np.ndarray, number: int
) -> TrainingSet:
    """Return the training set of one network, with a seed of its own and no validation lines."""
    own = {"design": design.take(kept), "labels": labels[kept], "seed": training.seed + SEED_STEP * number}
    return replace(training, **own, validation_design=None, validation_labels=None)


def mixing_weights(labels: np.ndarray, ridge: np.ndarray, networks: np.ndarray) -> tuple[float, float]:
    """Return the weights of ridge and of the networks' mean, halfway from equal ones to least squares.

    Least squares over lines that were not trained on, on deviations from the gene means in units of each
    gene's spread (every gene counts alike). Products of a network with itself are taken between the two
    turns: what is noise of one network is in its square, but hardly in the mean of many. Weights of least
    squares from a few hundred lines are noisy and equal ones hard to beat (Bates and Granger 1969; on inner
    folds of real data halfway is better than either end). Networks without weight by least squares get none.

    Parameters
    ----------
    labels
        Lines x genes, NaN = not measured.
    ridge, networks
        Turns (two) x lines x genes: predictions of lines not trained on.
    """
    measured, means, spread = np.isfinite(labels), gene_means(labels), gene_spreads(labels)
    truth = np.where(measured, labels - means, 0) / spread
    parts = np.stack([np.where(measured, part - means, 0) / spread for part in (ridge, networks)])
    products = np.einsum("aig,big->ab", parts[:, 0], parts[:, 1])
    products = (products + products.T) / 2
    found = np.linalg.lstsq(products, (parts.mean(axis=1) * truth).sum(axis=(1, 2)))[0]
    if found[1] <= 0:
        return 1.0, 0.0
    first, second = (np.maximum(found, 0) + 0.5) / 2
    return float(first), float(second)
