"""Ridge in its dual form against scikit-learn's, and its tuning against refitting without each line."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge as PrimalRidge

from deepdep.models.base import TrainingSet
from deepdep.models.gene_mean import GeneMean
from deepdep.models.ridge import KernelSolver, Ridge, linear_kernel, same_lines
from deepdep.prepare.transform import Design

PENALTIES = [0.01, 0.1, 1.0, 10.0, 100.0]


def make_design(rng: np.random.Generator, lines: int, **widths: int) -> Design:
    values = {omic: rng.normal(size=(lines, width)).astype(np.float32) for omic, width in widths.items()}
    observed = {omic: np.ones(matrix.shape, bool) for omic, matrix in values.items()}
    return Design(values, observed, np.ones((lines, len(values)), np.float32))


def make_training(design: Design, labels: np.ndarray, **more: object) -> TrainingSet:
    genes = [f"G{number}" for number in range(labels.shape[1])]
    features = {omic: [str(name) for name in range(m.shape[1])] for omic, m in design.values.items()}
    return TrainingSet(
        design, labels.astype(np.float32), genes, np.ones((len(genes), 1)), features, 1, **more
    )


def scaled_features(design: Design, training: Design) -> np.ndarray:
    """Join the omics, each divided so that its training kernel has a mean diagonal of 1."""
    parts = [
        matrix / np.sqrt((training.values[omic].astype(float) ** 2).sum(axis=1).mean())
        for omic, matrix in design.values.items()
    ]
    return np.hstack(parts).astype(np.float64)


def mean_eigenvalue(features: np.ndarray) -> float:
    """Return the unit of the penalties: mean eigenvalue of the centred kernel."""
    return float(((features - features.mean(axis=0)) ** 2).sum() / len(features))


def test_solver_equals_primal_ridge_with_intercept() -> None:
    rng = np.random.default_rng(1)
    features, labels = rng.normal(2, 1, (25, 40)), rng.normal(-1, 1, (25, 3))
    solver = KernelSolver(features @ features.T, labels)
    penalties = np.array([0.1, 1.0, 30.0])
    duals, intercepts = solver.solve(penalties)
    new = rng.normal(2, 1, (7, 40))
    found = new @ features.T @ duals + intercepts
    assert solver.unit == pytest.approx(mean_eigenvalue(features))
    for gene, penalty in enumerate(penalties):
        primal = PrimalRidge(alpha=penalty * mean_eigenvalue(features), solver="cholesky")
        np.testing.assert_allclose(found[:, gene], primal.fit(features, labels[:, gene]).predict(new))


@pytest.mark.parametrize(("lines", "width"), [(12, 30), (20, 5)])
def test_leave_one_out_error_equals_refitting_without_each_line(lines: int, width: int) -> None:
    rng = np.random.default_rng(2)
    features, labels = rng.normal(1, 1, (lines, width)), rng.normal(size=(lines, 2))
    solver = KernelSolver(features @ features.T, labels)
    found = solver.leave_one_out(np.array(PENALTIES))
    for row, penalty in enumerate(PENALTIES):
        errors = []
        for line in range(lines):
            kept = np.arange(lines) != line
            primal = PrimalRidge(alpha=penalty * solver.unit).fit(features[kept], labels[kept])
            errors.append((labels[line] - primal.predict(features[[line]])[0]) ** 2)
        np.testing.assert_allclose(found[row], np.mean(errors, axis=0), rtol=1e-6)


def test_every_gene_is_fitted_on_the_lines_that_measured_it() -> None:
    rng = np.random.default_rng(3)
    design = make_design(rng, 30, expression=12, mutation=4)
    labels = design.values["expression"][:, :3] + rng.normal(0, 0.5, (30, 3))
    labels[:6, 1], labels[20:, 2] = np.nan, np.nan
    model = Ridge(PENALTIES, [1.0])
    model.fit(make_training(design, labels))
    new = make_design(rng, 9, expression=12, mutation=4)
    found, joined = model.predict(new), scaled_features(design, design)
    assert model.weights == {"expression": 1.0, "mutation": 1.0}
    for gene in range(3):
        kept = np.isfinite(labels[:, gene])
        alpha = float(model.penalty[gene]) * mean_eigenvalue(joined[kept])
        primal = PrimalRidge(alpha=alpha).fit(joined[kept], labels[kept, gene])
        np.testing.assert_allclose(
            found[:, gene], primal.predict(scaled_features(new, design)), rtol=1e-4, atol=1e-5
        )


def test_penalty_is_the_one_of_least_leave_one_out_error() -> None:
    rng = np.random.default_rng(4)
    design = make_design(rng, 40, expression=10)
    signal = design.values["expression"] @ rng.normal(size=10)
    labels = np.stack([signal, rng.normal(size=40)], axis=1)
    model = Ridge(PENALTIES, [1.0])
    model.fit(make_training(design, labels))
    assert model.penalty[0] == np.float32(0.01)
    assert model.penalty[1] >= 10


def test_weights_prefer_the_informative_omic() -> None:
    rng = np.random.default_rng(5)
    design = make_design(rng, 60, expression=8, methylation=60)
    labels = design.values["expression"] @ rng.normal(size=(8, 6)) + rng.normal(0, 0.3, (60, 6))
    model = Ridge(PENALTIES, [0, 0.1, 1, 3])
    model.fit(make_training(design, labels))
    assert model.weights["methylation"] < model.weights["expression"]
    new = make_design(rng, 200, expression=8, methylation=60)
    held = make_training(design, labels)
    equal = Ridge(PENALTIES, [1])
    equal.fit(held)
    truth = new.values["expression"] @ np.linalg.lstsq(design.values["expression"], labels, rcond=None)[0]
    errors = [np.square(one.predict(new) - truth).mean() for one in (model, equal)]
    assert errors[0] < 0.5 * errors[1]


def test_restored_state_predicts_the_same_bytes_with_omics_in_any_order() -> None:
    rng = np.random.default_rng(6)
    widths = {"mutation": 5, "expression": 9, "copy_number": 7}
    design, new = make_design(rng, 20, **widths), make_design(rng, 6, **widths)
    model = Ridge(PENALTIES, [0, 0.5, 2])
    model.fit(make_training(design, rng.normal(size=(20, 4))))
    notes = model.notes()
    notes = {key: dict(sorted(notes[key].items())) for key in notes}
    back = Ridge(PENALTIES, [0, 0.5, 2])
    back.restore(model.arrays(), notes)
    assert back.predict(new).tobytes() == model.predict(new).tobytes()
    assert back.predict(new.ordered(sorted(widths))).tobytes() == model.predict(new).tobytes()


def test_validation_lines_are_learned_from_too() -> None:
    rng = np.random.default_rng(7)
    design, labels = make_design(rng, 24, expression=6), rng.normal(size=(24, 3))
    first, last = np.arange(18), np.arange(18, 24)
    whole, split = Ridge(PENALTIES, [1]), Ridge(PENALTIES, [1])
    whole.fit(make_training(design, labels))
    held_out = {"validation_design": design.take(last), "validation_labels": labels[last].astype(np.float32)}
    split.fit(make_training(design.take(first), labels[first], **held_out))
    np.testing.assert_array_equal(whole.predict(design), split.predict(design))


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_genes_with_one_label_or_none_get_that_label_or_zero() -> None:
    rng = np.random.default_rng(8)
    design, labels = make_design(rng, 10, expression=4), rng.normal(size=(10, 3))
    labels[:, 1], labels[1:, 2] = np.nan, np.nan
    for model in (Ridge(PENALTIES, [1.0]), GeneMean()):
        model.fit(make_training(design, labels))
        found = model.predict(make_design(rng, 5, expression=4))
        assert np.isfinite(found).all()
        np.testing.assert_array_equal(found[:, 1], 0)
        np.testing.assert_allclose(found[:, 2], labels[0, 2], rtol=1e-6)


def test_omic_missing_in_all_training_lines_has_no_say() -> None:
    rng = np.random.default_rng(9)
    design, labels = make_design(rng, 20, expression=6, methylation=5), rng.normal(size=(20, 3))
    design.values["methylation"][:] = 0
    without = Design(
        {"expression": design.values["expression"]},
        {"expression": design.observed["expression"]},
        design.present,
    )
    both, alone = Ridge(PENALTIES, [0, 1, 3]), Ridge(PENALTIES, [0, 1, 3])
    both.fit(make_training(design, labels))
    alone.fit(make_training(without, labels))
    new = make_design(rng, 6, expression=6, methylation=5)
    np.testing.assert_allclose(both.predict(new), alone.predict(new), rtol=1e-5, atol=1e-6)


def test_gene_mean_is_the_mean_over_measured_training_lines() -> None:
    rng = np.random.default_rng(10)
    design, labels = make_design(rng, 6, expression=2), np.array([[1, np.nan], [2, 4], [6, 5]] * 2)
    model, back = GeneMean(), GeneMean()
    model.fit(make_training(design, labels))
    back.restore(model.arrays(), model.notes())
    for one in (model, back):
        np.testing.assert_allclose(one.predict(design), np.tile([3, 4.5], (6, 1)))


def test_same_lines_groups_genes_by_pattern_and_drops_empty_ones() -> None:
    measured = np.array([[1, 1, 0, 1], [1, 0, 0, 1], [0, 1, 0, 0]], bool)
    found = {tuple(genes): tuple(lines) for lines, genes in same_lines(measured)}
    assert found == {(0, 3): (0, 1), (1,): (0, 2)}


def test_kernel_is_all_inner_products() -> None:
    values = np.array([[1, 2], [3, 4]], np.float32)
    np.testing.assert_array_equal(linear_kernel(values), [[5, 11], [11, 25]])


def test_codes_are_the_inner_products_of_the_weighted_features() -> None:
    rng = np.random.default_rng(11)
    widths = {"mutation": 5, "expression": 9, "methylation": 7}
    design, new = make_design(rng, 20, **widths), make_design(rng, 6, **widths)
    labels = design.values["expression"] @ rng.normal(size=(9, 4)) + rng.normal(0, 0.1, (20, 4))
    model = Ridge(PENALTIES, [0, 0.5, 2])
    model.fit(make_training(design, labels))
    assert set(model.weights.values()) != {1.0}
    roots = {omic: np.sqrt(model.weights[omic] * model.scales[omic]) for omic in widths}
    lines, samples = (np.hstack([one.values[omic] * roots[omic] for omic in widths]) for one in (design, new))
    np.testing.assert_allclose(model.codes(new), samples @ lines.T, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(model.codes(new.ordered(sorted(widths))), model.codes(new))
    np.testing.assert_allclose(model.predict(new), model.codes(new) @ model.duals + model.intercepts)
    moved = Design(new.values | {"methylation": new.values["methylation"] + 9}, new.observed, new.present)
    assert (model.codes(moved) == model.codes(new)).all() == (model.weights["methylation"] == 0)


def test_gene_mean_sees_nothing_of_a_sample() -> None:
    rng = np.random.default_rng(12)
    assert GeneMean().codes(make_design(rng, 6, expression=2)) is None
