"""Baselines against loops, scikit-learn and refitting without each line."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from baseline_sets import WIDTHS, assert_same_bytes, make_design, make_training, some_training
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge as PrimalRidge

from deepdep.errors import InputError
from deepdep.models.base import Model, TrainingSet
from deepdep.models.lineage_mean import LineageMean
from deepdep.models.nearest_lines import NearestLines, unit_rows
from deepdep.models.own_gene import OwnGene, OwnSolver, named_as
from deepdep.models.pca_ridge import PcaRidge, ScoreSolver
from deepdep.prepare.transform import Design

STRENGTHS, PENALTIES = [0.5, 2.0, 8.0, 1000.0], [0.01, 0.1, 1.0, 10.0, 1000.0]
MODELS: dict[str, Callable[[], Model]] = {
    "lineage_mean": lambda: LineageMean(STRENGTHS),
    "own_gene": lambda: OwnGene(PENALTIES),
    "nearest_lines": lambda: NearestLines([2, 4, 50]),
    "pca_ridge": lambda: PcaRidge([2, 5, 40], PENALTIES),
}
KINDS = pytest.mark.parametrize("kind", list(MODELS))


def without(training: TrainingSet, line: int) -> TrainingSet:
    """Return the training set without one line."""
    kept = np.flatnonzero(np.arange(len(training.labels)) != line)
    return replace(training, design=training.design.take(kept), labels=training.labels[kept])


def refitted_errors(build: Callable[[], Model], training: TrainingSet) -> np.ndarray:
    """Return each gene's mean squared error of lines predicted by a model fitted without them."""
    found = np.full(training.labels.shape, np.nan)
    for line in range(len(found)):
        model = build()
        model.fit(without(training, line))
        found[line] = model.predict(training.design.take(np.array([line])))[0]
    return np.nanmean((found - training.labels) ** 2, axis=0)


# ---- lineage mean


def test_lineage_mean_equals_a_loop_over_lineages_and_genes() -> None:
    training = some_training(1)
    model = LineageMean([3.0])
    model.fit(training)
    found = model.predict(training.design)
    for gene in range(12):
        own = training.labels[:, gene].astype(float)
        mean = np.nanmean(own)
        for lineage in ("lung", "skin", "bone"):
            part = own[(training.design.groups == lineage) & np.isfinite(own)]
            weight = len(part) / (len(part) + 3.0)
            expected = mean + weight * (part.mean() - mean)
            np.testing.assert_allclose(found[training.design.groups == lineage, gene], expected, rtol=1e-5)


def test_lineage_strength_is_that_of_least_error_on_refitting() -> None:
    training = some_training(2)
    training.design.groups[0] = "eye"  # a lineage of one line
    training.design.groups[1] = ""  # and a line of none
    errors = [refitted_errors(lambda k=k: LineageMean([k]), training) for k in STRENGTHS]
    model = LineageMean(STRENGTHS)
    model.fit(training)
    np.testing.assert_array_equal(model.strength, np.float32(STRENGTHS)[np.argmin(errors, axis=0)])


def test_unknown_lineage_gets_the_gene_mean() -> None:
    training = some_training(3)
    model = LineageMean([1.0])
    model.fit(training)
    new = training.design.take(np.arange(3))
    new.groups[:] = ["heart", "", "nan"]
    np.testing.assert_allclose(model.predict(new)[0], np.nanmean(training.labels, axis=0), rtol=1e-5)
    np.testing.assert_array_equal(np.ptp(model.predict(new), axis=0), 0)
    assert not model.codes(new).any()


