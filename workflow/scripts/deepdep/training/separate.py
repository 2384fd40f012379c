"""The paper's ablation "one DepOI at a time": no fingerprint, a head for each gene, nothing shared.

The encoders keep their pretrained weights. The paper trains them anew for each gene; 1,298 copies of
them would be 88 GB. (Exactly that, for one gene, is a study whose ``genes.list`` has one gene.)
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from deepdep.models.base import TrainingSet
from deepdep.models.grid import Architecture, GridNet
from deepdep.models.layers import masked_mse
from deepdep.models.separate import SeparateHeads
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings, Task, Trained, mean_history, train
from deepdep.training.network import (
    inputs_of,
    load_encoders,
    target_scale,
    tensors_below,
    to_device,
    weights_of,
)
from deepdep.training.pretrain import batches

UNUSED = ([1], [1])  # GridNet lends its encoders only: its gene encoder and head are as small as may be


@dataclass(frozen=True)
class SeparateSettings:
    """``genes_per_block`` genes are trained side by side and stop together; 1 is one at a time.

    The others as of the grid model; ``architecture.fingerprint`` is not used.
    """

    architecture: Architecture
    loop: LoopSettings = field(default_factory=LoopSettings)
    target: str = "raw"
    lines_per_block: int = 32
    genes_per_block: int = 32


class SeparateRegressor:
    """Fit and predict with :class:`SeparateHeads` on codes of encoders that stay as they are."""

    def __init__(self, settings: SeparateSettings, device: torch.device) -> None:
        self.settings = settings
        self.device = device

    def fit(self, training: TrainingSet) -> None:
        """Train the heads of some genes after the other."""
        torch.manual_seed(training.seed)
        self.center, self.scale = target_scale(training.labels, self.settings.target)
        self._build({omic: matrix.shape[1] for omic, matrix in training.design.values.items()})
        load_encoders(self.encoder, training.pretrained)
        generator = np.random.default_rng(training.seed)
        genes = np.arange(training.labels.shape[1])
        parts = np.array_split(genes, -(-len(genes) // self.settings.genes_per_block))
        self.heads: list[SeparateHeads] = []
        self.trained: list[Trained] = []
        for part in parts:
            self._fit_part(training, part, generator)

    def _build(self, features: dict[str, int]) -> None:
        widths, dropout = self.settings.architecture.encoders, self.settings.architecture.dropout
        self.encoder = GridNet(Architecture(widths, *UNUSED, dropout), features, 1).to(self.device)
        self.encoder.eval()

    def _fit_part(self, training: TrainingSet, genes: np.ndarray, generator: np.random.Generator) -> None:
        codes = self._codes(training.design)
        labels, measured = self._labels(training.labels, genes)
        heads = self._new_heads(codes.shape[1], len(genes))
        validate = None
        if training.validation_design is not None and training.validation_labels is not None:
            kept = self._codes(training.validation_design)
            goal = self._labels(training.validation_labels, genes)

            def validate() -> float:
                return masked_mse(heads(kept), *goal).item()

        task = Task(
            lambda: batches(np.arange(len(codes)), self.settings.lines_per_block, generator),
            lambda rows: masked_mse(heads(codes[rows]), labels[rows], measured[rows]),
            validate,
            generator,
        )
        label = f"genes {genes[0] + 1} to {genes[-1] + 1}"
        self.trained.append(train(heads, task, self.settings.loop, label))
        self.heads.append(heads)

    def _codes(self, design: Design) -> Tensor:
        with torch.no_grad():
            return self.encoder.sample_codes(*to_device(design.ordered(self.encoder.encoders), self.device))

    def _labels(self, labels: np.ndarray, genes: np.ndarray) -> tuple[Tensor, Tensor]:
        scaled = (labels[:, genes] - self.center[genes]) / self.scale[genes]
        tensor = torch.from_numpy(scaled).to(self.device)
        return tensor.nan_to_num(nan=0.0), torch.isfinite(tensor)

    def _new_heads(self, inputs: int, genes: int) -> SeparateHeads:
        architecture = self.settings.architecture
        return SeparateHeads(inputs, architecture.head, genes, architecture.dropout).to(self.device)

    def predict(self, design: Design) -> np.ndarray:
        """Return predicted gene effect, samples x genes float32, on the scale of the labels."""
        codes = self._codes(design)
        with torch.no_grad():
            parts = [heads.eval()(codes).cpu().numpy() for heads in self.heads]
        return (np.concatenate(parts, axis=1) * self.scale + self.center).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return what the encoders make of each sample, samples x width of all bottlenecks."""
        return self._codes(design).cpu().numpy()

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the encoders' weights, target scale, and the heads' weights by part."""
        found = {"center": self.center, "scale": self.scale} | weights_of(self.encoder, "encoder/")
        for place, heads in enumerate(self.heads):
            found |= weights_of(heads, f"heads{place}/")
        return found

    def notes(self) -> dict[str, Any]:
        """Return the number of features per omic, of genes by part, and the median best epoch."""
        best = [trained.best_epoch for trained in self.trained]
        counts = [len(heads.biases[0]) for heads in self.heads]
        return {
            "inputs": inputs_of(self.encoder),
            "genes": counts,
            "best_epoch": round(float(np.median(best))),
        }

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.center, self.scale = arrays["center"], arrays["scale"]
        self._build(dict(notes["inputs"]))
        self.encoder.load_state_dict(tensors_below(arrays, "encoder/"))
        width = sum(self.settings.architecture.encoders[omic][-1] for omic, _ in notes["inputs"])
        self.heads = [self._new_heads(width, genes) for genes in notes["genes"]]
        for place, heads in enumerate(self.heads):
            heads.load_state_dict(tensors_below(arrays, f"heads{place}/"))
        self.trained = [Trained(pd.DataFrame(), notes["best_epoch"])]

    def history(self) -> pd.DataFrame:
        """Return the mean losses by epoch, of the parts that were still trained in it."""
        return mean_history(trained.history for trained in self.trained)
