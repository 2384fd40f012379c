"""Omics-driven events: correlations, p values, FDR and comparators against independent formulations."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deepdep.io.parquet import write_matrix
from deepdep.plot.events import comparators, event_shares
from deepdep.plot.known import known_forest
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate
from deepdep.tumors.association import Scores, column_pairs
from deepdep.tumors.comparators import Sides, compare_events
from deepdep.tumors.events import SHOWN, Setting, find_events, per_gene, shares
from deepdep.tumors.known_relations import Source, known_table, planted_relations
from deepdep.tumors.pvalues import r_log10_p

SAMPLES = [f"S{i}" for i in range(90)]
GROUPS = pd.Series(np.repeat(["A", "B", "C"], 30), index=SAMPLES)


def drawn(features: int, genes: int, gaps: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw features and scores that share groups and one planted pair, with missing values."""
    rng = np.random.default_rng(3)
    group = np.repeat(rng.normal(size=(3, 1)), 30, axis=0)
    x = rng.normal(size=(90, features)) + group
    y = rng.normal(size=(90, genes)) * 0.5 + group + 20
    y[:, 0] += 2 * x[:, 0]
    for values, columns in ((x, slice(1, 3)), (y, slice(0, 2))):
        part = values[:, columns]
        part[rng.random(part.shape) < gaps] = np.nan
    return x, y


def residual_r(x: np.ndarray, y: np.ndarray, codes: np.ndarray) -> tuple[float, int, float]:
    """Return r, dof and slope by least squares with a constant per group."""
    kept = np.isfinite(x) & np.isfinite(y)
    design = pd.get_dummies(codes[kept]).to_numpy(dtype=float)
    left, right = (v[kept] - design @ np.linalg.lstsq(design, v[kept], rcond=None)[0] for v in (x, y))
    return stats.pearsonr(left, right)[0], kept.sum() - design.shape[1] - 1, (left @ right) / (left @ left)


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("codes", [np.zeros(90, int), np.repeat([0, 1, 2], 30)])
def test_correlations_are_those_of_each_pair_by_itself(gaps: float, codes: np.ndarray):
    x, y = drawn(4, 3, gaps)
    found = Scores(y, codes).correlate(x)
    for i in range(4):
        for j in range(3):
            r, dof, slope = residual_r(x[:, i], y[:, j], codes)
            assert found.r[i, j] == pytest.approx(r, abs=2e-6)
            assert found.dof[i, j] == dof
            assert found.slope[i, j] == pytest.approx(slope, rel=1e-5, abs=1e-6)
            one = column_pairs(x[:, [i]], y[:, [j]], codes)
            assert (one.r[0], one.dof[0], one.slope[0]) == pytest.approx((r, dof, slope), abs=1e-9)


def written(path: Path, values: np.ndarray, samples: list[str] = SAMPLES) -> Path:
    """Write an omic's table, features F0 on."""
    names = [f"F{i}" for i in range(values.shape[1])]
    write_matrix(pd.DataFrame(values.astype(np.float32), index=samples, columns=names), path, "values")
    return path


def scores_of(values: np.ndarray) -> pd.DataFrame:
    """Return scores of genes G0 on, in another order of samples than the omics."""
    return pd.DataFrame(values, index=SAMPLES, columns=[f"G{i}" for i in range(values.shape[1])])[::-1]


