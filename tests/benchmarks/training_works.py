"""Work of the benchmark of the whole published training, on the planted cohort, by the library's own code.

Each work prints what it measured as one line of json. ``product_s``: seconds that the matrix products
of a step take by themselves, on the same shapes, one after the other; a step cannot be faster.
"""

import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import planted
import torch
from grid_works import CPU, PUBLISHED, WIDTHS

from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.models.base import TrainingSet
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings
from deepdep.training.network import GridRegressor, Settings
from deepdep.training.pretrain import PretrainSettings, pretrain

BATCH = 256  # tumours per step of an autoencoder
VALIDATION = 28  # of the lines, where training stops early
TRIALS = 7
Shape = tuple[int, int, int]  # rows, inputs, outputs of a dense layer


def product_cost(layers: Sequence[Shape], first: Sequence[Shape]) -> tuple[float, float]:
    """Return seconds and GFLOP of the products of a step: forward, and gradients of weights and inputs.

    ``first``: those of ``layers`` whose input is data, which needs no gradient.
    """
    seconds = operations = 0.0
    for rows, inputs, outputs in layers:
        shapes = [(rows, inputs, outputs), (outputs, rows, inputs)]
        shapes += [] if (rows, inputs, outputs) in first else [(rows, outputs, inputs)]
        seconds += sum(product_seconds(*shape) for shape in shapes)
        operations += 2 * len(shapes) * rows * inputs * outputs
    return seconds, operations / 1e9


def product_seconds(rows: int, inner: int, columns: int) -> float:
    """Time one matrix product; the median of some."""
    left, right = torch.randn(rows, inner), torch.randn(inner, columns)
    taken = []
    for _ in range(TRIALS):
        start = time.perf_counter()
        left @ right
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def chain(rows: int, *widths: int) -> list[Shape]:
    """Return the dense layers of a chain of widths."""
    return [(rows, inputs, outputs) for inputs, outputs in pairwise(widths)]


def joint_layers(lines: int, genes: int) -> tuple[list[Shape], list[Shape]]:
    """Return the dense layers of a block of the published network, and those that read data."""
    encoders = [chain(lines, count, *WIDTHS[omic]) for omic, count in planted.FEATURES.items()]
    encoders.append(chain(genes, planted.GENE_SETS, *PUBLISHED.fingerprint))
    first = [layers[0] for layers in encoders]
    halves = [(lines, 200, 250), (genes, 50, 250)]
    head = chain(lines * genes, 250, 250, 1)
    return [layer for layers in [*encoders, halves, head] for layer in layers], first


def full(values: np.ndarray) -> np.ndarray:
    """Return that everything was measured."""
    return np.ones(values.shape, bool)


