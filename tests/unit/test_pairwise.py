"""Linear models of all pairs against scikit-learn on the table of pairs, which is small here."""

from collections.abc import Callable

import numpy as np
import pytest
from baseline_sets import assert_same_bytes, make_design, make_training
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.svm import LinearSVR

from deepdep.models import pairs as pairs_module
from deepdep.models.base import TrainingSet
from deepdep.models.pairs import Pairs, Rotated, fit_elastic_net, fit_ridge, fit_svm, principal_axes
from deepdep.models.pairwise import Pairwise, left_out

PENALTIES = [0.001, 0.01, 0.1, 0.5, 1]
LEARNERS = pytest.mark.parametrize("learner", ["ridge", "lasso", "elastic_net", "svm"])


def some_pairs(
    seed: int, lines: int = 14, genes: int = 9, missing: float = 0.25, width: int = 20
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lines' features, genes' features and labels that follow both, some of them missing."""
    rng = np.random.default_rng(seed)
    x, f = rng.normal(1, 1, (lines, width)), rng.integers(0, 2, (genes, 7)).astype(float)
    labels = (x[:, :2].sum(axis=1))[:, None] + 2 * f[:, 0] + rng.normal(0, 0.5, (lines, genes))
    labels[rng.random(labels.shape) < missing] = np.nan
    return x, f, labels


def table(x: np.ndarray, f: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the explicit table of measured pairs and its labels."""
    rows = [
        (line, gene) for line in range(len(x)) for gene in range(len(f)) if np.isfinite(labels[line, gene])
    ]
    features = np.stack([np.concatenate([x[line], f[gene]]) for line, gene in rows])
    return features, np.array([labels[row] for row in rows])


def every_pair(x: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Return the explicit features of all pairs, line by line."""
    return np.stack([np.concatenate([one, other]) for one in x for other in f])


def predicted(fitted: pairs_module.Fitted, x: np.ndarray, f: np.ndarray) -> np.ndarray:
    return ((x @ fitted.lines)[:, None] + f @ fitted.genes + fitted.intercept).ravel()


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize(("lines", "width"), [(14, 20), (30, 5)])
def test_ridge_equals_scikit_learn_on_the_table(missing: float, lines: int, width: int) -> None:
    x, f, labels = some_pairs(1, lines, missing=missing, width=width)
    features, values = table(x, f, labels)
    rank = sum(np.linalg.matrix_rank(part - part.mean(axis=0)) for part in (x, f))
    unit = features.var(axis=0).sum() / rank  # the mean eigenvalue, of those that may differ from 0
    for penalty, fitted in zip(PENALTIES, fit_ridge(Pairs.of(x, f, labels), PENALTIES), strict=True):
        primal = Ridge(alpha=penalty * unit * len(values)).fit(features, values)
        np.testing.assert_allclose([*fitted.lines, *fitted.genes], primal.coef_, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(predicted(fitted, x, f), primal.predict(every_pair(x, f)), rtol=1e-7)


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_elastic_net_equals_scikit_learn_on_the_table(
    missing: float, l1_ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs_module, "CLOSE", 1e-9)
    monkeypatch.setattr(pairs_module, "GAP", 1e-12)
    x, f, labels = some_pairs(2, missing=missing)
    features, values = table(x, f, labels)
    centred = features - features.mean(axis=0)
    largest = np.abs(centred.T @ (values - values.mean())).max() / len(values) / l1_ratio
    path = [1, 0.5, 0.1, 0.01]
    found = fit_elastic_net(Pairs.of(x, f, labels), path, l1_ratio)
    for penalty, fitted in zip(path, found, strict=True):
        settings = {"alpha": penalty * largest, "tol": 1e-12, "max_iter": 100_000}
        net = Lasso(**settings) if l1_ratio == 1 else ElasticNet(l1_ratio=l1_ratio, **settings)
        net.fit(features, values)
        assert fitted.converged
        np.testing.assert_allclose([*fitted.lines, *fitted.genes], net.coef_, atol=1e-6)
        np.testing.assert_allclose(predicted(fitted, x, f), net.predict(every_pair(x, f)), atol=1e-5)
    assert not found[0].lines.any()
    assert not found[0].genes.any()


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_svm_is_the_minimum_of_its_loss_on_the_table(missing: float) -> None:
    x, f, labels = some_pairs(3, missing=missing)
    features, values = table(x, f, labels)
    pairs, path = Pairs.of(x, f, labels), [1, 0.1, 0.01]
    margin, unit = 0.3 * values.std(), Rotated(pairs).unit
    for penalty, fitted in zip(path, fit_svm(pairs, path, 0.3), strict=True):
        alpha = penalty * unit

        def loss(weights: np.ndarray, alpha: float = alpha) -> float:
            excess = np.maximum(np.abs(values - features @ weights[:-1] - weights[-1]) - margin, 0)
            return np.square(excess).mean() / 2 + alpha * np.square(weights[:-1]).sum() / 2

        own = np.array([*fitted.lines, *fitted.genes, fitted.intercept])
        best = minimize(loss, np.zeros(len(own)), options={"gtol": 1e-7})
        assert fitted.converged
        assert loss(own) <= best.fun + 1e-9
        np.testing.assert_allclose(own, best.x, atol=2e-3)
        # scikit-learn penalises the intercept too, the less the larger its scaling
        machine = LinearSVR(
            epsilon=margin, C=1 / (2 * alpha * len(values)), loss="squared_epsilon_insensitive", dual=False,
            tol=1e-8, max_iter=100_000, intercept_scaling=100,
        ).fit(features, values)  # fmt: skip
        np.testing.assert_allclose(own[:-1], machine.coef_, atol=5e-3)


def test_axes_span_the_rows() -> None:
    rng = np.random.default_rng(4)
    for shape in ((6, 11), (11, 6)):
        matrix = rng.normal(size=shape)
        matrix -= matrix.mean(axis=0)
        axes = principal_axes(matrix)
        assert axes.shape == (shape[1], min(shape[0] - 1, shape[1]))
        np.testing.assert_allclose(axes.T @ axes, np.eye(axes.shape[1]), atol=1e-10)
        np.testing.assert_allclose(matrix @ axes @ axes.T, matrix, atol=1e-10)
    assert principal_axes(np.zeros((3, 4))).shape == (4, 0)


def a_training(seed: int, lines: int = 40, genes: int = 12, noise: float = 0.3) -> TrainingSet:
    """Make labels that add up from one of the line's features and one gene set."""
    rng = np.random.default_rng(seed)
    design = make_design(rng, lines)
    sets = rng.integers(0, 2, (genes, 5)).astype(np.uint8)
    labels = design.values["expression"][:, [2]] + 2.0 * sets[:, 1] + rng.normal(0, noise, (lines, genes))
    labels[rng.random(labels.shape) < 0.1] = np.nan
    training = make_training(design, labels)
    return TrainingSet(design, training.labels, training.genes, sets, training.features, seed)


def model_of(learner: str) -> Pairwise:
    return Pairwise(learner, PENALTIES, 0.2)


@LEARNERS
def test_planted_sum_is_found_in_new_lines(learner: str) -> None:
    training, new = a_training(5, 120), make_design(np.random.default_rng(50), 80)
    model = model_of(learner)
    model.fit(training)
    found = model.predict(new)
    assert np.corrcoef(found[:, 0], new.values["expression"][:, 2])[0, 1] > 0.97
    inside = training.fingerprints[:, 1] == 1
    assert found[:, inside].mean() - found[:, ~inside].mean() == pytest.approx(2, abs=0.3)
    np.testing.assert_allclose(found - found[:, [0]], np.tile(found[0] - found[0, 0], (80, 1)), atol=1e-5)


@LEARNERS
def test_restored_state_predicts_the_same_bytes(learner: str) -> None:
    assert_same_bytes(lambda: model_of(learner), a_training(6), make_design(np.random.default_rng(60), 7))


@LEARNERS
def test_missing_labels_and_omics_leave_predictions_finite(learner: str) -> None:
    training = a_training(7)
    training.labels[:, 1], training.labels[3] = np.nan, np.nan
    training.design.values["mutation"][:] = 0
    training.design.values["expression"][:5] = 0
    model = model_of(learner)
    model.fit(training)
    assert np.isfinite(model.predict(training.design)).all()
    same = np.flatnonzero((training.fingerprints == training.fingerprints[1]).all(axis=1))
    found = model.predict(training.design)  # a gene without labels is predicted by its gene sets
    np.testing.assert_allclose(found[:, same], np.tile(found[:, [1]], len(same)), atol=1e-5)


@LEARNERS
def test_features_and_labels_that_never_differ_leave_the_mean(learner: str) -> None:
    training = a_training(8)
    for matrix in training.design.values.values():
        matrix[:] = 0
    training.fingerprints[:] = 1
    model = model_of(learner)
    model.fit(training)
    assert model.codes(training.design) is None
    found = model.predict(training.design)
    assert np.ptp(found) == 0
    near = 0.02 if learner == "svm" else 1e-5  # of all that lie within epsilon, svm has no mean
    np.testing.assert_allclose(found, np.nanmean(training.labels), rtol=near)


@pytest.mark.parametrize(("learner", "fit"), [("ridge", fit_ridge), ("lasso", None)])
def test_penalty_is_that_of_least_error_on_the_lines_left_out(learner: str, fit: Callable | None) -> None:
    training = a_training(9, noise=3)
    fit = fit or (lambda pairs, path: fit_elastic_net(pairs, path, 1.0))
    x = np.concatenate([training.design.values[omic] for omic in sorted(training.design.values)], axis=1)
    out, f = left_out(training.labels, 0.2, training.seed), training.fingerprints
    assert out.sum() == 8
    path = PENALTIES[::-1]
    errors = []
    for one in fit(Pairs.of(x[~out], f, training.labels[~out]), path):
        expected = predicted(one, x[out], f).reshape(8, -1)
        errors.append(np.nanmean(np.square(expected - training.labels[out])))
    model = model_of(learner)
    model.fit(training)
    best = int(np.argmin(errors))
    assert model.notes()["penalty"] == path[best]
    final = fit(Pairs.of(x, f, training.labels), path[: best + 1])[-1]
    found = model.predict(training.design).ravel()
    np.testing.assert_allclose(found, predicted(final, x, f), rtol=1e-4, atol=1e-5)


def test_fits_that_do_not_converge_are_counted_and_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs_module, "ITERATIONS", {"lasso": 1, "svm": 1})
    for learner in ("elastic_net", "svm"):
        model = model_of(learner)
        with caplog.at_level("WARNING", "deepdep"):
            model.fit(a_training(10))
        notes = model.notes()
        assert notes["not_converged"] > 0
        assert f"{notes['not_converged']} of " in notes["warnings"][0]
        assert f"pairwise {learner}: {notes['warnings'][0]}" in caplog.text


def test_penalty_at_the_end_of_those_tried_is_told() -> None:
    model = Pairwise("ridge", [1e-9, 1e-8], 0.2)
    model.fit(a_training(11, noise=3))
    assert model.notes()["warnings"] == ["the penalty chosen, 1e-08, is at the end of those tried"]
