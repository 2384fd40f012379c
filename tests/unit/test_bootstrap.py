"""r of bootstrap draws against rows written out as often as they were drawn."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from deepdep.evaluate.bootstrap import BLOCK, fold_r_weighted, r_pooled_and_within, resampled
from deepdep.evaluate.metrics import Predictions, overall, pooled_r, skill


def make(lines: int = 60, genes: int = 5, seed: int = 1) -> Predictions:
    """Make labels with gaps and predictions in folds of 30, 20 and 10 lines, at three levels."""
    rng = np.random.default_rng(seed)
    folds = np.repeat([0, 1, 2], [lines // 2, lines // 3, lines - lines // 2 - lines // 3])
    observed = rng.normal(np.linspace(-2, 1, genes), 0.3, (lines, genes))
    predicted = 0.5 * observed + rng.normal(0, 0.2, observed.shape) + folds[:, None]
    observed[rng.random(observed.shape) < 0.1] = np.nan
    return Predictions(observed, predicted, np.zeros_like(observed), folds)


def r_of(x: np.ndarray, y: np.ndarray) -> float:
    there = np.isfinite(x)
    return pearsonr(x[there], y[there]).statistic


def weighted(data: Predictions, gene: int) -> float:
    """Average r of the folds with five measured lines, by their measured lines."""
    values, sizes = [], []
    for fold in np.unique(data.folds):
        rows = (data.folds == fold) & np.isfinite(data.observed[:, gene])
        if rows.sum() >= 5:
            values.append(r_of(data.observed[rows, gene], data.predicted[rows, gene]))
            sizes.append(rows.sum())
    return float(np.average(values, weights=sizes))


def test_draws_equal_rows_repeated():
    data = make()
    counts = np.random.default_rng(2).multinomial(60, np.full(60, 1 / 60), size=4)
    draws = resampled(data, counts.astype(float))
    for draw, row in enumerate(counts):
        rows = np.repeat(np.arange(60), row)
        written = Predictions(*(part[rows] for part in vars(data).values()))
        for gene in range(5):
            expected = r_of(written.observed[:, gene], written.predicted[:, gene])
            assert draws.r[draw, gene] == pytest.approx(expected, abs=1e-9)
            assert draws.r_fold_weighted[draw, gene] == pytest.approx(weighted(written, gene), abs=1e-9)
    np.testing.assert_array_equal(draws.skill, skill(data, counts))
    np.testing.assert_array_equal(draws.overall_r, overall(data, counts))


def test_weights_are_the_measured_lines_of_a_fold():
    data = make()
    np.testing.assert_allclose(fold_r_weighted(data), [weighted(data, gene) for gene in range(5)])
    data.observed[data.folds == 2, 0] = np.nan
    data.observed[np.flatnonzero(data.folds == 2)[:4], 0] = [1.0, 2, 3, 4]  # four lines have no r
    assert fold_r_weighted(data)[0] == pytest.approx(weighted(data, 0))


def test_a_fold_of_which_too_few_lines_are_drawn_does_not_count():
    data = make()
    counts = np.ones((1, 60))
    counts[0, np.flatnonzero(data.folds == 2)[2:]] = 0
    kept = Predictions(*(part[data.folds < 2] for part in vars(data).values()))
    np.testing.assert_allclose(r_pooled_and_within(data, counts)[1][0], fold_r_weighted(kept))


def test_blocks_of_genes_are_put_together_in_order():
    data = make(genes=2 * BLOCK + 3)
    data.predicted[:, 7] = data.folds  # constant in the folds
    pooled, within = r_pooled_and_within(data, np.ones((1, 60)))
    np.testing.assert_allclose(pooled, pooled_r(data), atol=1e-9)
    assert np.flatnonzero(np.isnan(pooled[0])).tolist() == np.flatnonzero(np.isnan(within[0])).tolist() == [7]
