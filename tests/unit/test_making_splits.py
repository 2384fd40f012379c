"""Protocols beyond folds by patient: clusters, unseen genes, a second screen, and what cannot be formed."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate import unseen
from deepdep.evaluate.held_out import cluster_folds, expression_clusters
from deepdep.evaluate.protocols import MAKERS, WORDS, Lines, form_protocol, make_splits
from deepdep.evaluate.screens import ceiling, comparable_screen, quantile, shift_scale
from deepdep.evaluate.splits import cross_validation, lines_of
from deepdep.evaluate.unseen import deal_genes, held_out_genes, no_gene_folds

SHARE = {"validation_share": 0.1}
CLUSTER = {"kind": "cluster", "clusters": 4, "min_lines": 8, **SHARE}
GENES = {"kind": "genes", "folds": 4, "repeats": 3, **SHARE}
NEW = {"kind": "screen", "screen": "other", "lines": "new", **SHARE}
COMMON = {"kind": "screen", "screen": "other", "lines": "common", "folds": 4, "repeats": 2, **SHARE}


def sheet_of(lines: int, labelled: int, seed: int = 1) -> pd.DataFrame:
    """Make lines of which the first are labelled, some of a patient with another line."""
    rng = np.random.default_rng(seed)
    patients = [f"P{rng.integers(line) if line and rng.random() < 0.4 else line}" for line in range(lines)]
    index = pd.Index([f"L{line}" for line in range(lines)], name="sample")
    table = {"patient": patients, "group": "lung", "labelled": np.arange(lines) < labelled}
    return pd.DataFrame(table, index)


def blobs(sizes: list[int], seed: int = 1) -> pd.DataFrame:
    """Make expression of lines in clusters far apart, genes of very different scales."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), 30)) * 8
    rows = np.repeat(np.arange(len(sizes)), sizes)
    values = (centres[rows] + rng.normal(size=(len(rows), 30))) * np.logspace(-3, 3, 30)
    return pd.DataFrame(values, [f"L{line}" for line in range(len(rows))]).rename_axis("sample")


# ---- clusters


def test_planted_clusters_are_found_whatever_the_scale_of_genes_and_with_gaps() -> None:
    expression = blobs([20, 15, 12, 3])
    expression.iloc[:5, 3] = np.nan
    expression.iloc[7] = np.nan
    found = expression_clusters(expression, 4, 1)
    truth = np.repeat(["cluster 001", "cluster 002", "cluster 003", "cluster 004"], [20, 15, 12, 3])
    truth[7] = "unknown"
    assert found.tolist() == truth.tolist()
    pd.testing.assert_series_equal(found, expression_clusters(expression, 4, 1))


def test_clusters_are_held_out_with_their_patients_small_ones_together() -> None:
    expression = blobs([20, 15, 12, 3])
    sheet = sheet_of(50, 50)
    splits = make_splits(Lines(sheet, expression=expression), "mine", CLUSTER, 1)
    tested = [lines_of(splits, 0, fold, "test") for fold in range(splits["fold"].max() + 1)]
    edges = [0, 20, 35, 47, 50]
    assert tested == [[f"L{n}" for n in range(a, b)] for a, b in pairwise(edges)]
    for fold, lines in enumerate(tested):
        others = [line for role in ("train", "validation") for line in lines_of(splits, 0, fold, role)]
        assert not set(sheet.loc[others, "patient"]) & set(sheet.loc[lines, "patient"])


def test_clusters_that_make_one_fold_are_refused() -> None:
    names = pd.Series(["cluster 001"] * 5 + ["cluster 002"] * 4)
    with pytest.raises(InputError, match="one fold only: the largest has 5 of 9 lines"):
        cluster_folds(names, 8)
    with pytest.raises(InputError, match="9 labelled lines with expression cannot make 10 clusters"):
        expression_clusters(blobs([9]), 10, 1)


# ---- genes


def test_every_line_is_tested_on_the_genes_its_fold_has_not_seen_and_every_gene_once_a_repeat() -> None:
    genes = [f"G{number}" for number in range(22)]
    formed = form_protocol("mine", GENES, Lines(sheet_of(40, 40), genes), 1)
    assert formed.gene_folds["gene"].tolist() == genes
    assert sorted(formed.gene_folds["fold"].value_counts()) == [5, 5, 6, 6]
    labels = pd.DataFrame(1.0, [f"L{line}" for line in range(40)], genes)
    partners = {gene: set() for gene in genes}
    for repeat in range(3):
        tested = unseen.tested_labels(labels, formed.splits, formed.gene_folds, repeat)
        dealt = []
        for fold in range(4):
            held = held_out_genes(formed.gene_folds, repeat, fold)
            part = tested.loc[lines_of(formed.splits, repeat, fold, "test")]
            assert part[held].notna().all(axis=None)
            assert part.drop(columns=held).isna().all(axis=None)
            dealt += held
            for gene in held:
                partners[gene].add(fold)
        assert sorted(dealt) == sorted(genes)
        assert tested.index.equals(labels.index)
    assert {len(folds) for folds in partners.values()} == {3}  # another fold of lines in each repeat


