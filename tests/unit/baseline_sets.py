"""Small training sets for tests of baselines."""

from collections.abc import Callable

import numpy as np

from deepdep.models.base import Model, TrainingSet
from deepdep.prepare.transform import Design

WIDTHS = {"mutation": 6, "expression": 9, "copy_number": 7}


def make_design(rng: np.random.Generator, lines: int) -> Design:
    """Make a design of which the first features of each omic carry names of genes."""
    values = {omic: rng.normal(size=(lines, width)).astype(np.float32) for omic, width in WIDTHS.items()}
    observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
    groups = rng.choice(["lung", "skin", "bone"], lines)
    return Design(values, observed, np.ones((lines, len(values)), np.float32), groups)


def make_training(design: Design, labels: np.ndarray, **more: object) -> TrainingSet:
    genes = [f"G{number}" for number in range(labels.shape[1])]
    step = {"mutation": 3, "expression": 1, "copy_number": 1}  # mutation has each third gene only
    features = {omic: [f"G{n * step[omic]}" for n in range(width)] for omic, width in WIDTHS.items()}
    return TrainingSet(
        design, labels.astype(np.float32), genes, np.ones((len(genes), 1)), features, 1, **more
    )


def some_training(seed: int, lines: int = 24, genes: int = 12) -> TrainingSet:
    """Make labels that follow lineage and own expression, some of them missing."""
    rng = np.random.default_rng(seed)
    design = make_design(rng, lines)
    labels = rng.normal(size=(lines, genes)) + (design.groups == "lung")[:, None]
    labels[:, :9] += design.values["expression"]
    labels[rng.random(labels.shape) < 0.1] = np.nan
    return make_training(design, labels)


def assert_same_bytes(build: Callable[[], Model], training: TrainingSet, new: Design) -> None:
    """Fit twice and restore once: all predict the same bytes, with the omics in any order."""
    model, again, back = (build() for _ in range(3))
    model.fit(training)
    again.fit(training)
    back.restore(model.arrays(), model.notes())
    assert back.history() is None
    expected = model.predict(new)
    assert expected.dtype == np.float32
    for one in (again, back):
        for design in (new, new.ordered(sorted(new.values))):
            assert one.predict(design).tobytes() == expected.tobytes()
            np.testing.assert_array_equal(one.codes(design), model.codes(new))
