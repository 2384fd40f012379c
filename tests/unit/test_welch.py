"""Each group against the rest, gene by gene: as scipy tests it, and where p underflows."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from deepdep.tumors import welch as module
from deepdep.tumors.welch import false_discovery_rate, log10_p_of_t, welch


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


@pytest.mark.parametrize(("t", "df"), [(39.5, 5000.0), (100.0, 8000.0), (400.0, 900.0), (45.0, 1e6)])
def test_log_p_goes_on_where_p_underflows(t: float, df: float):
    assert 2 * stats.t.sf(t, df) < module.TINY
    at_t = stats.t.logpdf(t, df)

    def relative(x: float) -> float:
        return np.exp(stats.t.logpdf(x, df) - at_t)  # to the density at t, which underflows itself

    tail = sum(integrate.quad(relative, t * low, t * (low + 0.05))[0] for low in np.arange(1, 3, 0.05))
    expected = (np.log(2) + at_t + np.log(tail)) / np.log(10)
    np.testing.assert_allclose(log10_p_of_t(np.array([t]), np.array([df])), expected, rtol=1e-8)


@pytest.mark.parametrize("df", [30.0, 700.0, 8000.0])
def test_both_forms_of_p_agree_where_both_hold(df: float, monkeypatch: pytest.MonkeyPatch):
    t = np.array([6.0, 10.0, -20.0])
    plain = log10_p_of_t(t, np.full(3, df))
    monkeypatch.setattr(module, "TINY", 2.0)
    np.testing.assert_allclose(log10_p_of_t(t, np.full(3, df)), plain, rtol=1e-8)


def test_false_discovery_rate_leaves_out_what_has_no_p():
    log10_p = np.array([-5.0, np.nan, -1.0, -400.0])
    found = false_discovery_rate(log10_p)
    np.testing.assert_allclose(found[[0, 2, 3]], [1.5e-5, 0.1, 0])
    assert np.isnan(found[1])
    assert np.isnan(false_discovery_rate(np.array([np.nan]))).all()
