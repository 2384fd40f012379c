"""Integrated gradients of a mixture of ridges and networks, gene by gene (Sundararajan et al. 2017).

Each part of the model reads inputs of its own: raw values, ranks and lineage (kernels), the blocks of
screened ridge, the weighted blocks of the networks. All go on a straight line from the mean of the lines to
a line, so that the attributions of the mixture are the weighted sums of those of its parts, and what several
inputs (raw value and rank) of one feature get is added up. Of linear parts they are weight x (x - mean),
exactly; of RBF kernels the gradient is in closed form and integrated by Gauss and Legendre; of networks
captum integrates the gradient at the first layer, up to which a network is linear. Ranks are inputs beside
the raw values: how a rank follows from all values of a line is not differentiated.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import nn

from deepdep.errors import InputError
from deepdep.models.kernel_ridge import (
    LINEAGE,
    KernelRidge,
    lineages_of,
    linear_name,
    rank_name,
    ranks,
    rbf_name,
)
from deepdep.models.mixture import KernelMixture
from deepdep.models.screened_ridge import ScreenedRidge
from deepdep.models.weighted_inputs import Inputs
from deepdep.prepare.transform import Design
from deepdep.training.checkpoint import FittedModel
from deepdep.training.kernel_network import KernelNetwork


@dataclass(frozen=True)
class Attributions:
    """Attributions of one gene.

    ``values``: lines x columns (the features of all omics, then one for lineage). ``missed``: largest
    difference between their sum and prediction minus prediction of the mean, in units of gene effect.
    """

    gene: str
    values: np.ndarray
    missed: float


class Attributor:
    """Attribute the predictions of some lines.

    Parameters
    ----------
    fitted
        A model of kind kernel_network, kernel_mixture, (shared_)kernel_ridge or screened_ridge.
    design
        The lines, scaled as by ``fitted``.
    steps
        Points of the integrals.

    Raises
    ------
    InputError
        If the model is of another kind.
    """

    def __init__(self, fitted: FittedModel, design: Design, steps: int) -> None:
        self.genes, self.steps = fitted.genes, steps
        self.omics = sorted(fitted.features)
        widths = [len(fitted.features[omic]) for omic in self.omics]
        self.starts = dict(zip([*self.omics, LINEAGE], np.concatenate([[0], np.cumsum(widths)]), strict=True))
        self.width = sum(widths) + 1
        self.parts = [part for weight, model in weighted_parts(fitted.model)
                      for part in self._parts_of(model, weight, design)]  # fmt: skip

    def columns(self, features: dict[str, list[str]]) -> list[tuple[str, str]]:
        """Return omic and feature of each column."""
        return [(omic, name) for omic in self.omics for name in features[omic]] + [(LINEAGE, LINEAGE)]

    def _parts_of(self, model: Any, weight: float, design: Design) -> "Iterator[Part]":
        if isinstance(model, KernelRidge):
            yield from self._kernel_parts(model, weight, design)
        elif isinstance(model, ScreenedRidge):
            yield LinearPart(model.inputs.matrix(design), model.weights * weight, self._places(model.inputs))
        else:
            places, inputs = self._places(model.inputs), model.inputs.matrix(design)
            yield NetworkPart(model.members, inputs, weight, self.steps, places)

    def _kernel_parts(self, model: KernelRidge, weight: float, design: Design) -> "Iterator[Part]":
        used = {name: model.weights[name] * model.scales[name] * weight for name in model.weights}
        for omic, train in model.train.items():
            values, start = design.values[omic], self.starts[omic]
            places = start + np.arange(train.shape[1])
            if used.get(linear_name(omic)):
                yield LinearPart(values, train.T @ model.duals * used[linear_name(omic)], places)
            if used.get(rank_name(omic)):
                yield LinearPart(ranks(values), ranks(train).T @ model.duals * used[rank_name(omic)], places)
            for width in model.widths:
                if used.get(rbf_name(omic, width)):
                    duals = model.duals * used[rbf_name(omic, width)]
                    yield RbfPart(values, (train, duals, width * model.units[omic]), self.steps, places)
        if used.get(LINEAGE):
            known = [name for name in np.unique(model.lineages) if name != "unknown"]
            hot = [(lineages[:, None] == np.array(known)).astype(np.float32)
                   for lineages in (lineages_of(design), model.lineages)]  # fmt: skip
            places = np.full(len(known), self.starts[LINEAGE])
            yield LinearPart(hot[0], hot[1].T @ model.duals * used[LINEAGE], places)

    def _places(self, inputs: Inputs) -> np.ndarray:
        """Return the column of each input of a matrix of blocks."""
        parts = []
        for name, center in inputs.centers.items():
            own = np.arange(len(center)) if name != LINEAGE else np.zeros(len(center), int)
            parts.append(self.starts[name] + own)
        return np.concatenate(parts)

    def of(self, gene: str) -> Attributions:
        """Attribute the predictions of one gene."""
        number = self.genes.index(gene)
        total = np.zeros((len(self.parts[0].inputs), self.width))
        difference = np.zeros(len(total))
        for part in self.parts:
            values = part.attributed(number)
            np.add.at(total.T, part.places, values.T)
            difference += part.difference(number)
        return Attributions(gene, total, float(np.abs(total.sum(axis=1) - difference).max()))

    def differences(self, gene: str) -> np.ndarray:
        """Return predictions minus that of the mean, a value a line."""
        number = self.genes.index(gene)
        return sum((part.difference(number) for part in self.parts), np.zeros(()))


def weighted_parts(model: Any) -> list[tuple[float, Any]]:
    """Return weight and model of everything that is mixed and has a weight; the networks are one."""
    if isinstance(model, KernelMixture):
        own: list[Any] = [*model.ridges.values(), *([model] if isinstance(model, KernelNetwork) else [])]
        return [(weight, part if part is not model else Networks(model))
                for weight, part in zip(model.weights, own, strict=True) if weight]  # fmt: skip
    if isinstance(model, KernelRidge | ScreenedRidge):
        return [(1.0, model)]
    raise InputError(
        "Attributions are of mixtures of ridges and networks, and of their ridges.",
        "name such a model, kernel_network for one, in attribution.model.",
    )


class Networks:
    """The networks of a mixture, and what they read."""

    def __init__(self, model: KernelNetwork) -> None:
        self.members, self.inputs = model.members, model.inputs


class Part(ABC):
    """A part of a model: its inputs (lines x inputs), their mean, and the column that each goes to."""

    def __init__(self, inputs: np.ndarray, places: np.ndarray) -> None:
        self.inputs, self.places = inputs.astype(np.float64), places
        self.mean = self.inputs.mean(axis=0)
        self.away = self.inputs - self.mean

    @abstractmethod
    def attributed(self, gene: int) -> np.ndarray:
        """Return attributions of one gene, lines x inputs."""

    @abstractmethod
    def difference(self, gene: int) -> np.ndarray:
        """Return what the part predicts of the lines minus what it predicts of their mean."""


class LinearPart(Part):
    """Weighted sums; ``weights``: inputs x genes, dense or sparse."""

    def __init__(self, inputs: np.ndarray, weights: Any, places: np.ndarray) -> None:
        super().__init__(inputs, places)
        self.weights = weights

    def _weights(self, gene: int) -> np.ndarray:
        column = self.weights[:, [gene]]
        return np.asarray(column.toarray() if hasattr(column, "toarray") else column, np.float64)[:, 0]

    def attributed(self, gene: int) -> np.ndarray:
        """Return attributions of one gene, lines x inputs."""
        return self.away * self._weights(gene)

    def difference(self, gene: int) -> np.ndarray:
        """Return what the part predicts of the lines minus what it predicts of their mean."""
        return self.inputs @ self._weights(gene) - self.mean @ self._weights(gene)


class RbfPart(Part):
    """RBF kernel with training lines; ``kernel``: their values, duals (lines x genes) and squared width."""

    def __init__(
        self, inputs: np.ndarray, kernel: tuple[np.ndarray, np.ndarray, float], steps: int, places: np.ndarray
    ) -> None:
        super().__init__(inputs, places)
        self.train, self.duals, self.width = kernel[0].astype(np.float64), kernel[1], kernel[2]
        points, weights = np.polynomial.legendre.leggauss(steps)
        self.ends = self._values(0.0), self._values(1.0)
        # integrals over the path of the kernel, and of the kernel times how far along the path it is
        self.whole = np.zeros_like(self.ends[1])
        self.along = np.zeros_like(self.ends[1])
        for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
            values = self._values(point)
            self.whole += weight * values
            self.along += weight * point * values

    def _values(self, share: float) -> np.ndarray:
        """Return the kernel at a share of the way from the mean to each line, lines x training lines."""
        at = self.mean + share * self.away
        norms = np.square(at).sum(axis=1)[:, None] + np.square(self.train).sum(axis=1)
        return np.exp(-np.maximum(norms - 2 * at @ self.train.T, 0) / self.width)

    def attributed(self, gene: int) -> np.ndarray:
        """Return attributions of one gene, lines x inputs."""
        duals = self.duals[:, gene].astype(np.float64)
        own = (self.whole @ duals)[:, None] * self.mean + (self.along @ duals)[:, None] * self.away
        return self.away * (-2 / self.width) * (own - (self.whole * duals) @ self.train)

    def difference(self, gene: int) -> np.ndarray:
        """Return what the part predicts of the lines minus what it predicts of their mean."""
        return (self.ends[1] - self.ends[0]) @ self.duals[:, gene].astype(np.float64)


class NetworkPart(Part):
    """Networks with an output per gene; their mean times ``weight``."""

    def __init__(
        self, members: Sequence[Any], inputs: np.ndarray, weight: float, steps: int, places: np.ndarray
    ) -> None:
        super().__init__(inputs, places)
        self.members, self.steps, self.share = list(members), steps, weight / len(members)

    def attributed(self, gene: int) -> np.ndarray:
        """Return attributions of one gene, lines x inputs."""
        total = np.zeros_like(self.inputs)
        for member in self.members:
            first, rest, last = split(member.net, gene)
            with torch.no_grad():
                lines, mean = first(tensor(self.inputs)), first(tensor(self.mean[None]))
            # not times the distance: that is taken at the features, to which the first layer leads back
            gradients = IntegratedGradients(Ahead(rest, last), multiply_by_inputs=False).attribute(
                lines, baselines=mean, n_steps=self.steps, method="gausslegendre"
            )
            slopes = gradients.detach().double().numpy() @ first.weight.detach().double().numpy()
            total += self.away * slopes * (self.share * float(member.scale[gene]))
        return total

    def difference(self, gene: int) -> np.ndarray:
        """Return what the part predicts of the lines minus what it predicts of their mean."""
        total = np.zeros(len(self.inputs))
        for member in self.members:
            first, rest, last = split(member.net, gene)
            with torch.no_grad():
                ahead = Ahead(rest, last)
                found = ahead(first(tensor(self.inputs))) - ahead(first(tensor(self.mean[None])))
            total += found.double().numpy() * (self.share * float(member.scale[gene]))
        return total


class Ahead(nn.Module):
    """What follows a network's first layer, with the output of one gene."""

    def __init__(self, rest: nn.Module, last: tuple[torch.Tensor, torch.Tensor]) -> None:
        super().__init__()
        self.rest, self.last = rest, last

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return the gene's output, a value a row."""
        return self.rest(hidden) @ self.last[0] + self.last[1]


def split(net: nn.Sequential, gene: int) -> tuple[nn.Linear, nn.Module, tuple[torch.Tensor, torch.Tensor]]:
    """Split a network of the mixture at its first layer; of the last one, take what leads to one gene."""
    net.eval()
    layers: Any = net[0]
    last: Any = net[1]
    _, first, *rest = layers
    return first, nn.Sequential(*rest), (last.weight[gene].detach(), last.bias[gene].detach())


def tensor(values: np.ndarray) -> torch.Tensor:
    """Return values as single-precision tensor."""
    return torch.from_numpy(values.astype(np.float32))


def drawn_lines(fitted: FittedModel, most: int, seed: int) -> list[str]:
    """Return the lines that a model was fitted on, or as many drawn from them as are wanted at most."""
    lines = list(fitted.notes["train"])
    if len(lines) <= most:
        return lines
    return sorted(np.random.default_rng(seed).choice(lines, most, replace=False).tolist())
