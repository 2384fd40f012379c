"""Kernels against scikit-learn's; what kernel ridge finds that linear ridge does not; odd samples."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge as SklearnKernelRidge
from sklearn.metrics.pairwise import linear_kernel, rbf_kernel

from deepdep.models.base import TrainingSet
from deepdep.models.kernel_ridge import KernelRidge, lineage_kernel, median_distance, variance_scale
from deepdep.models.ridge import KernelSolver, Ridge, solve_genes
from deepdep.prepare.transform import Design

PENALTIES = [0.01, 0.1, 1.0, 10.0, 100.0]
WEIGHTS = [0, 0.3, 1, 3]
ALL = ["linear", "rbf", "lineage"]
LINEAGES = np.array(["lung", "skin", "bowel", "unknown"])


def make_design(rng: np.random.Generator, lines: int, **widths: int) -> Design:
    values = {omic: rng.normal(size=(lines, width)).astype(np.float32) for omic, width in widths.items()}
    observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
    groups = LINEAGES[rng.integers(0, 4, lines)]
    return Design(values, observed, np.ones((lines, len(values)), np.float32), groups)


def make_training(design: Design, labels: np.ndarray, **more: object) -> TrainingSet:
    genes = [f"G{number}" for number in range(labels.shape[1])]
    features = {omic: [str(name) for name in range(m.shape[1])] for omic, m in design.values.items()}
    return TrainingSet(
        design, labels.astype(np.float32), genes, np.ones((len(genes), 1)), features, 1, **more
    )


def fitted(
    design: Design, labels: np.ndarray, kernels: list[str] = ALL, weights: list[float] = WEIGHTS
) -> KernelRidge:
    model = KernelRidge(kernels, [0.5, 2], weights, PENALTIES)
    model.fit(make_training(design, labels))
    return model


def error(model: KernelRidge | Ridge, design: Design, truth: np.ndarray) -> float:
    """Return the squared error in units of the truth's variance."""
    return float(np.square(model.predict(design) - truth).mean() / truth.var())


@pytest.mark.parametrize("kernel", ["linear/expression", "rbf/expression/0.5", "rbf/expression/2"])
def test_kernels_equal_those_of_scikit_learn(kernel: str) -> None:
    rng = np.random.default_rng(1)
    design, new = make_design(rng, 15, expression=40), make_design(rng, 7, expression=40)
    model = fitted(design, rng.normal(size=(15, 2)))
    model.weights = {kernel: 1.0}
    lines, samples = design.values["expression"], new.values["expression"]
    squared = np.square(lines[:, None] - lines).sum(axis=2)
    unit = float(np.median(squared[np.triu_indices(15, 1)]))
    assert median_distance(lines) == pytest.approx(unit, rel=1e-5)
    expected = linear_kernel(samples, lines)
    if kernel.startswith("rbf"):
        expected = rbf_kernel(samples, lines, gamma=1 / (float(kernel.split("/")[2]) * unit))
    np.testing.assert_allclose(model.codes(new) / model.scales[kernel], expected, rtol=1e-4, atol=1e-5)


def test_leave_one_out_error_equals_refitting_without_each_line_and_the_least_one_chooses() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(16, 6))
    kernel, labels = rbf_kernel(rows), np.sin(2 * rows[:, :3]) + rng.normal(0, 0.3, (16, 3))
    middle = np.eye(16) - 1 / 16
    unit = np.trace(middle @ kernel @ middle) / 16
    errors = np.zeros((len(PENALTIES), 3))
    for row, penalty in enumerate(PENALTIES):
        for line in range(16):
            kept = np.arange(16) != line
            inside, mean = kernel[np.ix_(kept, kept)], labels[kept].mean(axis=0)
            # centred by the lines that are kept: a free intercept
            centre = np.eye(15) - 1 / 15
            outside = (kernel[line, kept] - inside.mean(axis=0)) @ centre
            one = SklearnKernelRidge(alpha=penalty * unit, kernel="precomputed")
            one.fit(centre @ inside @ centre, labels[kept] - mean)
            errors[row] += np.square(labels[line] - mean - one.predict(outside[None])[0]) / 16
    np.testing.assert_allclose(KernelSolver(kernel, labels).leave_one_out(np.array(PENALTIES)), errors)
    chosen = solve_genes(kernel, labels, np.array(PENALTIES))[2]
    np.testing.assert_allclose(chosen, np.array(PENALTIES)[errors.argmin(axis=0)])


