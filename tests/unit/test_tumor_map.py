"""The map of tumours: samples, likeness, selective genes, clusters and maps find what is planted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn_tumors import GENES, OWN, TYPES, drawn_profiles
from scipy import stats
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import KNeighborsClassifier

from deepdep.errors import InputError
from deepdep.io.parquet import read_present, read_table, write_matrix
from deepdep.io.tsv import write_tsv
from deepdep.tumors import correlations
from deepdep.tumors.association import centred, centred_frame, one_hot
from deepdep.tumors.burdens import map_samples
from deepdep.tumors.clusters import cluster_genes, cluster_tumors, composition, gene_lists, members
from deepdep.tumors.correlations import alike_lineages, pair_histograms
from deepdep.tumors.embedding import MapSettings, embed, prepared
from deepdep.tumors.enrichment import over_representation
from deepdep.tumors.heatmap import clustered_heatmap
from deepdep.tumors.profiles import Profiles, join_profiles, read_aligned
from deepdep.tumors.selective import selective_dependencies, summarise, top_genes
from deepdep.tumors.tables import notes_table, write_both

SETTINGS = MapSettings(components=10, perplexity=15, neighbours=8, seed=3)


# ---- samples


def test_columns_are_read_once_those_that_are_there_and_text_keeps_its_digits(tmp_path: Path):
    table = pd.DataFrame({"A": [1.0], "B": [2.0]}, index=["S1"]).astype(np.float32)
    write_matrix(table, tmp_path / "omic.parquet", "test")
    assert list(read_present(tmp_path / "omic.parquet", ["B", "sample", "C", "B", "A"])) == ["B", "A"]
    write_tsv(pd.DataFrame({"x": [1 / 3], "y": ["a"]}, index=["row"]), tmp_path / "t.tsv", 3, index=True)
    assert (tmp_path / "t.tsv").read_text() == "\tx\ty\nrow\t0.333\ta\n"


def test_means_of_groups_are_taken_off_and_gaps_stay():
    frame = pd.DataFrame({"a": [1.0, 3.0, 10.0], "b": [np.nan, 4.0, 5.0]})
    groups = pd.Series(["x", "x", "y"])
    np.testing.assert_array_equal(centred_frame(frame, groups), [[-1, np.nan], [1, 0], [0, 0]])
    np.testing.assert_array_equal(centred_frame(frame["a"], groups), [-1, 1, 0])
    np.testing.assert_array_equal(centred(frame[["a"]].to_numpy(), groups.to_numpy(str)), [[-1], [1], [0]])
    np.testing.assert_array_equal(one_hot(groups.to_numpy(str), ["y", "absent"]), [[0, 0], [0, 0], [1, 0]])


def test_predictions_are_joined_by_cohort_and_sample(tmp_path: Path):
    """Two cohorts share a sample's name; the order is that of the list of samples."""
    samples = pd.DataFrame({"cohort": ["b", "a", "b"], "sample": ["S1", "S1", "S2"]})
    tables = {
        "a": pd.DataFrame({"G": [1.0]}, index=["S1"]),
        "b": pd.DataFrame({"G": [3.0, 2.0]}, index=["S2", "S1"]),
    }
    assert join_profiles(samples, tables).scores["G"].tolist() == [2, 1, 3]
    for cohort, table in tables.items():
        write_matrix(table.astype(np.float32), tmp_path / f"{cohort}.parquet", "test")
    more = pd.concat([samples, pd.DataFrame({"cohort": ["a"], "sample": ["S9"]})], ignore_index=True)
    aligned = read_aligned(more, tables, [tmp_path / "a.parquet", tmp_path / "b.parquet"], ["G", "H"])
    np.testing.assert_array_equal(aligned["G"], [2, 1, 3, np.nan])
    assert list(aligned.columns) == ["G"]


