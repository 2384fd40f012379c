"""The default model: two kinds of ridge, and networks beside them, mixed by what each is worth.

They err differently. The ridges (:mod:`deepdep.models.mixture`) are exact and find what is linear or
alike; networks with an output per gene find hidden units that many genes use. Every network is trained
without one part of the lines, so that each line has predictions of networks, and of ridges fitted on the
same lines, that have not seen it: on these the weights are found. Where networks add nothing theirs is 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from deepdep.models.base import TrainingSet, below
from deepdep.models.kernel_ridge import LINEAGE
from deepdep.models.mixture import ROUNDS, KernelMixture
from deepdep.models.screened_ridge import ScreenedRidge
from deepdep.models.shared_kernel_ridge import SharedKernelRidge
from deepdep.models.weighted_inputs import Inputs, WeightedInputs
from deepdep.prepare.transform import Design
from deepdep.training.ensemble import SEED_STEP
from deepdep.training.loop import mean_history
from deepdep.training.multitask import MultitaskRegressor, MultitaskSettings
from deepdep.training.state import Unfinished


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(MultitaskSettings):
    """Settings of the networks.

    ``input_dropout``: share of the features left out in a step. ``ranked``: omics taken as ranks within a
    sample.
    """

    input_dropout: float
    ranked: Sequence[str]


class WeightedNetwork(MultitaskRegressor):
    """An output per gene on weighted inputs; layer normalisation and GELU after each hidden layer."""

    settings: NetworkSettings

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
        layers: Any = self.net[0]
        return {"inputs": layers[1].in_features, "best_epoch": self.trained.best_epoch}


class KernelNetwork(KernelMixture):
    """The ridges and networks; ``unfinished``: where the networks keep their states."""

    def __init__(
        self,
        ridges: tuple[SharedKernelRidge, ScreenedRidge | None],
        parts: int,
        settings: NetworkSettings,
        device: torch.device,
        unfinished: Unfinished | None = None,
    ) -> None:
        super().__init__(*ridges, parts)
        lineage = LINEAGE in self.kernels.kernels  # what the kernels may not see, the networks may not either
        candidates, penalties = self.kernels.candidates, self.kernels.penalties
        self.inputs = WeightedInputs(settings.ranked, candidates, penalties, lineage)
        places = [unfinished and unfinished.member(number) for number in range(ROUNDS * parts)]
        self.members = [WeightedNetwork(settings, self.inputs, device, place) for place in places]

    def names(self) -> list[str]:
        """Return the names of what is mixed."""
        return [*super().names(), "networks"]

    def _fit_all(self, training: TrainingSet) -> None:
        super()._fit_all(training)
        self.inputs.fit(training.design, training.labels)

    def _without(
        self, training: TrainingSet, codes: Mapping[str, np.ndarray], kept: np.ndarray, number: int
    ) -> list[np.ndarray]:
        member = self.members[number]
        member.fit(part_of(training, kept, number))
        return [*super()._without(training, codes, kept, number), member.predict(training.design.take(~kept))]

    def _predictions(self, design: Design) -> list[np.ndarray]:
        inputs = self.members[0].inputs_of(design)  # the same for all
        found = (member.predict_inputs(inputs).astype(np.float64) for member in self.members)
        return [*super()._predictions(design), sum(found, np.zeros(())) / len(self.members)]

    def _numbered(self) -> dict[str, WeightedNetwork]:
        return {str(number): member for number, member in enumerate(self.members)}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of all parts, each below its name."""
        parts: dict[str, Inputs | WeightedNetwork] = {"inputs": self.inputs, **self._numbered()}
        own = {f"{name}/{key}": a for name, part in parts.items() for key, a in part.arrays().items()}
        return super().arrays() | own

    def notes(self) -> dict[str, Any]:
        """Return the weights, and the notes of all parts."""
        return super().notes() | {
            "inputs": self.inputs.notes(),
            "members": [member.notes() for member in self.members],
            "best_epoch": round(float(np.median([member.trained.best_epoch for member in self.members]))),
        }

    def restore(self, arrays: dict[str, np.ndarray], notes: Mapping[str, Any]) -> None:
        """Take up a stored state."""
        super().restore(arrays, notes)
        self.inputs.restore(below(arrays, "inputs/"), notes["inputs"])
        for (name, member), own in zip(self._numbered().items(), notes["members"], strict=True):
            member.restore(below(arrays, f"{name}/"), own)

    def history(self) -> pd.DataFrame:
        """Return the networks' mean loss by epoch."""
        return mean_history(member.history() for member in self.members)


def part_of(training: TrainingSet, kept: np.ndarray, number: int) -> TrainingSet:
    """Return the training set of one network: the lines kept, with a seed of its own."""
    design, labels = training.design.take(kept), training.labels[kept]
    return replace(training, design=design, labels=labels, seed=training.seed + SEED_STEP * number)
