"""p values of permuted labels: uniform where nothing is predicted, small where something is."""

import numpy as np
import pytest
from scipy.stats import kstest, pearsonr

from deepdep.evaluate.metrics import Predictions
from deepdep.evaluate.permutation import false_discovery, permutation_p, permuted_r, shuffled_within


def make(strength: np.ndarray, lines: int = 100, gaps: float = 0.05) -> Predictions:
    """Predict every gene from its training mean and so much of its deviation, in five folds."""
    rng = np.random.default_rng(1)
    folds = np.arange(lines) % 5
    observed = rng.normal(np.linspace(-2, 0, len(strength)), 0.4, (lines, len(strength)))
    baseline = np.stack([observed[folds != fold].mean(axis=0) for fold in range(5)])[folds]
    predicted = baseline + strength * (observed - baseline) + rng.normal(0, 0.4, observed.shape)
    observed[rng.random(observed.shape) < gaps] = np.nan
    return Predictions(observed, predicted, baseline, folds)


@pytest.mark.parametrize("gaps", [0, 0.1])
def test_permuted_r_equals_scipy_on_rows_in_their_new_order(gaps: float):
    data = make(np.array([0, 0.5, 1]), gaps=gaps)
    found = permuted_r(data, np.array([True, False, True]), 3, 7)
    generator = np.random.default_rng(7)
    for draw in range(3):
        moved = data.observed[shuffled_within(data.folds, generator)]
        for place, gene in enumerate((0, 2)):
            there = np.isfinite(moved[:, gene])
            expected = pearsonr(moved[there, gene], data.predicted[there, gene]).statistic
            assert found[draw, place] == pytest.approx(expected, abs=1e-5)


def test_lines_change_places_only_within_their_fold():
    folds = np.array([2, 0, 1, 0, 2, 2, 1, 0])
    order = shuffled_within(folds, np.random.default_rng(1))
    assert sorted(order) == list(range(8))
    assert (folds[order] == folds).all()
    assert (order != np.arange(8)).any()


def test_p_is_uniform_without_signal_although_fold_means_pull_r_below_zero():
    data = make(np.zeros(800))
    p = permutation_p(data, 200, 1)
    assert kstest(p, "uniform").pvalue > 0.01
    assert (false_discovery(p) < 0.05).sum() <= 2


def test_planted_genes_are_found_at_the_false_discovery_rate():
    strength = np.repeat([0.8, 0], [200, 800])
    q = false_discovery(permutation_p(make(strength), 200, 1))
    found = q < 0.05
    assert found[:200].mean() > 0.95
    assert found[200:].sum() <= 0.1 * found.sum()
    assert permutation_p(make(strength), 200, 1).min() < 1e-4  # finer than one in 200


def test_genes_without_r_have_no_p():
    data = make(np.array([0.0, 0.8, 0.8]))
    data.predicted[:, 0] = data.baseline[:, 0]
    p = permutation_p(data, 50, 1)
    assert np.isnan(p).tolist() == np.isnan(false_discovery(p)).tolist() == [True, False, False]
    data.predicted[:] = data.baseline
    assert np.isnan(permutation_p(data, 50, 1)).all()


def test_q_is_that_of_benjamini_and_hochberg():
    p = np.array([0.01, np.nan, 0.02, 0.03, 0.5])
    np.testing.assert_allclose(false_discovery(p), [0.04, np.nan, 0.04, 0.04, 0.5])
