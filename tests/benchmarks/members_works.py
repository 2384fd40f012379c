"""Work of the benchmark of an ensemble: networks of several seeds in turn, or as one batched model.

The batched model has the weights of all members stacked (torch.func) and one optimiser over them.
"""

import copy
import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from grid_works import FEATURES, GENE_SETS, GENES, LINES, PUBLISHED
from torch import Tensor
from torch.func import functional_call, stack_module_state, vmap

from deepdep.models.grid import GridNet
from deepdep.models.layers import masked_mse
from deepdep.training.network import blocks

MEMBERS = 5
SECONDS = 8.0  # of steps that are timed
DEMO = (86, 240, 320, 500)  # lines, genes, gene sets, features of each omic
Step = Callable[[Tensor, Tensor], None]


class Data:
    """Noise of a study's size, on the device."""

    def __init__(self, size: str, device: torch.device) -> None:
        published = (LINES, GENES, GENE_SETS, None)
        lines, genes, sets, count = DEMO if size == "demo" else published
        self.features = {omic: count or number for omic, number in FEATURES.items()}
        self.values = {omic: torch.randn(lines, number).to(device) for omic, number in self.features.items()}
        self.present = torch.ones(lines, len(self.features)).to(device)
        self.labels = torch.randn(lines, genes).to(device)
        self.prints = (torch.rand(genes, sets) < 0.01).float().to(device)

    def network(self) -> GridNet:
        """Return an untrained network."""
        return GridNet(PUBLISHED, self.features, self.prints.shape[1]).to(self.labels.device)

    def block(self, rows: Tensor, genes: Tensor) -> tuple[tuple[dict[str, Tensor], Tensor, Tensor], Tensor]:
        """Return inputs and labels of a block."""
        values = {omic: matrix[rows] for omic, matrix in self.values.items()}
        return (values, self.present[rows], self.prints[genes]), self.labels[rows][:, genes]


def optimizer(parameters: list[Tensor]) -> torch.optim.Optimizer:
    """Return the optimiser of the training loop."""
    return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0, fused=True)


def in_turn(data: Data) -> Step:
    """Return a step of one member."""
    network = data.network()
    update = optimizer(list(network.parameters()))

    def step(rows: Tensor, genes: Tensor) -> None:
        update.zero_grad(set_to_none=True)
        inputs, target = data.block(rows, genes)
        masked_mse(network(*inputs), target, torch.isfinite(target)).backward()
        update.step()

    return step


def batched(data: Data) -> Step:
    """Return a step of all members at once."""
    weights, buffers = stack_module_state([data.network() for _ in range(MEMBERS)])
    base = copy.deepcopy(data.network()).to("meta")
    update = optimizer(list(weights.values()))
    run = vmap(
        lambda own, rest, *inputs: functional_call(base, (own, rest), inputs), (0, 0, None, None, None)
    )

    def step(rows: Tensor, genes: Tensor) -> None:
        update.zero_grad(set_to_none=True)
        inputs, target = data.block(rows, genes)
        predicted = run(weights, buffers, *inputs)
        (masked_mse(predicted, target, torch.isfinite(target).expand_as(predicted)) * MEMBERS).backward()
        update.step()

    return step


def median_step(data: Data, step: Step, shape: tuple[int, int]) -> float:
    """Return the median seconds of a step, the first two left out."""
    generator, taken = np.random.default_rng(1), []
    while sum(taken) < SECONDS:
        for rows, genes in blocks(tuple(data.labels.shape), shape, generator):
            start = time.perf_counter()
            step(rows, genes)
            if data.labels.is_cuda:
                torch.cuda.synchronize()
            taken.append(time.perf_counter() - start)
    return float(np.median(taken[2:]))


def main(size: str, lines: str, genes: str) -> None:
    """Time both, at one size and block."""
    torch.set_num_threads(2)
    data = Data(size, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    shape = (int(lines), int(genes))
    found = {
        "in_turn": median_step(data, in_turn(data), shape) * MEMBERS,
        "batched": median_step(data, batched(data), shape),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
