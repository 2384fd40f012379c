"""The grid model behind the interface of every model: fit by blocks of the grid, predict."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from deepdep.errors import InputError
from deepdep.models.base import TrainingSet, below, gene_means
from deepdep.models.grid import Architecture, GridNet
from deepdep.models.layers import masked_mse
from deepdep.prepare.transform import Design
from deepdep.training.loop import SMALLER, LoopSettings, Task, Trained, train
from deepdep.training.state import Unfinished

logger = logging.getLogger("deepdep")

ACTIVATION_BYTES = 16  # of a hidden unit and pair: sum, ReLU and the gradients of both
BLOCK_SAMPLES = 8  # samples that meet all genes at once in a prediction: bounds memory, not results


@dataclass(frozen=True)
class Settings:
    """Settings of a grid model.

    ``target``: ``raw`` scores as published, ``centred`` on the training mean of each gene, or
    ``standardised`` by its training standard deviation too; inverted in predictions.
    ``lines_per_block`` x ``genes_per_block`` pairs make one optimiser step. ``omics_dropout``: share
    of the omics of a line that a step takes for missing, so that one model serves every subset.
    ``gene_input``: what the gene's encoder reads, see :func:`gene_inputs`.
    """

    architecture: Architecture
    loop: LoopSettings = field(default_factory=LoopSettings)
    target: str = "raw"
    lines_per_block: int = 32
    genes_per_block: int = 128
    omics_dropout: float = 0.0
    gene_input: str = "fingerprint"


class GridRegressor:
    """Fit and predict with :class:`GridNet` on ``device``; ``unfinished``: where ``fit`` keeps its state."""

    def __init__(
        self, settings: Settings, device: torch.device, unfinished: Unfinished | None = None
    ) -> None:
        self.settings = settings
        self.device = device
        self.unfinished = unfinished

    def fit(self, training: TrainingSet) -> None:
        """Train on blocks of the grid, stopping early where validation lines are given."""
        torch.manual_seed(training.seed)
        self.center, self.scale = target_scale(training.labels, self.settings.target)
        self.fingerprints = gene_inputs(training.fingerprints, self.settings.gene_input)
        self._build({omic: matrix.shape[1] for omic, matrix in training.design.values.items()})
        load_encoders(self.net, training.pretrained)
        unfinished = self.unfinished and self.unfinished.of(self.settings, training, self.device.type)
        self.trained = train(self.net, self._task(training), self.settings.loop, "joint model", unfinished)

    def _build(self, features: dict[str, int]) -> None:
        self.net = GridNet(self.settings.architecture, features, self.fingerprints.shape[1])
        self.net.to(self.device)
        self.gene_inputs = torch.from_numpy(self.fingerprints).to(self.device)

    def _task(self, training: TrainingSet) -> Task:
        block = Grid.of(training.design, self._scaled(training.labels), self.device)
        shape = (self.settings.lines_per_block, self.settings.genes_per_block)
        check_block(shape, training.labels.shape, self.settings.architecture.head)
        generator, validate = np.random.default_rng(training.seed), None
        if training.validation_design is not None and training.validation_labels is not None:
            kept, goal = training.validation_design, self._scaled(training.validation_labels)

            def validate() -> float:
                return numpy_mse(self._predict_scaled(kept), goal)

        return Task(
            lambda: blocks(training.labels.shape, shape, generator),
            lambda rows_genes: self._block_loss(block, *rows_genes),
            validate,
            generator,
        )

    def _block_loss(self, grid: "Grid", rows: Tensor, genes: Tensor) -> Tensor:
        values = {omic: matrix[rows] for omic, matrix in grid.values.items()}
        present = drop_omics(grid.present[rows], self.settings.omics_dropout)
        predicted = self.net(values, present, self.gene_inputs[genes])
        return masked_mse(predicted, grid.labels[rows][:, genes], grid.measured[rows][:, genes])

    def _scaled(self, labels: np.ndarray) -> np.ndarray:
        return (labels - self.center) / self.scale

    def _predict_scaled(self, design: Design) -> np.ndarray:
        self.net.eval()
        values, present = to_device(design.ordered(self.net.encoders), self.device)
        # Written into one array: kept pieces would pin the blocks' memory between them.
        predicted = np.empty((len(present), len(self.gene_inputs)), np.float32)
        with torch.no_grad():
            genes = self.net.encode_genes(self.gene_inputs)
            samples = self.net.encode_samples(values, present)
            for start in range(0, len(samples), BLOCK_SAMPLES):
                rows = slice(start, start + BLOCK_SAMPLES)
                predicted[rows] = self.net.meet(samples[rows], genes).cpu().numpy()
        return predicted

    def predict(self, design: Design) -> np.ndarray:
        """Return predicted gene effect, samples x genes float32, on the scale of the labels."""
        return (self._predict_scaled(design) * self.scale + self.center).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray:
        """Return what the encoders make of each sample, samples x width of all bottlenecks."""
        self.net.eval()
        with torch.no_grad():
            codes = self.net.sample_codes(*to_device(design.ordered(self.net.encoders), self.device))
        return codes.cpu().numpy()

    def arrays(self) -> dict[str, np.ndarray]:
        """Return weights, target scale and fingerprints."""
        own = {"center": self.center, "scale": self.scale, "fingerprints": self.fingerprints.astype(np.uint8)}
        return weights_of(self.net, "net/") | own

    def notes(self) -> dict[str, Any]:
        """Return the number of features per omic, in the network's order, and of epochs."""
        return {"inputs": inputs_of(self.net), "best_epoch": self.trained.best_epoch}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.center, self.scale = arrays["center"], arrays["scale"]
        self.fingerprints = arrays["fingerprints"].astype(np.float32)
        self._build(dict(notes["inputs"]))
        self.net.load_state_dict(tensors_below(arrays, "net/"))
        self.trained = Trained(pd.DataFrame(), notes["best_epoch"])

    def history(self) -> pd.DataFrame | None:
        """Return loss by epoch."""
        return self.trained.history


