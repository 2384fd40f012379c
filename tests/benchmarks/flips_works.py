"""Work of the benchmark of synthetic essentiality; prints what it measured as one line of json.

The network has the published widths and He weights as drawn, so that few units and no flip can be left out:
a trained one is not slower.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from deepdep.interpret.flips import FlipNet, multiply_adds
from deepdep.interpret.summary import Wanted, sampled_places
from deepdep.interpret.synthetic import Assay, Network, Place, run_assay
from deepdep.models.grid import Architecture
from deepdep.training.checkpoint import FittedModel
from deepdep.training.network import GridRegressor, Settings

LINES, MUTATIONS, GENES, SETS = 278, 4539, 1298, 3115
CPU = torch.device("cpu")
ROWS, THREADS = 500, 2  # pairs of a batch of the row formulation, as published
ROW_SECONDS = 2.0
PRODUCTS = 40


def random_model() -> GridRegressor:
    """Return an untrained network of the published widths that reads random fingerprints."""
    torch.manual_seed(1)
    model = GridRegressor(
        Settings(Architecture({"mutation": [1000, 100, 50]}, [1000, 100, 50], [250, 250])), CPU
    )
    generator = np.random.default_rng(1)
    model.fingerprints = (generator.random((GENES, SETS)) < 0.0107).astype(np.float32)
    model.center, model.scale = np.zeros(GENES, np.float32), np.ones(GENES, np.float32)
    model._build({"mutation": MUTATIONS})
    return model


def rows_of(model: GridRegressor, line: np.ndarray, flips: np.ndarray, genes: np.ndarray) -> torch.Tensor:
    """Score pairs of flip and gene, every one through both encoders."""
    values = torch.from_numpy(line)[None].repeat(len(flips), 1)
    values[torch.arange(len(flips)), torch.from_numpy(flips)] = 1 - values[:, flips].diagonal()
    net = model.net
    samples = net.encode_samples({"mutation": values}, torch.ones(len(flips), 1))
    return net.head(samples + net.encode_genes(model.gene_inputs[genes]))[:, 0]


@torch.no_grad()
def row_seconds(model: GridRegressor, line: np.ndarray) -> float:
    """Return seconds per score of the row formulation, on random pairs."""
    generator, start, done = np.random.default_rng(2), time.perf_counter(), 0
    while time.perf_counter() - start < ROW_SECONDS:
        flips, genes = (generator.integers(count, size=ROWS) for count in (MUTATIONS, GENES))
        rows_of(model, line, flips, genes)
        done += ROWS
    return (time.perf_counter() - start) / done


def product_speed() -> float:
    """Return GFLOP/s of the product that most of the flips' time is due to."""
    one, other = torch.randn(4096, 250), torch.randn(250, 250)
    start = time.perf_counter()
    for _ in range(PRODUCTS):
        one @ other
    return PRODUCTS * 2 * 4096 * 250 * 250 / (time.perf_counter() - start) / 1e9


@torch.no_grad()
def difference(model: GridRegressor, line: np.ndarray, change: np.ndarray) -> tuple[float, float]:
    """Return the largest difference of a sample of changes to rows, and the sd of the changes."""
    generator = np.random.default_rng(3)
    flips, genes = (generator.integers(count, size=ROWS) for count in (MUTATIONS, GENES))
    alone = model.net.encode_samples({"mutation": torch.from_numpy(line)[None]}, torch.ones(1, 1))
    original = model.net.meet(alone, model.net.encode_genes(model.gene_inputs[genes]))[0]
    expected = rows_of(model, line, flips, genes) - original
    return float(np.abs(expected.numpy() - change[genes, flips]).max()), float(change.std())


def assay_of(lines: int) -> Assay:
    """Return random lines with 5 % of their genes mutated."""
    values = (np.random.default_rng(4).random((lines, MUTATIONS)) < 0.05).astype(np.float32)
    names = [
        [f"{kind}{i}" for i in range(count)]
        for kind, count in zip("LMG", (lines, MUTATIONS, GENES), strict=True)
    ]
    return Assay(names[0], names[1], np.arange(MUTATIONS), names[2], values > 0, values, 1 - 2 * values)


def left_out(net: FlipNet, assay: Assay) -> tuple[int, int]:
    """Count the units of the head's first layer that are used, and flips that change nothing, of a line."""
    with torch.no_grad():
        hidden = net._first_layer(assay.values[0], assay.delta[0], assay.places)
        samples = net.net.sample_half(net.rest(hidden))
        used = int((samples.amax(0) + net.genes.amax(0) > 0).sum())
        return used, int((hidden[1:] == hidden[0]).all(dim=1).sum())


def measure(lines: int, runs: int) -> dict[str, float]:
    """Measure both formulations turn about, then a run of some lines with all that a run does."""
    model, assay = random_model(), assay_of(lines)
    fitted = FittedModel(model, None, {"mutation": assay.mutations}, assay.genes, {})
    network = Network(fitted, np.zeros((0, SETS)))
    seconds: dict[str, list[float]] = {
        name: [] for name in ("line_s", "line_cpu_s", "row_s", "gflop_per_s", "assay_min")
    }
    sampled = sampled_places(GENES * MUTATIONS, 50_000, 1)
    wanted = Wanted(GENES, 20, sampled, np.array([[1, 2]]), np.array([3]), 0.05, 0.05)
    for _ in range(runs):
        seconds["gflop_per_s"].append(product_speed())
        seconds["row_s"].append(row_seconds(model, assay.values[0]))
        start, cpu = time.perf_counter(), time.process_time()
        flipped = network.flip(assay.values[0], assay.delta[0], assay.places)
        seconds["line_s"].append(time.perf_counter() - start)
        seconds["line_cpu_s"].append(time.process_time() - cpu)
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            run_assay(assay, network, wanted, Place(Path(folder) / "state.safetensors", max(1, lines // 2)))
            seconds["assay_min"].append((time.perf_counter() - start) / lines * LINES / 60)
    best = {name: min(values) for name, values in seconds.items()}
    best["gflop_per_s"] = max(seconds["gflop_per_s"])
    best["here"], best["rows"] = multiply_adds(model.net, MUTATIONS, GENES)
    best["used"], best["still"] = left_out(network.nets[0], assay)
    best["difference"], best["sd"] = difference(model, assay.values[0], flipped.change)
    return best


def main(lines: str, runs: str) -> None:
    """Measure and print."""
    torch.set_num_threads(THREADS)
    load = os.getloadavg()[0]
    sys.stdout.write(json.dumps({**measure(int(lines), int(runs)), "load": load, "threads": THREADS}))


if __name__ == "__main__":
    main(*sys.argv[1:])
