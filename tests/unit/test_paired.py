"""Differences between models: on what both have, and more certain than the two intervals say."""

import numpy as np
import pandas as pd
import pytest

from deepdep.evaluate.bootstrap import patient_counts
from deepdep.evaluate.compare import Setting, compare_models
from deepdep.evaluate.metrics import pearson
from deepdep.evaluate.paired import certainty
from deepdep.evaluate.splits import cross_validation, folds_by_repeat, patients_of_test_lines

GENES = [f"G{number}" for number in range(12)]
DRAWS = 400


def make(seed: int = 1) -> tuple[pd.DataFrame, dict[str, list[pd.DataFrame]], pd.DataFrame]:
    """Make two models that err alike; the second one errs a little more."""
    rng = np.random.default_rng(seed)
    lines = pd.Index([f"L{row}" for row in range(90)], name="sample")
    patients = pd.Series([f"P{row // 2}" for row in range(90)], lines)
    # some lines are hard to predict for every model: that widens intervals, not their difference
    scale = np.exp(rng.normal(0, 0.6, (90, 1)))
    observed = pd.DataFrame(rng.normal(size=(90, 12)) * scale, lines, GENES)
    splits = cross_validation(patients, 3, 2, 0.1, seed)
    shared = rng.normal(size=observed.shape)
    predicted: dict[str, list[pd.DataFrame]] = {"gene_mean": [], "better": [], "ridge": []}
    for folds in folds_by_repeat(splits):
        means = [observed.drop(index=folds.index[folds == fold]).mean() for fold in folds]
        mean = pd.DataFrame(means, folds.index).loc[lines]
        predicted["gene_mean"].append(mean)
        own = 0.1 * rng.normal(size=observed.shape)
        predicted["ridge"].append(0.5 * observed + 0.7 * shared + own)
        predicted["better"].append(0.5 * observed + 0.6 * shared + own)
    return observed.mask(rng.random(observed.shape) < 0.05), predicted, splits