def test_predictions_that_lack_a_sample_or_a_gene_are_refused():
    samples = pd.DataFrame({"cohort": ["a", "b"], "sample": ["S1", "S2"]})
    table = pd.DataFrame({"G": [1.0]}, index=["S1"])
    with pytest.raises(InputError, match="cohort b lack 1 samples"):
        join_profiles(samples, {"a": table, "b": table})
    other = pd.DataFrame({"H": [1.0]}, index=["S2"])
    with pytest.raises(InputError, match="cohort b lack some genes"):
        join_profiles(samples, {"a": table, "b": other})


def test_samples_have_flags_and_burdens():
    seen = pd.DataFrame(
        {"cohort": ["ccl", "tumors", "tumors"], "sample": ["A", "B", "C"], "patient": ["A", "B", "C"],
         "group": ["Lung", None, "LUAD"], "in_training": [True, False, False],
         "beyond": [0.5, np.nan, 0.97], "has_mutation": [True, False, True]}
    )  # fmt: skip
    omics = {
        "mutation": pd.DataFrame([[1, 0, 1], [np.nan] * 3, [0, np.nan, 0]]),
        "copy_number": pd.DataFrame([[-1, 0.5], [np.nan, 2], [np.nan, np.nan]]),
    }
    domains = {"ccl": "cell_line", "tumors": "tumor"}
    table = map_samples(seen, domains, pd.Series([0.1, np.nan, 0.2]), omics, 0.95)
    assert table["outside"].tolist() == [False, pd.NA, True]
    assert table["group"].tolist() == ["Lung", "unknown", "LUAD"]
    np.testing.assert_array_equal(table["mutation_burden"], [2, np.nan, 0])
    np.testing.assert_array_equal(table["copy_number_burden"], [0.75, 2, np.nan])
    assert map_samples(seen, domains, pd.Series([0.0] * 3), {}, 0.95)["mutation_burden"].isna().all()


def test_summary_has_mean_sd_and_n_of_each_gene_and_type():
    profiles = drawn_profiles()
    spread = pd.DataFrame(0.25, profiles.scores.index, GENES)
    table = summarise(profiles, spread)
    assert len(table) == 6 * len(GENES)
    row = table[(table["group"] == "BBB") & (table["gene"] == "G11")].iloc[0]
    own = profiles.scores.loc[profiles.samples["group"].eq("BBB"), "G11"].astype(float)
    np.testing.assert_allclose([row["mean"], row["sd"]], [own.mean(), own.std()], rtol=1e-5)
    assert (row["cohort"], row["n"], row["prediction_sd"], row["outside"]) == ("tumors", 30, 0.25, 0)
    first = table[table["group"].eq("line_AAA")].iloc[0]
    assert first["outside"] == pytest.approx(1 / 11)  # of the 11 where it is known


# ---- likeness


