"""The plain network that any other has to beat: all omics side by side in, one output per gene out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from deepdep.models.base import TrainingSet
from deepdep.models.correlated import joined
from deepdep.models.layers import encoder, masked_mse
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings, Task, Trained, train
from deepdep.training.network import numpy_mse, target_scale, tensors_below, weights_of
from deepdep.training.pretrain import batches
from deepdep.training.state import Unfinished


@dataclass(frozen=True)
class MultitaskSettings:
    """``hidden``: widths of the hidden layers. The others as of the grid model; a step has all genes."""

    hidden: Sequence[int]
    dropout: float = 0.0
    loop: LoopSettings = field(default_factory=LoopSettings)
    target: str = "centred"
    lines_per_block: int = 32


class MultitaskRegressor:
    """Fit and predict with dense layers on ``device``; ``unfinished``: where ``fit`` keeps its state."""

    def __init__(
        self, settings: MultitaskSettings, device: torch.device, unfinished: Unfinished | None = None
    ) -> None:
        self.settings = settings
        self.device = device
        self.unfinished = unfinished

    def fit(self, training: TrainingSet) -> None:
        """Train on some lines at a time, stopping early where validation lines are given."""
        torch.manual_seed(training.seed)
        self.center, self.scale = target_scale(training.labels, self.settings.target)
        inputs = self.inputs_of(training.design)
        self._build(inputs.shape[1], len(training.genes))
        about = (self.settings, self._about_inputs(), training, self.device.type)
        unfinished = self.unfinished and self.unfinished.of(*about)
        task = self._task(training, inputs)
        self.trained = train(self.net, task, self.settings.loop, "multi-task network", unfinished)

    def _build(self, inputs: int, genes: int) -> None:
        hidden, dropout = self.settings.hidden, self.settings.dropout
        last = nn.Linear(hidden[-1], genes)
        # begins at the genes' means: as random numbers, thousands of outputs drive all hidden units to 0
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        layers = encoder(inputs, hidden, dropout)
        self.net = nn.Sequential(layers, nn.Dropout(dropout), last).to(self.device)

    def inputs_of(self, design: Design) -> Tensor:
        """Return what the network takes in, samples x features."""
        return torch.from_numpy(joined(design)).to(self.device)

    def _about_inputs(self) -> Any:
        """Return what else than settings and training set decides on the inputs; here nothing."""

    def _task(self, training: TrainingSet, inputs: Tensor) -> Task:
        labels = torch.from_numpy(self._scaled(training.labels)).to(self.device)
        measured, labels = torch.isfinite(labels), labels.nan_to_num(nan=0.0)
        generator, validate = np.random.default_rng(training.seed), None
        if training.validation_design is not None and training.validation_labels is not None:
            kept, goal = self.inputs_of(training.validation_design), self._scaled(training.validation_labels)

            def validate() -> float:
                return numpy_mse(self.net(kept).cpu().numpy(), goal)

        return Task(
            lambda: batches(np.arange(len(inputs)), self.settings.lines_per_block, generator),
            lambda rows: masked_mse(self.net(inputs[rows]), labels[rows], measured[rows]),
            validate,
            generator,
        )

    def _scaled(self, labels: np.ndarray) -> np.ndarray:
        return (labels - self.center) / self.scale

    def _run(self, part: nn.Module, inputs: Tensor) -> np.ndarray:
        self.net.eval()
        with torch.no_grad():
            return part(inputs).cpu().numpy()

    def predict(self, design: Design) -> np.ndarray:
        """Return predicted gene effect, samples x genes float32, on the scale of the labels."""
        return self.predict_inputs(self.inputs_of(design))

    def predict_inputs(self, inputs: Tensor) -> np.ndarray:
        """Predict as :meth:`predict`, from what the network takes in of a design."""
        return (self._run(self.net, inputs) * self.scale + self.center).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return the last hidden layer, samples x units."""
        return self._run(self.net[0], self.inputs_of(design))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return weights and target scale."""
        return weights_of(self.net, "net/") | {"center": self.center, "scale": self.scale}

    def notes(self) -> dict[str, Any]:
        """Return the number of features of all omics, and of epochs."""
        layers: Any = self.net[0]
        return {"inputs": layers[0].linear.in_features, "best_epoch": self.trained.best_epoch}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.center, self.scale = arrays["center"], arrays["scale"]
        self._build(notes["inputs"], len(self.center))
        self.net.load_state_dict(tensors_below(arrays, "net/"))
        self.trained = Trained(pd.DataFrame(), notes["best_epoch"])

    def history(self) -> pd.DataFrame | None:
        """Return loss by epoch."""
        return self.trained.history
