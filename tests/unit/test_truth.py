"""Recovery of planted truth, against hand-made examples and plain numpy."""

import logging

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate.truth import class_recovery, pair_recovery, pair_scores, roc_points

SAMPLES = [f"s{number}" for number in range(60)]
FEATURES = [f"f{number}" for number in range(30)]
GENES = [f"g{number}" for number in range(20)]


def draw(seed: int, columns: list[str]) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(len(SAMPLES), len(columns)))
    return pd.DataFrame(values, index=SAMPLES, columns=columns)


def planted(omic: str = "expression", count: int = 20) -> pd.DataFrame:
    return pd.DataFrame(
        {"omic": omic, "feature": FEATURES[:count], "gene": GENES[:count], "class": ["a", "b"] * (count // 2)}
    )


def test_scores_match_corrcoef() -> None:
    omic, predictions = draw(1, FEATURES) * 3 + 7, draw(2, GENES)
    scores = pair_scores({"expression": omic}, predictions)["expression"]
    assert scores.shape == (30, 20)
    for feature, gene in [("f0", "g0"), ("f29", "g3"), ("f12", "g19")]:
        expected = abs(np.corrcoef(omic[feature], predictions[gene])[0, 1])
        assert scores.loc[feature, gene] == pytest.approx(expected, abs=1e-12)


def test_missing_values_count_as_the_mean_and_samples_are_matched_by_id() -> None:
    omic, predictions = draw(1, FEATURES), draw(2, GENES)
    omic.iloc[:10, 0] = np.nan
    shuffled = omic.iloc[:50].sample(frac=1.0, random_state=1)
    scores = pair_scores({"expression": shuffled}, predictions)["expression"]
    filled = omic.iloc[:50, 0].fillna(omic.iloc[:50, 0].mean())
    expected = abs(np.corrcoef(filled, predictions["g4"].iloc[:50])[0, 1])
    assert scores.loc["f0", "g4"] == pytest.approx(expected, abs=1e-12)


def test_constant_and_all_missing_features_score_zero_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    omic = draw(1, FEATURES)
    omic["f3"], omic["f4"] = 0.1, np.nan
    with caplog.at_level(logging.WARNING, logger="deepdep"):
        scores = pair_scores({"methylation": omic}, draw(2, GENES))["methylation"]
    assert (scores.loc[["f3", "f4"]] == 0).all(axis=None)
    assert (scores.drop(index=["f3", "f4"]) > 0).all(axis=None)
    assert "2 features" in caplog.text


def test_bad_tables_are_refused() -> None:
    omic, predictions = draw(1, FEATURES), draw(2, GENES)
    with pytest.raises(InputError, match="share at least 3"):
        pair_scores(
            {"mutation": omic.add_prefix("x").rename(index=lambda name: f"other-{name}")}, predictions
        )
    predictions.loc["s5", "g7"] = np.nan
    with pytest.raises(InputError, match="g7"):
        pair_scores({"mutation": omic}, predictions)


def test_perfect_predictions_give_area_one_and_rank_one() -> None:
    omic = draw(1, FEATURES)
    predictions = omic[FEATURES[:20]].set_axis(GENES, axis=1) * -0.3
    table = pair_recovery(pair_scores({"expression": omic}, predictions), planted())
    assert table["class"].tolist() == ["all", "all", "a", "b"]
    assert table["auroc"].tolist() == [1.0] * 4
    assert table["median_rank"].tolist() == [1.0] * 4
    assert table["pairs"].tolist() == [20, 20, 10, 10]


def test_random_predictions_give_area_near_one_half() -> None:
    areas = []
    for seed in range(20):
        scores = pair_scores({"expression": draw(seed, FEATURES)}, draw(seed + 100, GENES))
        areas.append(pair_recovery(scores, planted())["auroc"].iloc[0])
    assert np.mean(areas) == pytest.approx(0.5, abs=0.05)


def test_area_and_ranks_of_a_small_table_by_hand() -> None:
    scores = pd.DataFrame(
        [[0.9, 0.2], [0.5, 0.4], [0.1, 0.3]], index=["f0", "f1", "f2"], columns=["g0", "g1"]
    )
    pairs = pd.DataFrame(
        {"omic": "mutation", "feature": ["f0", "f2"], "gene": ["g0", "g1"], "class": ["a", "b"]}
    )
    table = pair_recovery({"mutation": scores}, pairs).set_index(["omic", "class"])
    # others: 0.5, 0.1, 0.2, 0.4; planted 0.9 beats all four, planted 0.3 beats two
    assert table.loc[("mutation", "a"), "auroc"] == 1.0
    assert table.loc[("mutation", "b"), "auroc"] == 0.5
    assert table.loc[("mutation", "all"), "auroc"] == 0.75
    assert table.loc[("mutation", "b"), "median_rank"] == 2
    assert table.loc[("all", "all"), "median_rank"] == 1.5


def test_first_row_weighs_omics_by_their_pairs() -> None:
    omic = draw(1, FEATURES)
    predictions = omic[FEATURES[:20]].set_axis(GENES, axis=1)
    scores = pair_scores({"expression": omic, "mutation": draw(3, FEATURES)}, predictions)
    pairs = pd.concat([planted(), planted("mutation", 10)])
    table = pair_recovery(scores, pairs)
    whole = table[(table["class"] == "all") & (table["omic"] != "all")].set_index("omic")["auroc"]
    expected = (20 * whole["expression"] + 10 * whole["mutation"]) / 30
    assert table["auroc"].iloc[0] == pytest.approx(expected)


def test_truth_without_prediction_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    omic = draw(1, FEATURES)
    predictions = omic[FEATURES[:20]].set_axis(GENES, axis=1).drop(columns=["g0", "g2"])
    pairs = pd.concat([planted(), planted("copy_number", 4)])
    with caplog.at_level(logging.WARNING, logger="deepdep"):
        table = pair_recovery(pair_scores({"expression": omic}, predictions), pairs)
    assert table["absent"].tolist() == [6, 2, 2, 0]
    assert table["pairs"].tolist() == [18, 18, 8, 10]
    assert "f0-g0" in caplog.text
    assert "4 planted pairs" in caplog.text
    with pytest.raises(InputError, match="No planted pair"):
        pair_recovery(pair_scores({"mutation": omic}, predictions), planted())


def test_roc_points_are_few_and_keep_the_area() -> None:
    omic = draw(1, FEATURES)
    noisy = omic[FEATURES[:20]].set_axis(GENES, axis=1) + 3.0 * draw(2, GENES)
    scores = pair_scores({"expression": omic}, noisy)
    points = roc_points(scores, planted())
    assert len(points) <= 200
    assert points.iloc[0][["fpr", "tpr"]].tolist() == [0.0, 0.0]
    assert points.iloc[-1][["fpr", "tpr"]].tolist() == [1.0, 1.0]
    area = pair_recovery(scores, planted())["auroc"].iloc[0]
    assert np.trapezoid(points["tpr"], points["fpr"]) == pytest.approx(area, abs=0.01)


def test_long_roc_is_thinned() -> None:
    features, genes = [f"f{k}" for k in range(300)], [f"g{k}" for k in range(300)]
    values = np.random.default_rng(1).random((300, 300))
    pairs = pd.DataFrame({"omic": "mutation", "feature": features, "gene": genes, "class": "a"})
    points = roc_points({"mutation": pd.DataFrame(values, index=features, columns=genes)}, pairs)
    assert len(points) == 200


def test_class_recovery_averages_and_counts() -> None:
    truth = pd.DataFrame(
        {"gene": ["a", "b", "c", "d", "e"], "class": ["x", "x", "x", "no_effect", "no_effect"]}
    )
    per_gene = pd.DataFrame({"gene": ["a", "b", "d", "z"], "r": [0.4, 0.6, np.nan, 0.9]})
    table = class_recovery(per_gene, truth, np.random.default_rng(1)).set_index("class")
    assert table.loc["x", "r"] == pytest.approx(0.5)
    assert table.loc["x", ["genes", "absent", "undefined"]].tolist() == [2, 1, 0]
    assert table.loc["no_effect", ["genes", "absent", "undefined"]].tolist() == [0, 1, 1]
    assert np.isnan(table.loc["no_effect", "r"])
    assert table.loc["all", ["genes", "absent", "undefined"]].tolist() == [2, 2, 1]
    series = class_recovery(per_gene.set_index("gene")["r"], truth, np.random.default_rng(1))
    pd.testing.assert_frame_equal(series.set_index("class"), table)


def test_interval_matches_the_standard_error() -> None:
    r = np.random.default_rng(2).normal(0.3, 0.2, 400)
    genes = [f"g{k}" for k in range(400)]
    truth = pd.DataFrame({"gene": genes, "class": "x"})
    row = class_recovery(pd.Series(r, index=genes), truth, np.random.default_rng(1)).iloc[0]
    half = 1.96 * r.std(ddof=1) / np.sqrt(400)
    assert row["low"] == pytest.approx(r.mean() - half, abs=0.2 * half)
    assert row["high"] == pytest.approx(r.mean() + half, abs=0.2 * half)


def test_a_class_read_as_missing_is_refused() -> None:
    truth = pd.DataFrame({"gene": ["a"], "class": [np.nan]})
    with pytest.raises(InputError, match="class is missing"):
        class_recovery(pd.Series({"a": 0.1}), truth, np.random.default_rng(1))
