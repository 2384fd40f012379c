"""Each group against the rest, gene by gene: as scipy tests it, and what has no test."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deepdep.tumors import welch as module
from deepdep.tumors.welch import welch


def drawn(samples: int = 90, genes: int = 12) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw scores with a large mean, some of them missing, and three unequal groups of unequal spread."""
    rng = np.random.default_rng(5)
    groups = np.repeat(["A", "B", "C"], (50, 30, 10))[:samples]
    scale = np.where(groups == "B", 2.0, 0.5)[:, None]
    values = 1000 + rng.normal(0, 1, (samples, genes)) * scale
    values[groups == "C", 3] += 2
    values[rng.random(values.shape) < 0.1] = np.nan
    return pd.DataFrame(values, columns=[f"G{i}" for i in range(genes)]), groups


def test_all_groups_and_genes_at_once_are_as_scipy_tests_them_one_by_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BLOCK", 5)  # several blocks
    values, groups = drawn()
    table = welch(values, groups).set_index(["group", "gene"])
    assert len(table) == 36
    for (group, gene), row in table.iterrows():
        own = values.loc[groups == group, gene].dropna()
        rest = values.loc[groups != group, gene].dropna()
        expected = stats.ttest_ind(own, rest, equal_var=False)
        pooled = ((len(own) - 1) * own.var() + (len(rest) - 1) * rest.var()) / (len(own) + len(rest) - 2)
        found = row[["n", "n_rest", "mean", "difference", "d", "t", "df", "log10_p"]].to_numpy(float)
        difference = own.mean() - rest.mean()
        wanted = [len(own), len(rest), own.mean(), difference, difference / np.sqrt(pooled)]
        wanted += [expected.statistic, expected.df, np.log10(expected.pvalue)]
        np.testing.assert_allclose(found, wanted, rtol=1e-8)


def test_a_planted_gene_comes_first_and_only_named_groups_are_tested():
    values, groups = drawn()
    table = welch(values, groups, ["C"])
    assert set(table["group"]) == {"C"}
    assert table.loc[table["log10_p"].idxmin(), "gene"] == "G3"
    assert table.set_index("gene")["d"]["G3"] > 1


def test_a_constant_gene_or_a_group_of_one_has_no_t():
    values = pd.DataFrame({"constant": np.full(6, 0.1), "varies": [1.0, 2, 3, 4, 5, 7]})
    table = welch(values, ["A", "B", "B", "B", "B", "B"], ["A"]).set_index("gene")
    assert table["t"].isna().all()
    assert table["log10_p"].isna().all()
    assert table.loc["varies", "n"] == 1
    two = welch(values, ["A", "A", "B", "B", "B", "B"], ["A"]).set_index("gene")
    assert np.isnan(two.loc["constant", "d"])
    assert np.isfinite(two.loc["varies", "d"])
