"""Regressions of all genes at once: the same as one gene at a time, and planted blocks are found."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from deepdep.interpret.regression import (
    culture_columns,
    least_squares,
    regress,
    standardised,
)


def some_lines(lines: int = 80, genes: int = 6) -> tuple[pd.DataFrame, ...]:
    """Make nodes, own expression, culture and labels; gene 0 follows node 1, gene 1 its own expression."""
    rng = np.random.default_rng(1)
    names = [f"G{number}" for number in range(genes)]
    index = [f"line{number}" for number in range(lines)]
    nodes = pd.DataFrame(rng.normal(size=(lines, 3)), index, ["node_1", "node_2", "node_3"])
    own = pd.DataFrame(rng.normal(size=(lines, genes)), index, names)
    culture = pd.DataFrame({"type: a": (rng.random(lines) < 0.4).astype(float)}, index)
    labels = pd.DataFrame(rng.normal(-1, 0.3, (lines, genes)), index, names)
    labels["G0"] += nodes["node_1"]
    labels["G1"] += own["G1"]
    labels["G2"] += 2 * culture["type: a"]
    return nodes, own, culture, labels.mask(rng.random(labels.shape) < 0.1)


def test_every_gene_is_the_regression_of_that_gene_alone() -> None:
    nodes, own, culture, labels = some_lines()
    own = own.mask(np.random.default_rng(2).random(own.shape) < 0.1)
    genes, terms = regress(nodes, own, culture, labels)
    blocks = {"nodes": standardised(nodes), "culture": standardised(culture)}
    own = standardised(own)
    for gene in labels:
        used = labels[gene].notna() & own[gene].notna()
        target = labels.loc[used, gene].to_numpy()
        matrix = np.column_stack(
            [np.ones(used.sum()), *(block[used] for block in blocks.values()), own.loc[used, gene]]
        )
        found, residual = np.linalg.lstsq(matrix, target)[:2]
        freedom = used.sum() - matrix.shape[1]
        errors = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)) * residual[0] / freedom)
        mine = terms[terms["gene"] == gene]
        np.testing.assert_allclose(mine["coefficient"], found, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(mine["se"], errors, rtol=1e-8)
        expected = np.log10(2 * stats.t.sf(np.abs(found / errors), freedom))
        np.testing.assert_allclose(mine["log10_p"], expected, rtol=1e-6)
        row = genes.set_index("gene").loc[gene]
        total = np.square(target - target.mean()).sum()
        assert row["n"] == used.sum()
        assert row["r2"] == pytest.approx(1 - residual[0] / total)
        smaller = np.linalg.lstsq(np.delete(matrix, [1, 2, 3], axis=1), target)[1][0]
        assert row["nodes_drop_r2"] == pytest.approx((smaller - residual[0]) / total, abs=1e-10)
        ratio = (smaller - residual[0]) / 3 / (residual[0] / freedom)
        assert row["nodes_log10_p"] == pytest.approx(np.log10(stats.f.sf(ratio, 3, freedom)), rel=1e-6)


def test_planted_blocks_are_found_and_no_others() -> None:
    genes, _ = regress(*some_lines())
    table = genes.set_index("gene")
    blocks = ["nodes", "own_expression", "culture"]
    for gene, block in zip(["G0", "G1", "G2"], blocks, strict=True):
        assert table.loc[gene, f"{block}_fdr"] < 1e-6
        assert table.loc[gene, f"{block}_drop_r2"] > 0.5
    assert (table.loc[["G3", "G4", "G5"], [f"{block}_fdr" for block in blocks]] > 0.01).all(axis=None)


def test_a_gene_without_own_expression_or_culture_is_regressed_without() -> None:
    nodes, own, _, labels = some_lines()
    genes, terms = regress(nodes, own.drop(columns="G1"), pd.DataFrame(index=nodes.index), labels)
    table = genes.set_index("gene")
    assert np.isnan(table.loc["G1", "own_expression_drop_r2"])
    assert np.isfinite(table.loc["G0", "own_expression_drop_r2"])
    assert table["culture_drop_r2"].isna().all()
    assert "own_expression" not in set(terms.loc[terms["gene"] == "G1", "term"])


def test_collinear_columns_do_not_count_twice() -> None:
    rng = np.random.default_rng(3)
    column = rng.normal(size=(40, 1))
    labels = rng.normal(size=(40, 2))
    once = least_squares(np.hstack([np.ones((40, 1)), column]), None, labels)
    twice = least_squares(np.hstack([np.ones((40, 1)), column, column]), None, labels)
    np.testing.assert_array_equal(twice.parameters, once.parameters)
    np.testing.assert_allclose(twice.r2, once.r2, atol=1e-10)


def test_rare_categories_of_culture_are_one_and_the_commonest_is_the_reference() -> None:
    texts = ["adherent"] * 10 + ["suspension"] * 6 + ["mixed", "other", None]
    samples = pd.DataFrame({"confounder_culture_type": texts, "group": "x"})
    found = culture_columns(samples, "confounder_")
    assert list(found.columns) == ["culture_type: suspension", "culture_type: rare"]
    assert found.sum().tolist() == [6, 3]