@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_mutation_events_are_those_of_t_tests(tmp_path: Path, gaps: float):
    rng = np.random.default_rng(5)
    _, y = drawn(3, 4, gaps)
    x = (rng.random((90, 30)) < 0.2).astype(float)
    x[:, 0] = y[:, 2] > np.median(y[:, 2])
    x[rng.random((90, 30)) < gaps] = np.nan
    x[:, 28], x[:, 29] = 0, np.arange(90) < 3  # no mutated sample, and too few
    found = find_events(written(tmp_path / "m.parquet", x), scores_of(y), GROUPS, Setting("mutation", 0.3))
    expected = {}
    for i in range(28):
        for j in range(4):
            kept = np.isfinite(x[:, i]) & np.isfinite(y[:, j])
            sides = [y[kept & (x[:, i] == value), j] for value in (1, 0)]
            p = stats.ttest_ind(*sides).pvalue
            expected[f"F{i}", f"G{j}"] = (p, sides[0].mean() - sides[1].mean(), len(sides[0]), kept.sum())
    fdr = stats.false_discovery_control([row[0] for row in expected.values()])
    wanted = {pair: (*row, q) for (pair, row), q in zip(expected.items(), fdr, strict=True) if q <= 0.3}
    assert found.tests == 28 * 4
    assert list(found.events.columns) == SHOWN
    assert set(zip(found.events["feature"], found.events["gene"], strict=True)) == set(wanted)
    assert len(wanted) >= 3
    for row in found.events.itertuples():
        p, difference, mutated, n, q = wanted[row.feature, row.gene]
        assert (row.log10_p, row.log10_fdr) == pytest.approx((np.log10(p), np.log10(q)), abs=2e-4)
        assert row.effect == pytest.approx(difference, rel=1e-4)
        assert (row.n_mutated, row.n) == (mutated, n)
    assert "8 of 120 pairs not tested" in " ".join(found.notes)


def test_blocks_do_not_change_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    x, y = drawn(40, 5, 0.1)
    path = written(tmp_path / "e.parquet", x)
    whole = find_events(path, scores_of(y), GROUPS, Setting("expression", 0.5)).events
    monkeypatch.setattr("deepdep.tumors.events.BLOCK", 7)
    pieces = find_events(path, scores_of(y), GROUPS, Setting("expression", 0.5)).events
    assert len(whole) > 20
    pd.testing.assert_frame_equal(whole, pieces, check_exact=False, rtol=1e-4)


def test_what_groups_explain_is_gone_within_them(tmp_path: Path):
    rng = np.random.default_rng(8)
    level = np.repeat([0.0, 3.0, 6.0], 30)
    x = level[:, None] + rng.normal(size=(90, 1))
    y = np.column_stack([level + rng.normal(size=90), x[:, 0] + 0.3 * rng.normal(size=90)])
    events = find_events(
        written(tmp_path / "e.parquet", x), scores_of(y), GROUPS, Setting("expression", 1e-9)
    ).events.set_index("gene")
    assert (events["r"] > 0.8).all()
    assert abs(events.loc["G0", "within_r"]) < 0.3
    assert events.loc["G1", "within_r"] > 0.9
    r, dof, _ = residual_r(x[:, 0], y[:, 1], GROUPS.to_numpy())
    assert events.loc["G1", "within_log10_p"] == pytest.approx(r_log10_p(np.array([r]), [dof])[0], rel=1e-4)
    counts = per_gene(events.reset_index(), ["G0", "G1", "G2"], "expression").set_index("gene")
    assert counts["events"].tolist() == [1, 1, 0]
    assert counts["within"].tolist() == [0, 1, 0]


def test_degenerate_input_is_skipped_and_said(tmp_path: Path):
    x, y = drawn(3, 2, 0)
    x[:, 1], y[:, 1] = 5.0, 0.1
    found = find_events(written(tmp_path / "e.parquet", x), scores_of(y), GROUPS, Setting("expression", 1))
    assert found.tests == 2
    assert set(found.events["gene"]) == {"G0"}
    assert "4 of 6 pairs not tested" in " ".join(found.notes)
    same = pd.Series("A", index=SAMPLES)
    one = find_events(tmp_path / "e.parquet", scores_of(y), same, Setting("expression", 1))
    assert one.events["within_log10_p"].to_numpy() == pytest.approx(one.events["log10_p"].to_numpy())
    assert "one group only" in " ".join(one.notes)
    unknown = pd.Series("unknown", index=SAMPLES)
    none = find_events(tmp_path / "e.parquet", scores_of(y), unknown, Setting("expression", 1))
    assert len(none.events) == 2
    assert none.events["within_log10_p"].isna().all()
    few = scores_of(y).iloc[:4]
    skipped = find_events(tmp_path / "e.parquet", few, GROUPS, Setting("expression", 1))
    assert skipped.events.empty
    assert "skipped, 4 samples" in skipped.notes[0]
    assert per_gene(skipped.events, ["G0"], "expression")["events"].tolist() == [0]


