"""Metrics against scipy, against rows written out, and where they have no value."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr

from deepdep.evaluate.metrics import (
    Predictions,
    fold_r,
    overall,
    pearson,
    per_gene,
    pooled_r,
    skill,
    squared_errors,
    varies,
)


def make(lines: int = 30, genes: int = 6, folds: int = 3, seed: int = 1) -> Predictions:
    """Make labels with gaps, predictions that know something, and training means by fold."""
    rng = np.random.default_rng(seed)
    observed = rng.normal(np.linspace(-2, 1, genes), 0.3, (lines, genes))
    predicted = observed + rng.normal(0, 0.4, observed.shape)
    observed[rng.random(observed.shape) < 0.15] = np.nan
    fold = np.arange(lines) % folds
    baseline = np.stack([np.nanmean(observed[fold != number], axis=0) for number in range(folds)])[fold]
    return Predictions(observed, predicted, baseline, fold)


def repeat_rows(data: Predictions, counts: np.ndarray) -> Predictions:
    rows = np.repeat(np.arange(len(counts)), counts)
    return Predictions(*(part[rows] for part in vars(data).values()))


def scipy_r(x: np.ndarray, y: np.ndarray) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    return pearsonr(x[both], y[both]).statistic


@pytest.fixture
def counts() -> np.ndarray:
    return np.random.default_rng(2).multinomial(30, np.full(30, 1 / 30), size=5)


@pytest.mark.parametrize("offset", [0, 1e4])
def test_pearson_equals_scipy_per_gene(offset: float) -> None:
    data = make()
    data.predicted[4, 2] = np.nan
    found = pearson(data.observed + offset, 100 * data.predicted - offset)
    expected = [scipy_r(data.observed[:, gene], data.predicted[:, gene]) for gene in range(6)]
    assert found.shape == (1, 6)
    np.testing.assert_allclose(found[0], expected, atol=1e-7)


def test_pearson_is_undefined_where_a_side_is_constant_or_too_short() -> None:
    x = np.array([[1, 2, np.nan, np.nan], [1, 3, 2, np.nan], [1, 5, np.nan, np.nan]])
    y = np.array([[1, 7, 1, 1], [2, 7, 2, 2], [3, 7, 3, 3.0]])
    assert np.isnan(pearson(x, y)).all()
    assert np.isnan(pearson(x[:, [0]] + 1e6, y[:, [0]])).all()


def test_bootstrap_counts_equal_rows_repeated(counts: np.ndarray) -> None:
    data = make()
    found = pearson(data.observed, data.predicted, counts)
    assert found.shape == (5, 6)
    for draw, row in enumerate(counts):
        written = repeat_rows(data, row)
        expected = [scipy_r(written.observed[:, gene], written.predicted[:, gene]) for gene in range(6)]
        np.testing.assert_allclose(found[draw], expected, atol=1e-9)
        np.testing.assert_allclose(pooled_r(data, counts)[draw], expected, atol=1e-9)


def test_overall_r_and_skill_with_counts_equal_rows_repeated(counts: np.ndarray) -> None:
    data = make()
    for draw, row in enumerate(counts):
        written = repeat_rows(data, row)
        there = np.isfinite(written.observed)
        observed, predicted, mean = (
            part[there] for part in (written.observed, written.predicted, written.baseline)
        )
        r = pearsonr(observed, predicted).statistic
        gain = 1 - np.square(observed - predicted).sum() / np.square(observed - mean).sum()
        assert overall(data, counts)[draw] == pytest.approx(r, abs=1e-9)
        assert overall(written)[0] == pytest.approx(r, abs=1e-9)
        assert skill(data, counts)[draw] == pytest.approx(gain, abs=1e-9)
        assert skill(written)[0] == pytest.approx(gain, abs=1e-9)


def test_fold_r_is_the_mean_of_the_folds() -> None:
    data = make()
    by_fold = [
        [
            scipy_r(data.observed[data.folds == k, gene], data.predicted[data.folds == k, gene])
            for k in range(3)
        ]
        for gene in range(6)
    ]
    np.testing.assert_allclose(fold_r(data), np.mean(by_fold, axis=1), atol=1e-9)


def test_fold_r_passes_over_folds_with_fewer_than_five_measured_lines() -> None:
    data = make(lines=30)
    first = np.flatnonzero(data.folds == 0)
    data.observed[first, 0] = np.nan
    data.observed[first[:2], 0] = [1.0, 2.0]  # two points: an r of 1 or -1 that says nothing
    data.predicted[first[:2], 0] = [1.0, 2.0]
    data.observed[first[:5], 1], data.observed[first[5:], 1] = np.arange(5.0), np.nan
    expected = [
        [scipy_r(data.observed[data.folds == k, gene], data.predicted[data.folds == k, gene]) for k in (1, 2)]
        for gene in (0, 1)
    ]
    five = scipy_r(data.observed[first[:5], 1], data.predicted[first[:5], 1])
    np.testing.assert_allclose(fold_r(data)[0], np.mean(expected[0]))
    np.testing.assert_allclose(fold_r(data)[1], np.mean([five, *expected[1]]))


def test_fold_r_of_a_single_line_fold_or_of_small_folds_only() -> None:
    data = make(lines=31)
    data.folds[30] = 7
    np.testing.assert_allclose(
        fold_r(data), fold_r(Predictions(*(part[:30] for part in vars(data).values())))
    )
    small = make(lines=12, folds=3)
    assert np.isnan(fold_r(small)).all()


def test_r_is_undefined_for_predictions_constant_within_folds() -> None:
    data = make()
    own = Predictions(data.observed, data.baseline, data.baseline, data.folds)
    assert (pearson(own.observed, own.predicted)[0] < 0).all()  # what pooling would have said
    assert not varies(own).any()
    assert np.isnan(pooled_r(own)).all()
    assert np.isnan(fold_r(own)).all()
    table = per_gene([own], list("ABCDEF"))
    assert table[["r", "r_fold"]].isna().all(axis=None)


def test_rounding_in_single_precision_does_not_count_as_variation() -> None:
    data = make()
    noise = np.random.default_rng(3).normal(0, 1e-8, data.baseline.shape)
    assert not varies(Predictions(data.observed, data.baseline + noise, data.baseline, data.folds)).any()
    assert varies(Predictions(data.observed, data.baseline + 1e5 * noise, data.baseline, data.folds)).all()


def test_skill_of_the_gene_mean_is_exactly_zero(counts: np.ndarray) -> None:
    data = make()
    own = Predictions(data.observed, data.baseline.copy(), data.baseline, data.folds)
    assert skill(own).tolist() == [0.0]
    assert skill(own, counts).tolist() == [0.0] * 5
    assert per_gene([own], list("ABCDEF"))["skill"].tolist() == [0.0] * 6


def test_perfect_predictions() -> None:
    data = make()
    filled = np.where(np.isfinite(data.observed), data.observed, 0)
    perfect = Predictions(data.observed, filled, data.baseline, data.folds)
    np.testing.assert_allclose(fold_r(perfect), 1)
    assert skill(perfect)[0] == 1
    assert overall(perfect)[0] == pytest.approx(1)


def test_per_gene_averages_repeats_and_counts_lines() -> None:
    first, second = make(), make()
    second = Predictions(first.observed, make(seed=4).predicted, first.baseline, np.arange(30) // 10)
    found = per_gene([first, second], list("ABCDEF"))
    one, two = (per_gene([data], list("ABCDEF")) for data in (first, second))
    columns = ["r", "r_fold", "mse", "mse_gene_mean"]
    pd.testing.assert_frame_equal(found[columns], (one[columns] + two[columns]) / 2)
    assert found["n"].tolist() == np.isfinite(first.observed).sum(axis=0).tolist()
    np.testing.assert_allclose(found["skill"], 1 - found["mse"] / found["mse_gene_mean"])
    np.testing.assert_allclose(one["mse"], np.nanmean((first.observed - first.predicted) ** 2, axis=0))


@pytest.mark.filterwarnings("ignore:Degrees of freedom")
def test_gene_without_a_label_has_no_metric() -> None:
    data = make()
    data.observed[:, 3] = np.nan
    assert np.isnan(squared_errors(data.observed, data.predicted)[3])
    table = per_gene([data], list("ABCDEF")).set_index("gene")
    assert table.loc["D", "n"] == 0
    assert table.loc["D", ["r", "r_fold", "mse", "skill"]].isna().all()
    assert table.drop("D").notna().all(axis=None)
