"""All single mutations of a line flipped at once: what each does to every predicted score.

A flip of mutation m changes the encoder's first layer by one column of its weights, so that all flips
of a line are a batch of rank-one changes; every flip is encoded once and every gene once, and the head
joins them by broadcasting (Chiu et al. 2021, synthetic essentiality; the published form runs both
encoders for every pair of flip and gene). Three things are left out, none of which changes a score: flips
that change no unit of the encoder's first layer, units of the head's first layer that are 0 for all flips
and genes of the line, and the gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from deepdep.models.grid import GridNet
from deepdep.training.network import GridRegressor

OMIC = "mutation"
# Pairs that pass the head at once: two buffers of 4,096 x 250 float32 (8 MB) stay in the last cache.
PAIRS_AT_ONCE = {"cpu": 4096, "cuda": 1 << 20}


@dataclass(frozen=True)
class Flipped:
    """Scores of one line.

    ``original``: predicted gene effect of the line as it is, genes. ``change``: what each flip adds to it,
    genes x flips float32.
    """

    original: np.ndarray
    change: np.ndarray


class FlipNet:
    """A fitted grid network of mutations alone, ready for flips.

    Parameters
    ----------
    regressor
        The fitted network.
    fingerprints
        Further genes x sets, behind the trained ones; (0, sets) for none.
    """

    def __init__(self, regressor: GridRegressor, fingerprints: np.ndarray) -> None:
        self.net, self.device = regressor.net.eval(), regressor.device
        further = torch.from_numpy(fingerprints.astype(np.float32)).to(self.device)
        ones = np.ones(len(fingerprints), np.float32)
        self.scale = np.concatenate([regressor.scale, ones])
        self.center = np.concatenate([regressor.center, 0 * ones])
        self.first, self.rest = encoder_of(self.net)
        self.hidden = [layer for layer in self.net.head.modules() if isinstance(layer, nn.Linear)]
        self.at_once = PAIRS_AT_ONCE[self.device.type]
        with torch.no_grad():
            self.genes = self.net.encode_genes(torch.cat([regressor.gene_inputs, further]))

    @torch.no_grad()
    def flip(self, values: np.ndarray, delta: np.ndarray, places: Sequence[int] | np.ndarray) -> Flipped:
        """Score a line and all its flips.

        Parameters
        ----------
        values
            The line's mutations as the network reads them, one per feature.
        delta
            What a flip adds to its feature, one per flip.
        places
            Feature of each flip.
        """
        hidden = self._first_layer(values, delta, places)
        alive = (hidden[1:] != hidden[0]).any(dim=1)
        hidden = torch.cat([hidden[:1], hidden[1:][alive]])
        samples = self.net.sample_half(self.rest(hidden))
        scores = self._meet(samples).cpu().numpy() * self.scale[:, None]
        change = np.zeros((len(self.genes), len(places)), np.float32)
        change[:, alive.cpu().numpy()] = scores[:, 1:] - scores[:, :1]
        return Flipped(scores[:, 0] + self.center, change)

    def _first_layer(
        self, values: np.ndarray, delta: np.ndarray, places: Sequence[int] | np.ndarray
    ) -> Tensor:
        """Return the encoder's first hidden layer, the line itself before its flips."""
        line, steps = (
            torch.from_numpy(array.astype(np.float32)).to(self.device) for array in (values, delta)
        )
        start = self.first(line)
        columns = self.first.weight.T[torch.as_tensor(places, device=self.device)]
        return torch.cat([start[None], torch.addcmul(start, columns, steps[:, None])]).relu_()

    def _meet(self, samples: Tensor) -> Tensor:
        """Return scores, genes x samples, by blocks of genes that meet all samples."""
        used = samples.amax(0) + self.genes.amax(0) > 0
        samples, genes = samples[:, used].contiguous(), self.genes[:, used].contiguous()
        weights = [layer.weight.T for layer in self.hidden]
        weights[0] = weights[0][used]
        layers = [
            (weight.contiguous(), layer.bias) for weight, layer in zip(weights, self.hidden, strict=True)
        ]
        scores = torch.empty((len(genes), len(samples)), device=self.device)
        buffers: dict[tuple[int, int], Tensor] = {}
        for rows in row_blocks(len(samples), self.at_once):
            some = samples[rows]
            step = max(1, self.at_once // max(1, len(some)))
            for first in range(0, len(genes), step):
                block = genes[first : first + step]
                scores[first : first + step, rows] = head_scores(some, block, layers, buffers)
        return scores


def encoder_of(net: GridNet) -> tuple[nn.Linear, nn.Sequential]:
    """Return the first dense layer of the mutations' encoder, and the layers behind its ReLU."""
    layers: Any = net.encoders[OMIC]
    return layers[0].linear, nn.Sequential(*layers[1:])


def row_blocks(count: int, size: int) -> list[slice]:
    """Cut ``count`` rows into equal blocks of at most ``size``."""
    parts = max(1, -(-count // size))
    edges = [count * part // parts for part in range(parts + 1)]
    return [slice(*pair) for pair in pairwise(edges)]


def head_scores(
    samples: Tensor,
    genes: Tensor,
    layers: Sequence[tuple[Tensor, Tensor]],
    buffers: dict[tuple[int, int], Tensor],
) -> Tensor:
    """Return scores, genes x samples, of every pair of two parts of the head's first layer.

    ``buffers`` holds the activations by shape, so that no call asks for new memory.
    """
    pairs = len(samples) * len(genes)

    def buffer(place: int, width: int) -> Tensor:
        key = (place, pairs)
        if key not in buffers:
            buffers[key] = samples.new_empty((pairs, width))
        return buffers[key]

    values = buffer(0, samples.shape[1])
    torch.add(samples[None], genes[:, None], out=values.view(len(genes), *samples.shape))
    for place, (weight, bias) in enumerate(layers[:-1], start=1):
        values = torch.addmm(bias, values.relu_(), weight, out=buffer(place, weight.shape[1]))
    weight, bias = layers[-1]
    return torch.addmv(bias.expand(pairs), values.relu_(), weight[:, 0]).view(len(genes), len(samples))


def multiply_adds(net: GridNet, flips: int, genes: int) -> tuple[int, int]:
    """Count multiply-adds of all flips of a line x genes: as here, and both encoders for every pair.

    The row form is the published one. What flips and units that are left out save is not counted, nor
    the genes' encoder here, which runs once for all lines.
    """
    encode = {name: macs(part) for name, part in (("sample", net.encoders[OMIC]), ("gene", net.gene_encoder))}
    join = [macs(part) for part in (net.sample_half, net.gene_half)]
    head = macs(net.head)
    layer, _ = encoder_of(net)
    first = macs(layer)
    shared = first + (flips + 1) * (encode["sample"] - first + join[0]) + flips * len(layer.bias)
    here = shared + (flips + 1) * genes * head
    rows = (flips + 1) * genes * (sum(encode.values()) + sum(join) + head)
    return here, rows


def macs(part: nn.Module) -> int:
    """Count multiply-adds of a sample in the dense layers of a part."""
    return sum(layer.weight.numel() for layer in part.modules() if isinstance(layer, nn.Linear))