def test_events_without_a_mutated_sample(tmp_path: Path):
    _, y = drawn(3, 2, 0)
    path = written(tmp_path / "m.parquet", np.zeros((90, 4)))
    found = find_events(path, scores_of(y), GROUPS, Setting("mutation", 0.5))
    assert (found.tests, len(found.events)) == (0, 0)


def test_shares_are_of_each_genes_events():
    counts = pd.DataFrame({"gene": ["a", "a", "b", "b"], "omic": ["m", "e"] * 2, "events": [1, 3, 0, 0]})
    assert shares(counts)["share"].tolist()[:2] == [0.25, 0.75]
    assert shares(counts)["share"].isna().tolist()[2:] == [True, True]


def test_comparators_are_the_same_test_on_other_values():
    x, y = drawn(3, 2, 0.1)
    rng = np.random.default_rng(2)
    features = pd.DataFrame(x, index=SAMPLES, columns=["F0", "F1", "F2"])
    own = pd.DataFrame(x[:, [0]] + rng.normal(size=(90, 1)), index=SAMPLES, columns=["G0"])
    events = pd.DataFrame({"feature": ["F0", "F1"], "gene": ["G0", "G1"]})
    found = compare_events(events, Sides(features, scores_of(y), own[10:], GROUPS))
    expected = stats.pearsonr(x[10:, 0], own["G0"].to_numpy()[10:])
    assert found["expression_r"][0] == pytest.approx(expected.statistic)
    assert found["expression_log10_p"][0] == pytest.approx(np.log10(expected.pvalue))
    assert found["expression_n"][0] == 80
    within, _, _ = residual_r(x[10:, 0], own["G0"].to_numpy()[10:], GROUPS.to_numpy()[10:])
    assert found["expression_within_r"][0] == pytest.approx(within)
    assert np.isnan(found["expression_r"][1])  # a gene whose expression is not there
    frame = pd.DataFrame({"x": x[:, 1], "y": y[:, 1], "group": GROUPS.to_numpy()})
    frame["mean"] = frame.groupby("group")["y"].transform("mean")
    there = frame.dropna()
    expected = stats.pearsonr(there["x"], there["mean"])
    assert found["type_mean_r"][1] == pytest.approx(expected.statistic)
    assert found["type_mean_log10_p"][1] == pytest.approx(np.log10(expected.pvalue))
    assert compare_events(events[:0], Sides(features, scores_of(y), own, GROUPS)).empty