def test_lines_of_unknown_lineage_make_up_no_lineage() -> None:
    training = some_training(19)
    groups = np.where(training.design.groups == "bone", "unknown", training.design.groups.astype("U9"))
    training = replace(training, design=replace(training.design, groups=groups))
    model = LineageMean([1.0])
    model.fit(training)
    assert model.lineages == ["lung", "skin"]
    found = model.predict(training.design)[groups == "unknown"]
    expected = np.tile(np.nanmean(training.labels, axis=0), (len(found), 1))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_lineage_mean_without_lineages_says_what_to_do() -> None:
    training = some_training(4)
    bare = replace(training, design=replace(training.design, groups=None))
    with pytest.raises(InputError, match=r"without their lineage.* Remedy: name the column"):
        LineageMean([1.0]).fit(bare)
    model = LineageMean([1.0])
    model.fit(training)
    with pytest.raises(InputError, match="Remedy"):
        model.predict(bare.design)


# ---- own gene


def test_own_gene_equals_ridge_on_the_features_named_as_the_gene() -> None:
    training = some_training(5)
    model = OwnGene(PENALTIES)
    model.fit(training)
    new = make_design(np.random.default_rng(50), 8)
    found = model.predict(new)
    for gene, name in enumerate(training.genes):
        own = [(omic, names.index(name)) for omic, names in training.features.items() if name in names]
        kept = np.isfinite(training.labels[:, gene])
        labels = training.labels[kept, gene].astype(float)
        if not own:
            np.testing.assert_allclose(found[:, gene], labels.mean(), rtol=1e-5)
            continue
        lines, samples = (
            np.stack([d.values[omic][:, column] for omic, column in own], axis=1).astype(float)
            for d in (training.design, new)
        )
        alpha = float(model.penalty[gene]) * lines[kept].var(axis=0).mean() * kept.sum()
        primal = PrimalRidge(alpha=alpha).fit(lines[kept], labels)
        np.testing.assert_allclose(found[:, gene], primal.predict(samples), rtol=1e-4, atol=1e-5)


def test_own_gene_leave_one_out_equals_refitting() -> None:
    rng = np.random.default_rng(6)
    features, labels = rng.normal(2, 1, (15, 3, 4)), rng.normal(size=(15, 3))
    features[:, 1, 2:], labels[:4, 1] = 0, np.nan
    solver = OwnSolver(features, labels)
    found = solver.leave_one_out(np.array(PENALTIES))
    for row, penalty in enumerate(PENALTIES):
        for gene in range(3):
            lines = np.flatnonzero(np.isfinite(labels[:, gene]))
            errors = []
            for line in lines:
                kept = lines[lines != line]
                primal = PrimalRidge(alpha=penalty * solver.unit[gene])
                primal.fit(features[kept, gene], labels[kept, gene])
                errors.append((labels[line, gene] - primal.predict(features[[line], gene])[0]) ** 2)
            assert found[row, gene] == pytest.approx(np.mean(errors), rel=1e-6)


def test_own_gene_finds_the_planted_feature_and_sees_no_other() -> None:
    rng = np.random.default_rng(7)
    design = make_design(rng, 80)
    labels = 2 * design.values["expression"][:, :3] + rng.normal(0, 0.2, (80, 3))
    labels = np.hstack([labels, labels[:, [0]]])
    model = OwnGene(PENALTIES)
    model.fit(make_training(design, labels))
    np.testing.assert_allclose(model.weights["expression"][:3], 2, atol=0.1)
    assert abs(model.weights["expression"][3]) < 1  # gene 3 follows the expression of gene 0
    moved = make_design(rng, 10)
    before = model.predict(moved)
    moved.values["copy_number"][:, 4:] += 9  # features of no gene that is modelled
    np.testing.assert_array_equal(model.predict(moved), before)


def test_names_of_features_and_genes_are_matched_as_a_whole() -> None:
    np.testing.assert_array_equal(named_as(["A", "B", "C1"], ["C", "B", "A", "B"]), [2, 1, -1])


def test_own_gene_without_any_feature_is_the_gene_mean(caplog: pytest.LogCaptureFixture) -> None:
    training = some_training(8)
    strange = replace(training, features={omic: ["x"] * width for omic, width in WIDTHS.items()})
    model = OwnGene(PENALTIES)
    with caplog.at_level("WARNING", "deepdep"):
        model.fit(strange)
    assert "no feature is named as a gene" in caplog.text
    assert model.codes(training.design) is None
    expected = np.tile(np.nanmean(training.labels, axis=0), (24, 1))
    np.testing.assert_allclose(model.predict(training.design), expected, rtol=1e-5)


