"""Tests of groups against scipy's, gene by gene."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deepdep.tumors.enrichment import by_direction
from deepdep.tumors.grouped import along_number, several_groups, two_groups

RNG = np.random.default_rng(5)
VALUES = pd.DataFrame(RNG.normal(size=(60, 4)).round(1), columns=list("ABCD"))  # with ties
VALUES.loc[:7, "B"] = np.nan
VALUES["D"] = 1.5
SECOND = np.arange(60) % 3 == 0
LABELS = np.array(["x", "y", "z"])[np.arange(60) % 3]


@pytest.mark.parametrize("gene", ["A", "B", "C"])
def test_two_groups_are_those_of_scipy(gene: str):
    row = two_groups(VALUES, SECOND).loc[gene]
    first, second = VALUES.loc[~SECOND, gene].dropna(), VALUES.loc[SECOND, gene].dropna()
    welch = stats.ttest_ind(second, first, equal_var=False)
    ranks = stats.mannwhitneyu(second, first, method="asymptotic")
    assert (row["n_reference"], row["n_other"]) == (len(first), len(second))
    assert row["log10_p"] == pytest.approx(np.log10(welch.pvalue), rel=1e-9)
    assert row["log10_p_ranks"] == pytest.approx(np.log10(ranks.pvalue), rel=1e-9)
    assert row["auroc"] == pytest.approx(ranks.statistic / len(first) / len(second))
    pooled = np.sqrt(
        ((len(first) - 1) * first.var() + (len(second) - 1) * second.var()) / (len(first) + len(second) - 2)
    )
    assert row["effect"] == pytest.approx((second.mean() - first.mean()) / pooled)
    assert row["low"] < row["effect"] < row["high"]


def test_intervals_hold_the_true_effect_in_95_of_100_draws():
    rng = np.random.default_rng(1)
    table = two_groups(pd.DataFrame(rng.normal(size=(80, 4000)) + 0.7 * (np.arange(80) < 30)[:, None]),
                       np.arange(80) < 30)  # fmt: skip
    held = (table["low"] < 0.7) & (table["high"] > 0.7)
    assert held.mean() == pytest.approx(0.95, abs=0.015)
    area = stats.norm.cdf(0.7 / np.sqrt(2))
    held = (table["auroc_low"] < area) & (table["auroc_high"] > area)
    assert held.mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("gene", ["A", "B", "C"])
def test_several_groups_and_numbers_are_those_of_scipy(gene: str):
    known = VALUES[gene].notna()
    parts = [VALUES.loc[known & (name == LABELS), gene] for name in "xyz"]
    row = several_groups(VALUES, LABELS).loc[gene]
    other = stats.kruskal(*parts)
    assert row["log10_p"] == pytest.approx(np.log10(other.pvalue), rel=1e-9)
    assert row["effect"] == pytest.approx(other.statistic / (known.sum() - 1))
    assert row["mean_y"] == pytest.approx(parts[1].mean())
    number = np.round(np.arange(60) ** 1.5 % 13)
    row = along_number(VALUES, number).loc[gene]
    other = stats.spearmanr(VALUES.loc[known, gene], number[known])
    assert row["effect"] == pytest.approx(other.statistic)
    assert row["log10_p"] == pytest.approx(np.log10(other.pvalue), rel=1e-9)


def test_a_constant_gene_has_no_p():
    tables = two_groups(VALUES, SECOND), several_groups(VALUES, LABELS), along_number(VALUES, np.arange(60))
    assert [np.isnan(table.loc["D", "log10_p"]) for table in tables] == [True] * 3


def test_over_represented_sets_are_found_by_the_hypergeometric_test():
    tested = [f"G{i}" for i in range(200)]
    sets = {"planted": [*tested[:10], "not_tested"], "other": tested[100:120], "tiny": tested[:2]}
    found = by_direction({"lower": [*tested[:8], *tested[150:154]], "few": tested[:3]}, sets, tested)
    row = found.set_index("gene_set").loc["planted"]
    assert set(found["direction"]) == {"lower"}
    assert "tiny" not in set(found["gene_set"])
    assert row["overlap"] == "8/10"
    expected = stats.hypergeom.sf(7, 200, 10, 12)
    assert row["log10_p"] == pytest.approx(np.log10(expected), rel=1e-6)
    assert by_direction({"lower": []}, sets, tested).empty