def test_lines_of_the_protocol_genes_are_those_of_cross_validation() -> None:
    sheet = sheet_of(40, 40)
    formed = form_protocol("mine", GENES, Lines(sheet, [f"G{n}" for n in range(8)]), 3)
    pd.testing.assert_frame_equal(formed.splits, cross_validation(sheet["patient"], 4, 3, 0.1, 3))


def test_without_gene_folds_all_genes_of_the_test_lines_are_tested() -> None:
    splits = cross_validation(sheet_of(40, 40)["patient"].iloc[:30], 4, 1, 0.1, 1)
    labels = pd.DataFrame(np.arange(80.0).reshape(40, 2), [f"L{line}" for line in range(40)], ["A", "B"])
    tested = unseen.tested_labels(labels, splits, no_gene_folds(), 0)
    pd.testing.assert_frame_equal(tested.iloc[:30], labels.iloc[:30])
    assert tested.iloc[30:].isna().all(axis=None)
    assert held_out_genes(no_gene_folds(), 0, 0) == []


def test_gene_folds_depend_on_the_seed_and_need_two_genes_each() -> None:
    genes = [f"G{number}" for number in range(40)]
    pd.testing.assert_frame_equal(deal_genes(genes, 5, 1), deal_genes(genes, 5, 1))
    assert not deal_genes(genes, 5, 1).equals(deal_genes(genes, 5, 2))
    with pytest.raises(InputError, match="7 genes cannot make 4 folds"):
        deal_genes(genes[:7], 4, 1)


# ---- a second screen


def test_new_lines_share_no_patient_with_a_labelled_line_and_all_labelled_ones_train() -> None:
    sheet = sheet_of(60, 40)
    screened = pd.Index([f"L{line}" for line in range(30, 60, 2)])
    splits = make_splits(Lines(sheet, screened=screened), "mine", NEW, 1)
    known = set(sheet.loc[sheet["labelled"], "patient"])
    expected = [line for line in screened if sheet.loc[line, "patient"] not in known]
    assert 0 < len(expected) < 10
    assert lines_of(splits, 0, 0, "test") == expected
    learned = [line for role in ("train", "validation") for line in lines_of(splits, 0, 0, role)]
    assert sorted(learned) == sorted(sheet.index[sheet["labelled"]])
    assert lines_of(splits, 0, 0, "validation")


def test_common_lines_are_each_tested_once_a_repeat_by_folds_of_patients() -> None:
    sheet = sheet_of(60, 40)
    screened = pd.Index([f"L{line}" for line in range(10, 60)])
    splits = make_splits(Lines(sheet, screened=screened), "mine", COMMON, 1)
    for repeat in range(2):
        tested = [line for fold in range(4) for line in lines_of(splits, repeat, fold, "test")]
        assert sorted(tested) == sorted(f"L{line}" for line in range(10, 40))
        for fold in range(4):
            lines, others = lines_of(splits, repeat, fold, "test"), lines_of(splits, repeat, fold, "train")
            assert not set(sheet.loc[others, "patient"]) & set(sheet.loc[lines, "patient"])
            assert set(others) & {f"L{line}" for line in range(10)}  # not in the second screen: still train