def test_known_relations_have_effect_interval_and_verdict():
    rng = np.random.default_rng(4)
    mutated = rng.random(90) < 0.3
    level = np.repeat([0.0, 1.0, 2.0], 30)
    y = np.column_stack([level - 1.0 * mutated + 0.5 * rng.normal(size=90), rng.normal(size=90)])
    omics = {"mutation": pd.DataFrame({"F0": mutated.astype(float), "F1": 0.0}, index=SAMPLES)}
    relations = [
        {"omic": "mutation", "feature": "F0", "gene": "G0", "sign": -1},
        {"omic": "mutation", "feature": "F0", "gene": "G0", "sign": 1},
        {"omic": "mutation", "feature": "F1", "gene": "G1", "sign": -1},
        {"omic": "mutation", "feature": "NONE", "gene": "G1", "sign": -1},
        {"omic": "mutation", "feature": "F0", "gene": "NONE", "sign": -1},
        {"omic": "methylation", "feature": "F0", "gene": "G0", "sign": -1},
    ]
    table = known_table(relations, Source("lines", omics, scores_of(y), GROUPS))
    assert table["recovered"].tolist() == ["yes", "no", "not tested", "absent", "absent", "absent"]
    row = table.iloc[0]
    assert (row["n"], row["n_mutated"]) == (90, mutated.sum())
    plain = y[mutated, 0].mean() - y[~mutated, 0].mean()
    interval = stats.ttest_ind(y[mutated, 0], y[~mutated, 0]).confidence_interval()
    assert [row["effect"], row["low"], row["high"]] == pytest.approx(
        [value / y[:, 0].std() for value in (plain, interval.low, interval.high)]
    )
    design = np.column_stack([mutated, *(GROUPS.to_numpy() == name for name in "ABC")]).astype(float)
    slope = np.linalg.lstsq(design, y[:, 0], rcond=None)[0]
    error = np.sqrt(np.square(y[:, 0] - design @ slope).sum() / 86 * np.linalg.inv(design.T @ design)[0, 0])
    half = stats.t.isf(0.025, 86) * error
    assert [row["within_effect"], row["within_low"], row["within_high"]] == pytest.approx(
        [value / y[:, 0].std() for value in (slope[0], slope[0] - half, slope[0] + half)]
    )
    assert table["status"].tolist()[3:] == [
        "feature absent from mutation",
        "gene without scores",
        "feature absent from methylation",
    ]


def test_planted_relations_are_the_largest_with_their_sign():
    pairs = pd.DataFrame(
        {"omic": "mutation", "feature": list("abc"), "gene": list("xyz"), "effect": [0.1, -0.9, 0.5]}
    )
    found = planted_relations(pairs, 2)
    assert [(row["feature"], row["sign"]) for row in found] == [("b", -1), ("c", 1)]


def test_planted_pairs_are_events_of_measured_scores(tmp_path: Path):
    simulate(Settings(lines=150, genes=120, features=250, gene_sets=40, tumors=60), tmp_path)

    def read(name: str) -> pd.DataFrame:
        table = pd.read_csv(tmp_path / name, sep="\t", index_col=0)
        return table[~table.index.duplicated()].T  # repeated rows are planted, too

    scores = read("dependency.tsv.gz")
    sheet = pd.read_csv(tmp_path / "ccl/samples.tsv", sep="\t", index_col=0)
    planted = pd.read_csv(tmp_path / "truth/pairs.tsv", sep="\t")
    for omic, least in (("mutation", 0.6), ("expression", 0.8)):
        values = read(f"ccl/{omic}.tsv.gz").astype(np.float32)
        write_matrix(values, tmp_path / f"{omic}.parquet", "omic")
        found = find_events(tmp_path / f"{omic}.parquet", scores, sheet["lineage"], Setting(omic, 0.05))
        events = {(row.feature, row.gene): row.r for row in found.events.itertuples()}
        rows = planted[planted["omic"] == omic]
        there = rows[rows["feature"].isin(values.columns) & rows["gene"].isin(scores.columns)]
        r = np.array([events.get((row.feature, row.gene), 0.0) for row in there.itertuples()])
        assert len(r) >= 8
        assert (np.sign(r) == np.sign(there["effect"])).mean() >= least
        assert len(events) < 0.3 * found.tests


def test_figures_say_so_where_there_is_nothing():
    counts = pd.DataFrame({"gene": ["a"], "omic": ["mutation"], "events": [0], "within": [0]})
    texts = [text.get_text() for text in event_shares(shares(counts), {"mutation": 0.1}).axes[0].texts]
    assert "no pair of feature" in " ".join(texts)
    assert "no events" in comparators(pd.DataFrame({"omic": []})).axes[0].texts[0].get_text()
    relations = [{"omic": "mutation", "feature": "F", "gene": "NONE", "sign": -1}]
    table = known_table(relations, Source("lines", {}, pd.DataFrame(index=SAMPLES), GROUPS))
    assert "absent" in known_forest(table).axes[0].texts[0].get_text()