def test_only_linear_kernels_predict_as_ridge_does() -> None:
    rng = np.random.default_rng(3)
    design, new = (make_design(rng, n, expression=9, mutation=5) for n in (30, 8))
    for matrix in design.values.values():
        matrix -= matrix.mean(axis=0)  # else the two scale kernels a little differently
    labels = design.values["expression"][:, :4] + rng.normal(0, 0.5, (30, 4))
    ridge = Ridge(PENALTIES, WEIGHTS)
    ridge.fit(make_training(design, labels))
    model = fitted(design, labels, ["linear"])
    np.testing.assert_allclose(model.predict(new), ridge.predict(new), rtol=1e-3, atol=1e-4)


def test_restored_state_predicts_the_same_bytes_with_omics_in_any_order() -> None:
    rng = np.random.default_rng(4)
    widths = {"mutation": 5, "expression": 9, "copy_number": 7}
    design, new = make_design(rng, 20, **widths), make_design(rng, 6, **widths)
    model = fitted(design, rng.normal(size=(20, 4)))
    notes = {key: dict(sorted(x.items())) if isinstance(x, dict) else x for key, x in model.notes().items()}
    back = KernelRidge(ALL, [0.5, 2], WEIGHTS, PENALTIES)
    back.restore(model.arrays(), notes)
    assert back.predict(new).tobytes() == model.predict(new).tobytes()
    assert back.predict(new.ordered(sorted(widths))).tobytes() == model.predict(new).tobytes()


def test_answer_to_both_extremes_is_found_by_rbf_and_not_by_linear_ridge() -> None:
    rng = np.random.default_rng(5)
    design, new = make_design(rng, 150, expression=2), make_design(rng, 300, expression=2)
    slopes = rng.normal(size=(2, 3))
    truth = [np.square(one.values["expression"]) @ slopes for one in (design, new)]
    ridge = Ridge(PENALTIES, WEIGHTS)
    ridge.fit(make_training(design, truth[0]))
    model = fitted(design, truth[0])
    weights = model.weights
    assert sum(weights[name] for name in weights if name.startswith("rbf")) > weights["linear/expression"]
    assert error(model, new, truth[1]) < 0.3
    assert error(ridge, new, truth[1]) > 0.8


def test_lineage_that_no_omic_shows_is_found() -> None:
    rng = np.random.default_rng(6)
    design, new = make_design(rng, 80, expression=6), make_design(rng, 80, expression=6)
    shifts = dict(zip(LINEAGES, rng.normal(0, 2, (4, 5)), strict=True)) | {"unknown": np.zeros(5)}
    truth = [np.stack([shifts[name] for name in one.groups]) for one in (design, new)]
    labels = truth[0] + rng.normal(0, 0.3, truth[0].shape)
    model, without = fitted(design, labels), fitted(design, labels, ["linear", "rbf"])
    known = new.groups != "unknown"
    assert model.weights["lineage"] > 0
    assert error(model, new.take(known), truth[1][known]) < 0.2
    assert error(without, new.take(known), truth[1][known]) > 0.7


def test_samples_of_unknown_lineage_or_a_cancer_type_are_akin_to_no_line() -> None:
    rng = np.random.default_rng(7)
    design, new = make_design(rng, 40, expression=6), make_design(rng, 9, expression=6)
    labels = (design.groups == "lung")[:, None] + rng.normal(0, 0.1, (40, 3))
    model = fitted(design, labels)
    assert model.weights["lineage"] > 0
    plain = replace(new, groups=None)
    for name in ("unknown", "nan", "", "BRCA"):
        other = replace(new, groups=np.full(9, name))
        np.testing.assert_array_equal(model.predict(other), model.predict(plain))
    assert (model.predict(replace(new, groups=np.full(9, "lung"))) > model.predict(plain)).all()


