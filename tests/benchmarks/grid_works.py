"""Work of the benchmarks of the numerical core, on simulated data of the published sizes.

Each work prints its phases in seconds, and what it counted, as one line of json.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from deepdep.models.base import TrainingSet
from deepdep.models.grid import Architecture, GridNet
from deepdep.models.layers import masked_mse
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings
from deepdep.training.network import BLOCK_SAMPLES, GridRegressor, Settings, blocks

LINES, GENES, TUMORS = 278, 1298, 8238
FEATURES = {"mutation": 4539, "expression": 6016, "methylation": 6617, "copy_number": 7460}
GENE_SETS = 3115
WIDTHS = {"mutation": [1000, 100, 50], **{omic: [500, 200, 50] for omic in FEATURES if omic != "mutation"}}
PUBLISHED = Architecture(WIDTHS, [1000, 100, 50], [250, 250])
CPU = torch.device("cpu")
LEAST_SECONDS = 6.0  # of training steps that are timed


def simulated(lines: int, genes: int, seed: int = 1) -> TrainingSet:
    """Return profiles of noise, labels that some features of each omic explain, and fingerprints."""
    rng = np.random.default_rng(seed)
    values = {omic: rng.standard_normal((lines, count), np.float32) for omic, count in FEATURES.items()}
    labels = rng.standard_normal((lines, genes), np.float32)
    for matrix in values.values():
        labels += matrix[:, :20] @ rng.standard_normal((20, genes), np.float32) / 10
    observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
    design = Design(values, observed, np.ones((lines, len(FEATURES)), np.float32))
    prints = (rng.random((genes, GENE_SETS)) < 0.01).astype(np.uint8)
    names = {omic: [str(i) for i in range(count)] for omic, count in FEATURES.items()}
    return TrainingSet(design, labels, [str(i) for i in range(genes)], prints, names, seed)


def tensors(training: TrainingSet) -> tuple[dict[str, Tensor], Tensor, Tensor, Tensor]:
    """Return values, presence, labels and fingerprints."""
    values = {omic: torch.from_numpy(matrix) for omic, matrix in training.design.values.items()}
    prints = torch.from_numpy(training.fingerprints.astype(np.float32))
    return values, torch.from_numpy(training.design.present), torch.from_numpy(training.labels), prints


def timed(steps: Iterator[int]) -> dict[str, float]:
    """Run steps, each giving its number of pairs, for some seconds after a first one."""
    next(steps)
    start, pairs, count = time.perf_counter(), 0, 0
    for done in steps:
        pairs, count = pairs + done, count + 1
        if time.perf_counter() - start > LEAST_SECONDS:
            break
    seconds = time.perf_counter() - start
    return {"total": seconds, "pairs_per_s": pairs / seconds, "steps": count, "step_s": seconds / count}


def grid_steps(lines: int, genes: int, shape: tuple[int, int]) -> Iterator[int]:
    """Train on blocks of the grid."""
    values, present, labels, prints = tensors(simulated(lines, genes))
    net = GridNet(PUBLISHED, FEATURES, GENE_SETS)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0, fused=True)
    generator = np.random.default_rng(1)
    while True:
        for rows, columns in blocks(labels.shape, shape, generator):
            optimizer.zero_grad(set_to_none=True)
            part = {omic: matrix[rows] for omic, matrix in values.items()}
            predicted = net(part, present[rows], prints[columns])
            target = labels[rows][:, columns]
            masked_mse(predicted, target, torch.isfinite(target)).backward()
            optimizer.step()
            yield target.numel()


def row_steps(lines: int, genes: int, batch: int) -> Iterator[int]:
    """Train on rows as published, one pair each, gathered when needed: never the table of 37 GiB."""
    values, present, labels, prints = tensors(simulated(lines, genes))
    net = GridNet(PUBLISHED, FEATURES, GENE_SETS)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0, fused=True)
    generator = torch.Generator().manual_seed(1)
    while True:
        for pairs in torch.randperm(labels.numel(), generator=generator).split(batch):
            rows, columns = pairs // genes, pairs % genes
            optimizer.zero_grad(set_to_none=True)
            samples = net.encode_samples({omic: m[rows] for omic, m in values.items()}, present[rows])
            predicted = net.head(samples + net.encode_genes(prints[columns]))[:, 0]
            torch.nn.functional.mse_loss(predicted, labels[rows, columns]).backward()
            optimizer.step()
            yield len(pairs)


def predict(samples: int, genes: int, members: int) -> dict[str, float]:
    """Predict samples x genes with an ensemble of untrained members, one after the other."""
    training = simulated(LINES, genes)
    seconds = []
    design = simulated(samples, 2, seed=2).design
    total = np.zeros((samples, genes), np.float32)
    for member in range(members):
        # small blocks, so that the most memory is that of predicting and not of this training
        model = GridRegressor(Settings(PUBLISHED, LoopSettings(epochs=1), "raw", 64, 256), CPU)
        model.fit(replace(training, seed=member))
        start = time.perf_counter()
        total += model.predict(design)
        seconds.append(time.perf_counter() - start)
    assert np.isfinite(total).all()
    return {"total": sum(seconds), "member_s": max(seconds), "block": BLOCK_SAMPLES}


def main(work: str, *sizes: str) -> None:
    """Do one work."""
    torch.set_num_threads(2)
    numbers = [int(size) for size in sizes]
    if work == "grid":
        found = timed(grid_steps(*numbers[:2], (numbers[2], numbers[3])))
        found["steps_per_epoch"] = -(-numbers[0] // numbers[2]) * -(-numbers[1] // numbers[3])
    elif work == "rows":
        found = timed(row_steps(*numbers))
        found["steps_per_epoch"] = -(-numbers[0] * numbers[1] // numbers[2])
    else:
        found = predict(*numbers)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