def compare(
    observed: pd.DataFrame, predicted: dict[str, list[pd.DataFrame]], splits: pd.DataFrame, **changes: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the summary by model, and the differences by model and metric."""
    setting = Setting(GENES, 20, DRAWS, 1, references=["ridge"], permutations=10, top=3, **changes)
    summary, _, pairs = compare_models([observed] * 2, predicted, splits, setting)
    return summary.set_index("model"), pairs.set_index(["model", "metric"])


def test_differences_are_those_of_the_summary_and_gene_mean_is_not_compared():
    summary, pairs = compare(*make())
    assert set(pairs.index.get_level_values("model")) == {"better"}
    assert set(pairs["reference"]) == {"ridge"}
    for metric in ("mean_r", "mean_r_fold_weighted", "skill"):
        row = pairs.loc[("better", metric)]
        assert row["value"] == pytest.approx(summary.loc["better", metric])
        assert row["reference_value"] == pytest.approx(summary.loc["ridge", metric])
        assert row["difference"] == pytest.approx(row["value"] - row["reference_value"])
        assert (row["repeats"], row["genes"]) == (2, 12)
        assert row["low"] < row["difference"] < row["high"]


def test_a_variant_is_compared_with_what_it_varies_and_no_other_model_is():
    observed, predicted, splits = make()
    predicted = {**predicted, "ablated": predicted["ridge"], "another": predicted["ridge"]}
    _, pairs = compare(observed, predicted, splits, variants={"ablated": "better", "another": "absent"})
    asked = pairs.reset_index()[["model", "reference"]].drop_duplicates()
    found = set(asked.itertuples(index=False, name=None))
    assert found == {("better", "ridge"), ("ablated", "ridge"), ("another", "ridge"), ("ablated", "better")}
    rows = pairs.set_index("reference", append=True)["difference"]
    assert rows["ablated", "mean_r", "better"] == pytest.approx(-rows["better", "mean_r", "ridge"])


def test_a_difference_is_certain_although_the_intervals_overlap():
    summary, pairs = compare(*make())
    row = pairs.loc[("better", "mean_r")]
    assert summary.loc["better", "mean_r_low"] < summary.loc["ridge", "mean_r_high"]
    assert row["low"] > 0
    assert row["p"] < 0.01
    assert row["genes_better"] >= 11
    width = summary.loc["better", "mean_r_high"] - summary.loc["better", "mean_r_low"]
    assert row["high"] - row["low"] < 0.5 * width


def test_interval_is_that_of_differences_draw_by_draw():
    observed, predicted, splits = make()
    _, pairs = compare(observed, predicted, splits)
    patients = patients_of_test_lines(splits)
    counts = patient_counts(patients.to_numpy(), DRAWS, 1)
    truth = observed.loc[patients.index].to_numpy()
    drawn = []
    for one, two in zip(predicted["better"], predicted["ridge"], strict=True):
        r = [pearson(truth, frame.loc[patients.index].to_numpy(), counts) for frame in (one, two)]
        drawn.append((r[0] - r[1]).mean(axis=1))
    low, high = np.quantile(np.mean(drawn, axis=0), [0.025, 0.975])
    row = pairs.loc[("better", "mean_r")]
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)


def test_only_repeats_and_genes_that_both_have_are_compared():
    observed, predicted, splits = make()
    predicted["better"] = predicted["better"][:1]
    for gene in ("G3", "G7"):
        predicted["better"][0][gene] = predicted["gene_mean"][0][gene]
    summary, pairs = compare(observed, predicted, splits)
    assert summary["repeats"].to_dict() == {"gene_mean": 2, "better": 1, "ridge": 2}
    row, genes = pairs.loc[("better", "mean_r")], [gene for gene in GENES if gene not in ("G3", "G7")]
    assert (row["repeats"], row["genes"]) == (1, 10)
    r = [predicted[model][0][genes].corrwith(observed[genes]) for model in ("better", "ridge")]
    assert row["value"] == pytest.approx(r[0].mean())
    assert row["reference_value"] == pytest.approx(r[1].mean())
    assert row["genes_better"] == (r[0] > r[1]).sum()
    assert pairs.loc[("better", "skill"), "genes"] == 12


def test_models_without_r_have_a_difference_in_skill_only():
    observed, predicted, splits = make()
    predicted["flat"] = predicted["gene_mean"]
    _, pairs = compare(observed, predicted, splits)
    assert pairs.loc[("flat", "mean_r"), ["difference", "low", "high", "p"]].isna().all()
    assert pairs.loc[("flat", "mean_r"), "genes"] == 0
    assert np.isfinite(pairs.loc[("flat", "skill"), "difference"])


def test_p_counts_draws_beyond_no_difference():
    drawn = np.arange(-10, 89) / 100  # 11 of 99 draws at or below 0
    assert certainty(0.4, drawn, 0.95)["p"] == pytest.approx(2 * 12 / 100)
    assert certainty(0.4, np.full(99, 0.1), 0.95)["p"] == pytest.approx(0.02)
    assert certainty(0, np.zeros(99), 0.95)["p"] == 1
    assert np.isnan(certainty(0.4, np.append(drawn, np.nan), 0.95)["p"])


def test_p_is_small_as_often_as_it_says_without_a_difference():
    """Two models of one quality: p below 0.1 in about a tenth of 200 studies."""
    rng, small = np.random.default_rng(3), 0
    for _ in range(200):
        observed = rng.normal(size=(60, 8))
        guesses = observed + rng.normal(size=(2, 60, 8))
        counts = patient_counts(np.arange(60), 200, int(rng.integers(1e6)))
        r = [pearson(observed, guess, counts).mean(axis=1) for guess in guesses]
        small += certainty(0, r[0] - r[1], 0.95)["p"] < 0.1
    assert 8 <= small <= 36
