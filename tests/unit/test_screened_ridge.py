"""Ridge on each gene's strongest features: against scikit-learn, on planted features, without lines."""

import numpy as np
import pytest
from baseline_sets import assert_same_bytes, make_design, make_training, some_training
from sklearn.linear_model import Ridge

from deepdep.models.correlated import strongest
from deepdep.models.screened_ridge import ScreenedRidge
from deepdep.models.weighted_inputs import EvenInputs


def test_strongest_features_are_those_of_largest_covariance() -> None:
    training = some_training(1, lines=40)
    features = np.concatenate([training.design.values[o] for o in sorted(training.design.values)], axis=1)
    features = features * np.linspace(0.2, 3, features.shape[1], dtype=np.float32)
    for gene, (columns, strengths) in enumerate(strongest(features, training.labels, 4)):
        kept = np.isfinite(training.labels[:, gene])
        correlations = [abs(np.corrcoef(f, training.labels[kept, gene])[0, 1]) for f in features[kept].T]
        covariances = correlations * features.std(axis=0)
        np.testing.assert_array_equal(columns, np.sort(np.argsort(-covariances)[:4]))
        np.testing.assert_allclose(strengths, covariances[columns], rtol=1e-3)


def test_predictions_equal_scikit_learn_ridge_on_features_times_their_squared_covariance() -> None:
    training, new = some_training(2, lines=40), make_design(np.random.default_rng(20), 7)
    model = ScreenedRidge(5, [0.7], [])
    model.fit(training)
    inputs = EvenInputs([])
    inputs.fit(training.design, training.labels)
    features, others, found = inputs.matrix(training.design), inputs.matrix(new), model.predict(new)
    for gene, (columns, strengths) in enumerate(strongest(features, training.labels, 5)):
        kept = np.isfinite(training.labels[:, gene])
        weighted = features[kept][:, columns].astype(float) * strengths**2
        total = weighted.var(axis=0).sum()
        ridge = Ridge(alpha=0.7 * total).fit(weighted, training.labels[kept, gene])
        expected = ridge.predict(others[:, columns] * strengths**2)
        np.testing.assert_allclose(found[:, gene], expected, rtol=1e-4, atol=1e-5)


def test_few_planted_features_are_found_among_many() -> None:
    rng = np.random.default_rng(3)
    design, new = make_design(rng, 60), make_design(rng, 200)
    truth = [one.values["expression"][:, :4] * 2 for one in (design, new)]
    labels = truth[0] + rng.normal(0, 1, truth[0].shape)
    model = ScreenedRidge(2, [0.1, 1, 10], [])
    model.fit(make_training(design, labels))
    assert np.square(model.predict(new) - truth[1]).mean() < 0.5 * np.var(truth[1])
    assert model.weights[:, [0]].nnz == 2


def test_penalty_follows_the_noise() -> None:
    chosen = []
    for noise in (0.01, 8):
        rng = np.random.default_rng(4)
        design = make_design(rng, 60)
        labels = design.values["expression"] + rng.normal(0, noise, (60, 9))
        model = ScreenedRidge(6, [0.001, 0.1, 100], [])
        model.fit(make_training(design, labels))
        chosen.append(model.penalty)
    assert chosen[0] == 0.001
    assert chosen[1] == 100


def test_most_variable_feature_of_each_block_has_sd_1_and_a_missing_omic_its_mean() -> None:
    training = some_training(5, lines=50)
    training.design.values["copy_number"] *= 100
    inputs = EvenInputs(["expression"])
    inputs.fit(training.design, training.labels)
    matrix = inputs.matrix(training.design)
    widths = [training.design.values[omic].shape[1] for omic in sorted(training.design.values)]
    for block in np.split(matrix, np.cumsum(widths), axis=1):
        assert block.std(axis=0).max() == pytest.approx(1, rel=1e-4)
        np.testing.assert_allclose(block.mean(axis=0), 0, atol=1e-5)
    new = make_design(np.random.default_rng(6), 3)
    new.present[:, list(new.values).index("copy_number")] = 0
    assert (inputs.matrix(new)[:, : widths[0]] == 0).all()


def test_a_block_that_does_not_vary_in_the_training_lines_is_left_out() -> None:
    training, new = some_training(10), make_design(np.random.default_rng(11), 5)
    training.design.values["copy_number"][:] = 0.1
    model = ScreenedRidge(50, [1], [])
    model.fit(training)
    other = make_design(np.random.default_rng(11), 5)
    other.values["copy_number"] += 100
    np.testing.assert_array_equal(model.predict(other), model.predict(new))


def test_a_gene_without_labels_is_0_and_one_with_two_lines_their_mean() -> None:
    training = some_training(7)
    training.labels[:, 3] = np.nan
    training.labels[2:, 4] = np.nan
    training.labels[:2, 4] = [1, 2]
    model = ScreenedRidge(5, [1], [])
    model.fit(training)
    found = model.predict(training.design)
    assert (found[:, 3] == 0).all()
    np.testing.assert_allclose(found[:, 4], 1.5, rtol=1e-6)
    assert found[:, 5].std() > 0


def test_left_out_lines_are_predicted_as_by_a_model_of_the_others() -> None:
    """Only the scales of the inputs, found without labels, are those of all lines."""
    training, kept = some_training(8, lines=40), np.arange(40) < 30
    model = ScreenedRidge(5, [1], [])
    model.fit(training)
    found = model.refitted(model.codes(training.design), training.labels, kept)
    changed = training.labels.copy()
    changed[~kept] += 100
    np.testing.assert_array_equal(model.refitted(model.codes(training.design), changed, kept), found)
    assert np.abs(found[~kept] - model.predict(training.design)[~kept]).max() > 1e-3


def test_same_bytes_twice_and_after_loading() -> None:
    training, new = some_training(9), make_design(np.random.default_rng(90), 8)
    assert_same_bytes(lambda: ScreenedRidge(5, [0.1, 1], ["expression"]), training, new)
