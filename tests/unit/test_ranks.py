"""Spearman's r, precision-recall and recall of top genes against scipy, scikit-learn and plain loops."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from deepdep.evaluate.metrics import Predictions
from deepdep.evaluate.ranks import auprc, fold_spearman, pooled_spearman, spearman, top_recall


def make(lines: int = 60, genes: int = 6, seed: int = 1) -> Predictions:
    rng = np.random.default_rng(seed)
    observed = rng.normal(np.linspace(-1, 0, genes), 0.5, (lines, genes)).round(1)  # with ties
    predicted = (0.6 * observed + rng.normal(0, 0.4, observed.shape)).round(1)
    observed[rng.random(observed.shape) < 0.1] = np.nan
    baseline = np.tile(np.linspace(-1, 0, genes), (lines, 1))
    return Predictions(observed, predicted, baseline, np.arange(lines) % 3)


def scipy_r(x: np.ndarray, y: np.ndarray) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    return spearmanr(x[both], y[both]).statistic


def test_spearman_equals_scipy_with_ties_and_gaps():
    data = make()
    data.predicted[3, 2] = np.nan
    expected = [scipy_r(data.observed[:, gene], data.predicted[:, gene]) for gene in range(6)]
    np.testing.assert_allclose(spearman(data.observed, data.predicted), expected, atol=1e-12)


def test_spearman_pooled_and_within_folds():
    data = make()
    pooled = [scipy_r(data.observed[:, gene], data.predicted[:, gene]) for gene in range(6)]
    np.testing.assert_allclose(pooled_spearman(data), pooled, atol=1e-12)
    parts = [(data.observed[data.folds == fold], data.predicted[data.folds == fold]) for fold in range(3)]
    within = [np.mean([scipy_r(x[:, gene], y[:, gene]) for x, y in parts]) for gene in range(6)]
    np.testing.assert_allclose(fold_spearman(data), within, atol=1e-12)
    data.predicted[:, 1] = data.folds
    assert np.isnan([pooled_spearman(data)[1], fold_spearman(data)[1]]).all()


def test_auprc_equals_scikit_learn_with_ties_and_has_the_prevalence_beside_it():
    data = make(lines=200)
    area, prevalence = auprc(data, -0.5)
    for gene in range(6):
        there = np.isfinite(data.observed[:, gene])
        positive = data.observed[there, gene] < -0.5
        assert area[gene] == pytest.approx(average_precision_score(positive, -data.predicted[there, gene]))
        assert prevalence[gene] == pytest.approx(positive.mean())
    assert (area > prevalence + 0.1).all()


def test_auprc_of_random_scores_is_the_prevalence():
    rng = np.random.default_rng(3)
    observed, predicted = rng.normal(size=(2, 4000, 50))
    data = Predictions(observed, predicted, np.zeros_like(observed), np.zeros(4000))
    area, prevalence = auprc(data, -0.5)
    assert area.mean() == pytest.approx(prevalence.mean(), abs=0.01)


def test_auprc_needs_five_lines_on_either_side():
    data = make(lines=40, genes=4)
    data.observed[:] = 0
    for gene, number in enumerate((4, 5, 35, 36)):
        data.observed[:number, gene] = -1
    assert np.isfinite(auprc(data, -0.5)[0]).tolist() == [False, True, True, False]
    assert np.isfinite(auprc(data, -0.5)[1]).tolist() == [False, True, True, False]


def test_top_recall_equals_sets_of_each_line():
    rng = np.random.default_rng(4)
    observed = rng.normal(np.linspace(-3, 0, 40), 0.5, (30, 40))
    baseline = np.tile(observed.mean(axis=0), (30, 1))
    predicted = 0.5 * (observed - baseline) + baseline + rng.normal(0, 0.2, observed.shape)
    observed[rng.random(observed.shape) < 0.2] = np.nan
    observed[0, 3:] = np.nan  # three labels: no line for a top of five
    found, chance = top_recall(Predictions(observed, predicted, baseline, np.zeros(30)), 5)
    shares, chances = [], []
    for line in range(1, 30):
        genes = np.flatnonzero(np.isfinite(observed[line]))
        tops = [genes[np.argsort((part - baseline)[line, genes])[:5]] for part in (observed, predicted)]
        shares.append(len(set(tops[0]) & set(tops[1])) / 5)
        chances.append(5 / len(genes))
    assert found == pytest.approx(np.mean(shares))
    assert chance == pytest.approx(np.mean(chances))
    assert found > chance + 0.2


def test_common_essential_genes_earn_no_recall():
    """Knowing which genes all lines depend on finds what chance finds."""
    rng = np.random.default_rng(5)
    means = np.linspace(-3, 0, 200)
    observed = means + rng.normal(0, 0.3, (100, 200))
    baseline = np.tile(means, (100, 1))
    guess = baseline + rng.normal(0, 0.1, observed.shape)
    found, chance = top_recall(Predictions(observed, guess, baseline, np.zeros(100)))
    assert chance == pytest.approx(0.05)
    assert found == pytest.approx(chance, abs=0.02)
    assert np.isnan(top_recall(Predictions(observed, baseline, baseline, np.zeros(100)))).all()
    assert top_recall(Predictions(observed, observed, baseline, np.zeros(100)))[0] == 1