# ---- nearest lines


def nearest_by_loops(training: TrainingSet, new: Design, number: int) -> np.ndarray:
    """Predict by a loop over samples and genes."""
    found = np.empty((len(new.present), training.labels.shape[1]))
    for sample in range(len(found)):
        distances = np.zeros(len(training.labels))
        for line in range(len(distances)):
            pairs = [(new.values[omic][sample], training.design.values[omic][line]) for omic in WIDTHS]
            distances[line] = 1 - np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs])
        near = np.argsort(distances)[:number]
        for gene in range(found.shape[1]):
            own = [line for line in near if np.isfinite(training.labels[line, gene])]
            weights = [1 / max(distances[line], 1e-3) for line in own]
            mean = np.nanmean(training.labels[:, gene])
            found[sample, gene] = np.average(training.labels[own, gene], weights=weights) if own else mean
    return found


@pytest.mark.parametrize("number", [1, 3, 99])
def test_nearest_lines_equal_a_loop(number: int) -> None:
    training, new = some_training(9), make_design(np.random.default_rng(90), 6)
    model = NearestLines([number])
    model.fit(training)
    expected = nearest_by_loops(training, new, number)
    np.testing.assert_allclose(model.predict(new), expected, rtol=1e-4, atol=1e-5)


def test_number_of_neighbours_is_that_of_least_error_on_refitting() -> None:
    training = some_training(10)
    errors = [refitted_errors(lambda k=k: NearestLines([k]), training) for k in (1, 3, 8, 60)]
    model = NearestLines([60, 8, 1, 3])
    model.fit(training)
    np.testing.assert_array_equal(model.chosen, np.array([1, 3, 8, 60])[np.argmin(errors, axis=0)])


def test_nearest_lines_find_planted_kin_and_absent_omic_prefers_none() -> None:
    rng = np.random.default_rng(11)
    design = make_design(rng, 40)
    labels = rng.normal(size=(40, 3))
    for matrix in design.values.values():  # lines in pairs with almost the same omics and labels
        matrix[20:] = matrix[:20] + rng.normal(0, 0.05, matrix[:20].shape)
    labels[20:] = labels[:20]
    model = NearestLines([1, 39])
    model.fit(make_training(design, labels))
    np.testing.assert_array_equal(model.chosen, 1)
    np.testing.assert_allclose(model.predict(design), labels, rtol=1e-5)
    lost = design.take(np.arange(5))
    lost.values["expression"][:] = 0
    rest = np.mean([unit_rows(lost.values[o]) @ unit_rows(design.values[o]).T for o in WIDTHS], axis=0)
    np.testing.assert_allclose(model.codes(lost), rest, atol=1e-6)


def test_constant_rows_correlate_with_nothing() -> None:
    np.testing.assert_array_equal(unit_rows(np.full((2, 3), 0.1, np.float32)), 0)
    np.testing.assert_allclose(unit_rows(np.array([[1.0, 3.0]], np.float32)), [[-(0.5**0.5), 0.5**0.5]])


# ---- principal components


