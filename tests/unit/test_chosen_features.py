"""Baselines of scikit-learn on pre-chosen features: elastic net and random forest."""

from collections.abc import Callable

import numpy as np
import pytest
from baseline_sets import assert_same_bytes, make_design, make_training, some_training
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import KFold

from deepdep.models.base import Model
from deepdep.models.correlated import correlations, joined, most_correlated
from deepdep.models.elastic_net import ElasticNet
from deepdep.models.random_forest import RandomForest

MODELS: dict[str, Callable[[], Model]] = {
    "elastic_net": lambda: ElasticNet(6, 0.5, 5, 3),
    "random_forest": lambda: RandomForest(6, 4, 3, 2, 1),
}
KINDS = pytest.mark.parametrize("kind", list(MODELS))


def test_correlations_are_those_over_the_measured_lines() -> None:
    training = some_training(1)
    features = joined(training.design) + np.float32(2)
    features[:, 3] = 0.1
    found = correlations(features, training.labels)
    np.testing.assert_array_equal(found[3], -1)
    for gene in range(12):
        kept = np.isfinite(training.labels[:, gene])
        for column in (0, 1, 8, 21):
            expected = np.corrcoef(features[kept, column], training.labels[kept, gene])[0, 1]
            assert found[column, gene] == pytest.approx(abs(expected), abs=1e-4)


def test_most_correlated_features_are_chosen_in_ascending_order() -> None:
    training = some_training(2)
    features = joined(training.design)
    strength = correlations(features, training.labels)
    for gene, columns in enumerate(most_correlated(features, training.labels, 5)):
        np.testing.assert_array_equal(columns, np.sort(np.argsort(-strength[:, gene])[:5]))


def test_elastic_net_equals_scikit_learn_on_the_chosen_features() -> None:
    training, new = some_training(3), joined(make_design(np.random.default_rng(30), 7))
    model = ElasticNet(6, 0.5, 5, 3)
    model.fit(training)
    found = new[:, model.used] @ model.weights + model.intercepts
    features = joined(training.design)
    for gene, columns in enumerate(most_correlated(features, training.labels, 6)):
        kept = np.isfinite(training.labels[:, gene])
        net = ElasticNetCV(l1_ratio=0.5, alphas=5, cv=KFold(3, shuffle=True, random_state=1))
        net.fit(features[kept][:, columns].astype(float), training.labels[kept, gene].astype(float))
        np.testing.assert_allclose(found[:, gene], net.predict(new[:, columns]), rtol=1e-4, atol=1e-5)


def test_fits_that_do_not_converge_are_counted_and_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty(**settings: object) -> ElasticNetCV:
        return ElasticNetCV(**settings, max_iter=1, tol=1e-12)

    monkeypatch.setattr("deepdep.models.elastic_net.ElasticNetCV", hasty)
    model = ElasticNet(20, 0.5, 5, 3)
    with caplog.at_level("WARNING", "deepdep"):
        model.fit(some_training(4))
    count = model.notes()["not_converged"]
    assert count > 0
    assert model.notes()["warnings"] == [f"{count} of 12 genes did not converge"]
    assert f"elastic_net: {count} of 12 genes did not converge" in caplog.text
    monkeypatch.undo()
    patient = ElasticNet(6, 0.5, 5, 3)
    patient.fit(some_training(4))
    assert patient.notes() == {"not_converged": 0, "warnings": []}


def test_forest_equals_scikit_learn_on_the_chosen_features() -> None:
    training, new = some_training(5), make_design(np.random.default_rng(50), 40)
    model = RandomForest(6, 4, 3, 2, 1)
    model.fit(training)
    found, features = model.predict(new), joined(training.design)
    for gene, columns in enumerate(most_correlated(features, training.labels, 6)):
        kept = np.isfinite(training.labels[:, gene])
        forest = RandomForestRegressor(4, max_depth=3, min_samples_leaf=2, random_state=1)
        forest.fit(features[kept][:, columns], training.labels[kept, gene])
        np.testing.assert_allclose(
            found[:, gene], forest.predict(joined(new)[:, columns]), rtol=1e-5, atol=1e-6
        )


@KINDS
def test_planted_signal_is_found(kind: str) -> None:
    rng = np.random.default_rng(6)
    design, new = make_design(rng, 100), make_design(rng, 100)
    signal = [2 * one.values["expression"][:, [4]] for one in (design, new)]
    model = MODELS[kind]()
    model.fit(make_training(design, signal[0] + rng.normal(0, 0.3, (100, 1))))
    assert np.corrcoef(model.predict(new)[:, 0], signal[1][:, 0])[0, 1] > 0.85


@KINDS
def test_restored_state_predicts_the_same_bytes(kind: str) -> None:
    training, new = some_training(7), make_design(np.random.default_rng(70), 7)
    assert_same_bytes(MODELS[kind], training, new)


@KINDS
def test_missing_labels_and_constant_features_leave_the_mean(kind: str) -> None:
    training = some_training(8)
    training.labels[:, 1], training.labels[1:, 2] = np.nan, np.nan
    training.labels[0, 2], training.labels[:, 3] = 0.7, 0.4
    training.design.values["mutation"][:] = 0.1
    model = MODELS[kind]()
    model.fit(training)
    found = model.predict(make_design(np.random.default_rng(80), 5))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[:, 1:4], np.tile([0, 0.7, 0.4], (5, 1)), rtol=1e-5)
    for matrix in training.design.values.values():
        matrix[:] = 0
    model.fit(training)
    assert model.codes(training.design) is None
    np.testing.assert_allclose(model.predict(training.design)[0], model.predict(training.design)[1])