@dataclass(frozen=True)
class Grid:
    """The training data on the device: samples, their labels and which labels are measured."""

    values: dict[str, Tensor]
    present: Tensor
    labels: Tensor
    measured: Tensor

    @classmethod
    def of(cls, design: Design, labels: np.ndarray, device: torch.device) -> "Grid":
        """Move a design and its labels (NaN = not measured) to ``device``."""
        tensor = torch.from_numpy(labels).to(device)
        measured = torch.isfinite(tensor)
        return cls(*to_device(design, device), tensor.nan_to_num(nan=0.0), measured)


def load_encoders(net: GridNet, pretrained: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Give a network the pretrained weights of its encoders, by omic."""
    for omic, weights in pretrained.items():
        net.encoders[omic].load_state_dict(tensors_below(weights, ""))
    logger.info("pretrained encoders: %s", ", ".join(pretrained) or "none")


def inputs_of(net: GridNet) -> list[list[Any]]:
    """Return omic and number of features in the network's order; json may sort the keys of an object."""
    return [[omic, layers.get_submodule("0.linear").in_features] for omic, layers in net.encoders.items()]


def weights_of(network: nn.Module, prefix: str) -> dict[str, np.ndarray]:
    """Return the weights as arrays, a prefix before each name."""
    return {f"{prefix}{name}": tensor.cpu().numpy() for name, tensor in network.state_dict().items()}


def tensors_below(arrays: Mapping[str, np.ndarray], prefix: str) -> dict[str, Tensor]:
    """Return the arrays whose name begins with ``prefix`` as tensors, by the rest of their name."""
    return {name: torch.from_numpy(array) for name, array in below(arrays, prefix).items()}


def to_device(design: Design, device: torch.device) -> tuple[dict[str, Tensor], Tensor]:
    """Return values and presence as tensors on ``device``."""
    values = {omic: torch.from_numpy(matrix).to(device) for omic, matrix in design.values.items()}
    return values, torch.from_numpy(design.present).to(device)


def blocks(
    shape: tuple[int, int], block: tuple[int, int], generator: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the blocks of one epoch: lines and genes are shuffled, every pair comes once.

    Parameters
    ----------
    shape
        Lines and genes of the grid.
    block
        Lines and genes of a block.
    generator
        Source of the order.
    """
    parts = [
        np.array_split(generator.permutation(size), -(-size // width))
        for size, width in zip(shape, block, strict=True)
    ]
    pairs = [(rows, genes) for rows in parts[0] for genes in parts[1]]
    for number in generator.permutation(len(pairs)):
        rows, genes = pairs[number]
        yield torch.from_numpy(rows), torch.from_numpy(genes)


def gene_inputs(fingerprints: np.ndarray, kind: str) -> np.ndarray:
    """Return what the encoder of genes reads, genes x inputs float32.

    ``fingerprint``: the gene sets, as published. ``identity``: which gene it is and nothing about it
    (one input per gene), so that nothing is shared by genes of one set. ``none``: the same for all
    genes, so that only what a sample does to all of them is learned.
    """
    if kind == "identity":
        return np.eye(len(fingerprints), dtype=np.float32)
    if kind == "none":
        return np.ones((len(fingerprints), 1), np.float32)
    return fingerprints.astype(np.float32)


def check_block(block: tuple[int, int], grid: tuple[int, int], head: Sequence[int]) -> None:
    """Refuse a block whose activations in the head are beyond the machine's memory.

    Raises
    ------
    InputError
        With the size of both.
    """
    lines, genes = (min(pair) for pair in zip(block, grid, strict=True))
    wanted = lines * genes * sum(head) * ACTIVATION_BYTES
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if wanted > there:
        raise InputError(
            f"A block of {lines} lines x {genes} genes takes about {wanted / 1e9:,.0f} GB, "
            f"of the {there / 1e9:,.0f} GB that the machine has.",
            SMALLER,
        )


def drop_omics(present: Tensor, share: float) -> Tensor:
    """Take a share of the omics for missing, samples x omics; a sample that would lose all keeps all."""
    if share == 0:
        return present
    kept = present * (torch.rand_like(present) >= share)
    return torch.where(kept.any(dim=1, keepdim=True), kept, present)


def target_scale(labels: np.ndarray, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Return centre and scale per gene for ``raw``, ``centred`` or ``standardised`` targets."""
    genes = labels.shape[1]
    center, scale = np.zeros(genes, np.float32), np.ones(genes, np.float32)
    if target != "raw":
        center = gene_means(labels)
    if target == "standardised":
        spread = np.sqrt(gene_means((labels - center) ** 2))
        scale = np.where(spread > 0, spread, 1).astype(np.float32)
    return center, scale


def numpy_mse(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean squared error where labels are measured."""
    measured = np.isfinite(labels)
    return float(np.square(predicted[measured] - labels[measured]).mean())
