"""r within lineages and slopes, against pandas and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress, pearsonr

from deepdep.evaluate.metrics import Predictions, pooled_r
from deepdep.evaluate.within import gene_slopes, lineage_r, pooled_slope

LINEAGES = np.array(["lung", "skin", "blood"])[np.arange(60) % 3].astype(object)


def make(seed: int = 1) -> Predictions:
    """Make labels that lineages shift, and predictions that know something beyond the lineage."""
    rng = np.random.default_rng(seed)
    observed = rng.normal(0, 0.5, (60, 4)) + (np.arange(60) % 3)[:, None]
    predicted = 0.5 * observed + rng.normal(0, 0.3, observed.shape)
    observed[rng.random(observed.shape) < 0.1] = np.nan
    return Predictions(observed, predicted, np.full_like(observed, 0.9), np.arange(60) // 20)


def pandas_r(data: Predictions, gene: int, lineages: np.ndarray) -> float:
    frame = pd.DataFrame(
        {"x": data.observed[:, gene], "y": data.predicted[:, gene], "lineage": lineages}
    ).dropna()
    frame = frame[frame.groupby("lineage")["x"].transform("count") >= 5]
    centred = frame[["x", "y"]] - frame.groupby("lineage")[["x", "y"]].transform("mean")
    return pearsonr(centred["x"], centred["y"]).statistic


def test_lineage_means_are_taken_from_both_sides():
    data = make()
    found = lineage_r(data, LINEAGES.astype(str))
    np.testing.assert_allclose(found, [pandas_r(data, gene, LINEAGES) for gene in range(4)])


def test_small_and_unknown_lineages_do_not_count():
    data, lineages = make(), LINEAGES.copy()
    lineages[:4] = "bone"
    lineages[10:30] = "unknown"
    known = np.where(lineages == "unknown", None, lineages)
    found = lineage_r(data, lineages.astype(str))
    np.testing.assert_allclose(found, [pandas_r(data, gene, known) for gene in range(4)])


def test_lineage_alone_earns_nothing():
    """R of a prediction by lineage and noise: high over all lines, none within lineages."""
    rng = np.random.default_rng(2)
    group = np.arange(600) % 3
    observed = group[:, None] + rng.normal(0, 0.5, (600, 20))
    guess = group[:, None] + rng.normal(0, 0.5, observed.shape)
    data = Predictions(observed, guess, np.ones_like(observed), np.arange(600) // 200)
    assert pooled_r(data).mean() > 0.6
    assert abs(lineage_r(data, group.astype(str)).mean()) < 0.02
    # constant by lineage in each fold: undefined, as means of folds differ against the labels
    means = np.stack([observed[(data.folds != fold)].mean(axis=0) for fold in range(3)])
    flat = Predictions(observed, group[:, None] + means[data.folds], data.baseline, data.folds)
    assert np.isnan(lineage_r(flat, group.astype(str))).all()


def test_slopes_equal_linear_regression():
    data = make()
    for gene in range(4):
        there = np.isfinite(data.observed[:, gene])
        expected = linregress(data.predicted[there, gene], data.observed[there, gene]).slope
        assert gene_slopes(data)[gene] == pytest.approx(expected)
    there = np.isfinite(data.observed)
    line = linregress((data.predicted - 0.9)[there], (data.observed - 0.9)[there])
    assert pooled_slope(data) == pytest.approx((line.slope, line.intercept))


def test_a_slope_below_one_says_that_predictions_go_too_far():
    rng = np.random.default_rng(3)
    predicted = rng.normal(0, 1, (500, 3))
    observed = 0.1 + 0.5 * predicted + rng.normal(0, 0.2, predicted.shape)
    data = Predictions(observed, predicted, np.zeros_like(observed), np.zeros(500))
    np.testing.assert_allclose(gene_slopes(data), 0.5, atol=0.04)
    assert pooled_slope(data) == pytest.approx((0.5, 0.1), abs=0.02)
    flat = Predictions(observed, data.baseline, data.baseline, data.folds)
    assert np.isnan([*pooled_slope(flat), *gene_slopes(flat)]).all()