def autoencoder(omic: str, epochs: int, patience: int, folder: Path) -> dict[str, float]:
    """Pretrain an omic's autoencoder on the tumours, keep its encoder."""
    tumors = planted.values(omic, "tumors")
    design = Design({omic: tumors}, {omic: full(tumors)}, np.ones((len(tumors), 1), np.float32))
    settings = PretrainSettings(WIDTHS[omic], LoopSettings(epochs, patience), BATCH)
    start = time.perf_counter()
    found = pretrain(design, omic, pd.Series(np.arange(len(tumors)).astype(str)), settings, 1, CPU)
    seconds = time.perf_counter() - start
    save_arrays(found.encoder_arrays(), {}, folder / f"{omic}.safetensors")
    layers = chain(BATCH, tumors.shape[1], *WIDTHS[omic], *WIDTHS[omic][-2::-1], tumors.shape[1])
    done = len(found.trained.history)
    steps = -(-found.train_samples // BATCH)
    product, operations = product_cost(layers, layers[:1])
    losses = {"loss": float(found.trained.history["validation"].min()), "pca_loss": found.pca_loss}
    return {**costs(seconds, done, steps), "product_s": product, "gflop": operations, **losses}


def costs(seconds: float, epochs: int, steps: int) -> dict[str, float]:
    """Return seconds, in all, per epoch and per step."""
    return {
        "total": seconds,
        "epochs": epochs,
        "epoch_s": seconds / epochs,
        "step_s": seconds / epochs / steps,
    }


def joint(shape: tuple[int, int], epochs: int, patience: int, folder: Path) -> dict[str, float]:
    """Train the joint model from the encoders kept; return costs and the per-gene r of further lines.

    ``patience`` 0: all lines train for all epochs; else 28 lines validate.
    """
    model = GridRegressor(
        Settings(PUBLISHED, LoopSettings(epochs, patience or epochs), "raw", *shape), torch.device(device())
    )
    training = training_set(patience > 0, folder)
    start = time.perf_counter()
    model.fit(training)
    seconds = time.perf_counter() - start
    lines, genes = training.labels.shape
    steps = -(-lines // shape[0]) * -(-genes // shape[1])
    product, operations = product_cost(*joint_layers(*shape))
    done = len(model.history())
    found = {**costs(seconds, done, steps), "pairs_per_s": done * lines * genes / seconds}
    found |= {"steps_per_epoch": steps, "product_s": product, "gflop": operations}
    predicted = model.predict(design_of("test_lines"))
    return found | {
        "best_epoch": model.trained.best_epoch,
        "r": per_gene_r(predicted, planted.labels("test_lines")),
    }


def device() -> str:
    """Name the device: a GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def design_of(cohort: str) -> Design:
    """Return all omics of a cohort."""
    values = {omic: planted.values(omic, cohort) for omic in planted.FEATURES}
    present = np.ones((planted.COHORTS[cohort], len(values)), np.float32)
    return Design(values, {omic: full(matrix) for omic, matrix in values.items()}, present)


def rows_of(design: Design, rows: slice) -> Design:
    """Take some samples."""
    return Design(
        {omic: matrix[rows] for omic, matrix in design.values.items()},
        {omic: matrix[rows] for omic, matrix in design.observed.items()},
        design.present[rows],
    )


def training_set(validated: bool, folder: Path) -> TrainingSet:
    """Return the lines with their labels, the last ones for validation where wanted."""
    design, labels = design_of("lines"), planted.labels("lines")
    names = {omic: [str(i) for i in range(count)] for omic, count in planted.FEATURES.items()}
    pretrained = {omic: load_arrays(folder / f"{omic}.safetensors")[0] for omic in names}
    end = planted.LINES - VALIDATION if validated else planted.LINES
    return TrainingSet(
        rows_of(design, slice(end)),
        labels[:end],
        [str(i) for i in range(planted.GENES)],
        planted.fingerprints(),
        names,
        seed=1,
        validation_design=rows_of(design, slice(end, None)) if validated else None,
        validation_labels=labels[end:] if validated else None,
        pretrained=pretrained,
    )


def per_gene_r(predicted: np.ndarray, observed: np.ndarray) -> float:
    """Return the mean over genes of Pearson's r over lines; a constant prediction has r 0."""
    left, right = (
        matrix - matrix.mean(axis=0) for matrix in (predicted.astype(float), observed.astype(float))
    )
    norm = np.sqrt((left**2).sum(axis=0) * (right**2).sum(axis=0))
    return float(
        np.mean(np.divide((left * right).sum(axis=0), norm, out=np.zeros(len(norm)), where=norm > 0))
    )


def main(work: str, *arguments: str) -> None:
    """Do one work."""
    torch.set_num_threads(2)
    if work == "autoencoder":
        omic, epochs, patience, folder = arguments
        found = autoencoder(omic, int(epochs), int(patience), Path(folder))
    else:
        *numbers, folder = arguments
        lines, genes, epochs, patience = map(int, numbers)
        found = joint((lines, genes), epochs, patience, Path(folder))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