def two_screens() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make one screen, and the same lines and more of another scale and curve, some genes elsewhere."""
    rng = np.random.default_rng(1)
    lines = [f"L{line}" for line in range(60)]
    first = pd.DataFrame(rng.normal(size=(60, 4)), lines, list("ABCD"))
    second = (np.exp(first) * [1, 2, 3, 4] + 5).rename(columns={"D": "E"}).iloc[10:]
    return first.iloc[:40], second


@pytest.mark.parametrize("method", ["shift_scale", "quantile", "none"])
def test_screen_keeps_shared_genes_and_modelled_lines_on_the_first_ones_scale(method: str) -> None:
    dependency, second = two_screens()
    modelled = [f"L{line}" for line in range(55)]
    table = comparable_screen(second, dependency, modelled, "other", method)
    assert list(table.columns) == list("ABC")
    assert list(table.index) == modelled[10:]
    common = table.index[:30]
    if method == "none":
        np.testing.assert_allclose(table, second.loc[table.index, list("ABC")], rtol=1e-6)
    else:
        own, first = table.loc[common], dependency.loc[common, list("ABC")]
        np.testing.assert_allclose(own.mean(), first.mean(), atol=1e-6)
        np.testing.assert_allclose(own.std(), first.std(), atol=1e-5)
    if method == "quantile":  # a monotone curve between the screens is undone
        np.testing.assert_allclose(table.loc[common], dependency.loc[common, list("ABC")], atol=1e-5)


def test_maps_keep_order_and_reach_beyond_the_common_lines() -> None:
    own, first = np.array([1.0, 2.0, 2.0, 4.0, 7.0]), np.array([30.0, 10.0, 20.0, 60.0, 50.0])
    values = np.array([0.5, 1.0, 2.0, 3.0, 7.0, 9.0, np.nan])
    np.testing.assert_allclose(quantile(values, own, first), [9.5, 10, 25, 37.5, 60, 62, np.nan])
    scaled = shift_scale(values, own, first)
    np.testing.assert_allclose((scaled - first.mean()) / first.std(), (values - own.mean()) / own.std())


def test_ceiling_is_the_correlation_of_the_lines_measured_in_both() -> None:
    dependency, second = two_screens()
    second.iloc[:12, 0] = np.nan
    table = comparable_screen(second, dependency, list(second.index), "other", "shift_scale")
    found = ceiling(dependency, {"other": table}, 20).set_index("gene")
    assert found["n"].to_dict() == {"A": 18, "B": 30, "C": 30}
    assert np.isnan(found.loc["A", "r"])
    lines = [f"L{line}" for line in range(10, 40)]
    expected = np.corrcoef(dependency.loc[lines, "B"], second.loc[lines, "B"])[0, 1]
    assert found.loc["B", "r"] == pytest.approx(expected, abs=1e-6)
    assert set(found["screen"]) == {"other"}
    assert ceiling(dependency, {}, 20).columns.tolist() == ["gene", "n", "r", "screen"]


def test_screens_without_anything_shared_are_refused_by_name() -> None:
    dependency, second = two_screens()
    lines = list(second.index)
    for wrong, method, found in (
        (second.add_prefix("x"), "none", "screens.other: none of its genes is modelled"),
        (second.rename(index=str.lower), "none", "screens.other: none of its lines has the required omics"),
        (second.iloc[30:], "quantile", "screens.other: 0 lines are labelled in both"),
    ):
        with pytest.raises(InputError, match=found):
            comparable_screen(wrong, dependency, lines, "other", method)
    assert len(comparable_screen(second.iloc[30:], dependency, lines, "other", "none")) == 20


# ---- what cannot be formed

IMPOSSIBLE = {
    "few patients": ({**GENES, "folds": 90}, {}, "cannot make 90 folds"),
    "few genes": (GENES, {"genes": ["A"]}, "1 genes cannot make 4 folds"),
    "one lineage": ({"kind": "lineage", "min_lines": 8, **SHARE}, {}, "make one fold only"),
    "faulty screen": (NEW, {"screen_fault": "screens.other: no gene. Remedy: mend it."}, "screens.other: no"),
    "no new line": (NEW, {"screened": pd.Index(["L1"])}, "screen other: every line of it with omics"),
    "no common line": (COMMON, {"screened": pd.Index(["L45"])}, "screen other: none of its lines"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_protocol_that_cannot_be_formed_says_why_and_has_no_rows(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    protocol, more, found = IMPOSSIBLE[case]
    formed = form_protocol("mine", protocol, Lines(sheet_of(50, 40), **more), 1)
    assert formed.splits.empty
    assert formed.gene_folds.empty
    assert found in formed.impossible
    assert formed.impossible.count(" Remedy: ") == 1
    assert f"protocol mine is left out: {formed.impossible}" in caplog.text


def test_cross_validation_itself_must_be_formed() -> None:
    wrong = {"kind": "patients", "folds": 90, "repeats": 1, **SHARE}
    with pytest.raises(InputError, match=r"protocols\.cv: .* cannot make 90 folds"):
        form_protocol("cv", wrong, Lines(sheet_of(50, 40)), 1)


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(MAKERS)
    assert WORDS["published"] == "by line as published: lines of one patient may be on both sides"