def test_line_of_unknown_lineage_is_akin_to_itself_alone() -> None:
    names = np.array(["lung", "unknown", "lung", "unknown"])
    expected = [[1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]
    np.testing.assert_array_equal(lineage_kernel(names, names, own=True), expected)
    new = np.array(["unknown", "lung", "skin"])
    expected = [[0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(lineage_kernel(new, names, own=False), expected)


def test_design_without_lineages_can_be_fitted() -> None:
    rng = np.random.default_rng(8)
    design = replace(make_design(rng, 20, expression=6), groups=None)
    model = fitted(design, rng.normal(size=(20, 3)))
    assert np.isfinite(model.predict(design)).all()


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_missing_labels_are_left_out() -> None:
    rng = np.random.default_rng(9)
    design, labels = make_design(rng, 30, expression=8), rng.normal(size=(30, 4))
    labels[:, 0] = design.values["expression"][:, 0]
    labels[20:, 0], labels[:, 2], labels[1:, 3] = np.nan, np.nan, np.nan
    model = fitted(design, labels)
    found = model.predict(make_design(rng, 5, expression=8))
    assert not model.duals[20:, 0].any()
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found[:, 2], 0)
    np.testing.assert_allclose(found[:, 3], labels[0, 3], rtol=1e-6)


def test_kernel_of_weight_0_is_dropped_with_its_features() -> None:
    rng = np.random.default_rng(10)
    design, new = (make_design(rng, n, expression=6, methylation=40) for n in (60, 9))
    labels = design.values["expression"] @ rng.normal(size=(6, 4)) + rng.normal(0, 0.1, (60, 4))
    model = fitted(design, labels, ["linear", "rbf"], [0, 1])
    dropped = [name for name, weight in model.weights.items() if not weight]
    assert {name for name in model.weights if "methylation" in name} <= set(dropped)
    assert "train/methylation" not in model.arrays()
    assert set(model.notes()["lineages"]) == {"unknown"}
    moved = replace(new, values=new.values | {"methylation": new.values["methylation"] + 9})
    np.testing.assert_array_equal(model.codes(moved), model.codes(new))


def test_omic_missing_in_all_training_lines_has_no_say() -> None:
    rng = np.random.default_rng(11)
    design, new = (make_design(rng, n, expression=6, methylation=5) for n in (20, 6))
    design.values["methylation"][:] = 0
    model = fitted(design, design.values["expression"][:, :3].copy())
    assert median_distance(design.values["methylation"]) == 1
    assert variance_scale(np.ones((4, 4))) == 0
    moved = replace(new, values=new.values | {"methylation": new.values["methylation"] + 9})
    np.testing.assert_array_equal(model.predict(moved), model.predict(new))


def test_unit_of_widths_does_not_come_from_lines_without_the_omic() -> None:
    rows = np.random.default_rng(12).normal(3, 1, (30, 50)).astype(np.float32)
    rows[:22] = 0
    assert median_distance(rows) > 50


def test_validation_lines_are_learned_from_too() -> None:
    rng = np.random.default_rng(13)
    design, labels = make_design(rng, 24, expression=6), rng.normal(size=(24, 3))
    first, last = np.arange(18), np.arange(18, 24)
    split = KernelRidge(ALL, [0.5, 2], [1], PENALTIES)
    held_out = {"validation_design": design.take(last), "validation_labels": labels[last].astype(np.float32)}
    split.fit(make_training(design.take(first), labels[first], **held_out))
    whole = fitted(design, labels, weights=[1])
    np.testing.assert_array_equal(whole.predict(design), split.predict(design))