def test_likeness_is_the_mean_of_all_pairwise_correlations(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(correlations, "ROWS", 7)  # several blocks
    profiles = drawn_profiles()
    table = alike_lineages(profiles).set_index(["group", "lineage"])
    lines, tumors = profiles.lines(), profiles.tumors()
    for kind, shift in (("raw", False), ("centred", True)):
        left, right = (part.scores.to_numpy(float) for part in (tumors, lines))
        if shift:
            left, right = left - left.mean(axis=0), right - right.mean(axis=0)
        r = np.corrcoef(left, right)[: len(left), len(left) :]
        for group, lineage in (("AAA", "line_AAA"), ("CCC", "line_BBB")):
            own = r[np.ix_(tumors.samples["group"] == group, lines.samples["group"] == lineage)]
            row = table.loc[(group, lineage)]
            found = row[[f"{kind}_mean", f"{kind}_sd"]].to_numpy(float)
            np.testing.assert_allclose(found, [own.mean(), own.std(ddof=1)], atol=1e-5)
        counted = pair_histograms(profiles)
        own = counted[counted["kind"].eq(kind) & counted["pairs"].eq("line-tumour")]
        np.testing.assert_allclose(own["count"], np.histogram(r, correlations.EDGES)[0], atol=2)


def test_gene_means_hide_the_lineage_that_centring_finds():
    table = alike_lineages(drawn_profiles())
    best = table[table["rank"] == 1]
    assert best["lineage"].tolist() == [f"line_{name}" for name in best["group"]]
    assert best["centred_mean"].min() > 0.5
    assert table["raw_mean"].min() > 0.6  # alike whatever they are
    assert table.loc[table["rank"] == 3, "centred_mean"].max() < 0


def test_pairs_of_lines_are_counted_once_and_flat_profiles_not_at_all():
    profiles = drawn_profiles(lines=2)
    flat = profiles.scores.copy()
    flat.iloc[0] = 1.0
    counts = pair_histograms(Profiles(profiles.samples, flat)).groupby(["kind", "pairs"])["count"].sum()
    assert counts["raw", "line-line"] == 5 * 4 / 2
    assert counts["raw", "line-tumour"] == 5 * 90
    assert counts["centred", "line-line"] == 6 * 5 / 2


# ---- selective dependencies


def test_planted_dependencies_lead_and_their_expression_stands_beside_them():
    tumors = drawn_profiles().tumors()
    expression = pd.DataFrame({"G0": np.where(tumors.samples["group"] == "AAA", 5.0, 1.0)}) + 0.0
    expression["G0"] += np.random.default_rng(1).normal(0, 0.5, len(expression))
    table, notes = selective_dependencies(tumors, expression, 10)
    assert notes == []
    top = top_genes(table, 10)
    for name in TYPES:
        assert set(top.loc[top["group"] == name, "gene"]) == set(OWN[name])
    assert (table["fdr"] >= 10 ** table["log10_p"] - 1e-12).all()
    row = table[(table["group"] == "AAA") & (table["gene"] == "G0")].iloc[0]
    mask = tumors.samples["group"].eq("AAA")
    expected = stats.ttest_ind(expression.loc[mask, "G0"], expression.loc[~mask, "G0"], equal_var=False)
    assert row["expression_log10_p"] == pytest.approx(np.log10(expected.pvalue))
    assert row["expression_d"] > 2
    assert table.loc[table["gene"] != "G0", "expression_d"].isna().all()


def test_small_and_unknown_types_are_noted_and_stay_among_the_others():
    tumors = drawn_profiles().tumors()
    tumors.samples.loc[:2, "group"] = "DDD"
    tumors.samples.loc[3:20, "group"] = None
    table, notes = selective_dependencies(tumors, None, 5)
    assert {note["what"]: note["n"] for note in notes} == {"cancer type DDD": 3, "cancer type unknown": 18}
    assert set(table["group"]) == set(TYPES)
    assert (table["n"] + table["n_rest"]).eq(90).all()


def test_a_single_type_has_nothing_beside_it():
    tumors = drawn_profiles().tumors()
    tumors.samples["group"] = "AAA"
    table, notes = selective_dependencies(tumors, None, 5)
    assert table.empty
    assert notes[0]["reason"] == "no other type beside it"
    assert top_genes(table, 3).empty


# ---- clusters


def test_clusters_are_the_planted_types_and_their_genes():
    tumors = drawn_profiles().tumors()
    found = cluster_tumors(tumors, 3, 5, seed=1)
    assert adjusted_rand_score(tumors.samples["group"], found) == 1
    table = composition(members(tumors, found))
    assert table["share_of_cluster"].eq(1).all()
    assert table["n"].sum() == 90
    lists = gene_lists(cluster_genes(tumors, found), 10)
    owner = table.set_index("cluster")["group"]
    assert {name: set(genes) for name, genes in lists.items()} == {
        name: set(OWN[owner[name]]) for name in lists
    }
    assert len(lists) == 3


def test_too_few_tumours_are_one_cluster_without_genes():
    tumors = drawn_profiles().tumors().part(np.arange(90) < 3)
    found = cluster_tumors(tumors, 10, 5, seed=1)
    assert set(found) == {"C1"}
    assert cluster_genes(tumors, found).empty
    assert over_representation(
        gene_lists(cluster_genes(tumors, found), 5), {"S": GENES}, GENES, (1, 99)
    ).empty


def test_over_representation_is_fishers_test_against_the_modelled_genes():
    sets = {"planted": [*OWN["AAA"][:8], "G50", "elsewhere"], "other": GENES[30:40], "small": ["G1"]}
    lists = {"C1": OWN["AAA"], "C2": [*GENES[38:44], "G1"], "C3": []}
    table = over_representation(lists, sets, GENES, (2, 30)).set_index(["list", "set"])
    assert set(table.index) == {("C1", "planted"), ("C2", "planted"), ("C2", "other")}
    row = table.loc[("C1", "planted")]
    p = stats.fisher_exact([[8, 2], [1, 49]], alternative="greater").pvalue
    assert row[["n", "n_list", "n_set", "n_background"]].tolist() == [8, 10, 9, 60]
    assert row["log10_p"] == pytest.approx(np.log10(p))
    assert row["fdr"] == pytest.approx(4 * p)  # two lists and two sets were tested, one pair shares nothing
    assert row["genes"].split(";") == OWN["AAA"][:8]


# ---- maps and heatmap


def test_maps_keep_types_together_and_are_the_same_again():
    tumors = drawn_profiles().tumors()
    table, reason = embed(tumors, scale=False, settings=SETTINGS)
    assert (reason, len(table)) == ("", 90)
    for name in ("tsne", "umap"):
        places = table[[f"{name}_1", f"{name}_2"]].to_numpy()
        near = KNeighborsClassifier(5).fit(places, table["group"])
        assert near.score(places, table["group"]) > 0.95
    few = tumors.part(np.arange(90) % 3 == 0)
    once, again = (embed(few, scale=False, settings=SETTINGS)[0] for _ in range(2))
    pd.testing.assert_frame_equal(once, again)


def test_tumours_without_values_are_left_out_and_outliers_held():
    rng = np.random.default_rng(2)
    values = pd.DataFrame(rng.normal(0, 1, (200, 6)))
    values.loc[5, 0] = 17_036
    values.loc[:99, 1] = np.nan
    values[2] = 4.0
    values.loc[7, 3] = np.nan
    values.loc[3] = np.nan
    features, measured = prepared(values, scale=True)
    assert np.flatnonzero(~measured).tolist() == [3]
    assert features.shape == (199, 4)  # one too often missing, one constant
    assert np.abs(features).max() < 20
    np.testing.assert_allclose(features.std(axis=0), 1, rtol=0.01)


def test_too_few_tumours_have_no_map():
    tumors = drawn_profiles().tumors().part(np.arange(90) < 5)
    table, reason = embed(tumors, scale=False, settings=SETTINGS)
    assert table.empty
    assert "5 tumours" in reason
    assert {"tsne_1", "umap_2", "group"} <= set(table.columns)


def test_the_heatmap_draws_some_of_each_type_and_puts_likes_together():
    tumors = drawn_profiles().tumors()
    shown = clustered_heatmap(tumors, genes=30, most=8, seed=1)
    assert shown.samples["group"].value_counts().eq(8).all()
    assert set(shown.scores.columns) == {gene for genes in OWN.values() for gene in genes}
    changes = (shown.samples["group"] != shown.samples["group"].shift()).sum()
    assert changes == 3
    owners = pd.Series([next(name for name in TYPES if gene in OWN[name]) for gene in shown.scores.columns])
    assert (owners != owners.shift()).sum() == 3
    row = shown.samples.iloc[0]
    source = tumors.scores[tumors.samples["sample"] == row["sample"]].iloc[0]
    gene = shown.scores.columns[0]
    assert shown.scores.iloc[0][gene] == pytest.approx(source[gene] - tumors.scores[gene].mean(), abs=1e-5)


# ---- tables


def test_tables_are_written_twice_and_empty_notes_keep_their_header(tmp_path: Path):
    table = pd.DataFrame({"gene": ["A"], "d": [1 / 3]})
    write_both(table, tmp_path / "a.parquet", tmp_path / "a.tsv", "test")
    assert read_table(tmp_path / "a.parquet")["d"][0] == 1 / 3
    assert (tmp_path / "a.tsv").read_text() == "gene\td\nA\t0.33333\n"
    assert list(notes_table("maps", []).columns) == ["analysis", "what", "n", "reason"]