def test_components_equal_those_of_scikit_learn() -> None:
    training, new = some_training(12), make_design(np.random.default_rng(120), 8)
    model = PcaRidge([4, 40], PENALTIES)
    model.fit(training)
    total = {omic: m.astype(float).var(axis=0).sum() for omic, m in training.design.values.items()}
    lines, samples = (
        np.hstack([d.values[o].astype(float) / np.sqrt(3 * total[o]) for o in WIDTHS])
        for d in (training.design, new)
    )
    reference = PCA(svd_solver="full").fit(lines)
    found = model.codes(new)
    assert found.shape == (8, 22)  # as many as there are features
    np.testing.assert_allclose(np.abs(found), np.abs(reference.transform(samples)), atol=1e-4)
    scores, samples = reference.transform(lines), reference.transform(samples)
    for gene in range(12):
        kept, width = np.isfinite(training.labels[:, gene]), model.width[gene]
        primal = PrimalRidge(alpha=float(model.penalty[gene]))
        primal.fit(scores[kept, :width], training.labels[kept, gene].astype(float))
        expected = primal.predict(samples[:, :width])
        np.testing.assert_allclose(model.predict(new)[:, gene], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("width", [1, 4, 30])
def test_leave_one_out_on_scores_equals_refitting(width: int) -> None:
    rng = np.random.default_rng(13)
    scores, labels = rng.normal(1, 1, (18, width)), rng.normal(size=(18, 2))
    found = ScoreSolver(scores, labels).leave_one_out(np.array(PENALTIES))
    for row, penalty in enumerate(PENALTIES):
        errors = []
        for line in range(18):
            kept = np.arange(18) != line
            primal = PrimalRidge(alpha=penalty).fit(scores[kept], labels[kept])
            errors.append((labels[line] - primal.predict(scores[[line]])[0]) ** 2)
        np.testing.assert_allclose(found[row], np.mean(errors, axis=0), rtol=1e-6)


def test_pca_ridge_finds_a_planted_direction() -> None:
    rng = np.random.default_rng(14)
    design, new = make_design(rng, 60), make_design(rng, 60)
    for one in (design, new):
        hidden = rng.normal(size=(60, 1))
        for matrix in one.values.values():
            matrix += 2 * hidden
        one.values["truth"] = hidden
    labels = np.hstack([3 * design.values.pop("truth"), rng.normal(size=(60, 1))])
    truth = 3 * new.values.pop("truth")[:, 0]
    model = PcaRidge([1, 5, 20], PENALTIES)
    model.fit(make_training(design, labels))
    found = model.predict(new)
    assert np.corrcoef(found[:, 0], truth)[0, 1] > 0.95
    assert found[:, 1].std() < 0.5  # noise is shrunk


# ---- all of them


@KINDS
def test_restored_state_predicts_the_same_bytes_with_omics_in_any_order(kind: str) -> None:
    training, new = some_training(15), make_design(np.random.default_rng(150), 7)
    assert_same_bytes(MODELS[kind], training, new)


@KINDS
@pytest.mark.filterwarnings("error")
def test_missing_labels_and_constant_features_leave_predictions_finite(kind: str) -> None:
    training = some_training(16)
    training.labels[:, 1], training.labels[1:, 2] = np.nan, np.nan
    training.labels[0, 2] = 0.7
    training.design.values["mutation"][:] = 0
    training.design.values["expression"][:, :4] = 0.1
    model = MODELS[kind]()
    model.fit(training)
    found = model.predict(make_design(np.random.default_rng(160), 5))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-6)
    np.testing.assert_allclose(found[:, 2], 0.7, rtol=1e-5)


@KINDS
def test_omics_that_never_differ_leave_the_mean_or_the_lineage(kind: str) -> None:
    training = some_training(17)
    for matrix in training.design.values.values():
        matrix[:] = 0
    training.design.groups[:] = "lung"
    model = MODELS[kind]()
    model.fit(training)
    if kind != "nearest_lines":  # all lines are as near as each other there, and the first ones are taken
        expected = np.tile(np.nanmean(training.labels, axis=0), (24, 1))
        np.testing.assert_allclose(model.predict(training.design), expected, rtol=1e-4, atol=1e-6)


@KINDS
def test_validation_lines_are_learned_from_too(kind: str) -> None:
    training = some_training(18)
    first, last = np.arange(18), np.arange(18, 24)
    split = replace(
        training,
        design=training.design.take(first),
        labels=training.labels[first],
        validation_design=training.design.take(last),
        validation_labels=training.labels[last],
    )
    whole, parts = MODELS[kind](), MODELS[kind]()
    whole.fit(training)
    parts.fit(split)
    np.testing.assert_array_equal(whole.predict(training.design), parts.predict(training.design))
