"""Numbers of the paper's supplementary tables, found with the code that measures this project's models.

The measured labels of the paper (CERES 18Q2, 278 lines) are not among the tables, so that no r between
labels and predictions (0.16, or 0.137 pooled, of Table S8) can be computed here.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.evaluate.gene_sets import most_variable
from deepdep.evaluate.metrics import Predictions, deviation, overall, skill
from deepdep.io.formats.workbook import read_first_sheet

GENES, LINES = 1298, 278


def sheet(path: Path) -> pd.DataFrame:
    """Read a table below its title, without its footnote (genes in rows)."""
    cells = read_first_sheet(path)
    table = pd.DataFrame(cells.iloc[1:].to_numpy(), columns=cells.iloc[0]).set_index("Gene dependency")
    return table.dropna()


@pytest.fixture(scope="module")
def predictions(real: Path) -> pd.DataFrame:
    """Return Table S8, lines x genes: predictions of DeepDEP in 10-fold cross-validation."""
    return sheet(real / "paper/table_S8.xlsx").astype(float).T


@pytest.fixture(scope="module")
def depois(real: Path) -> pd.DataFrame:
    """Return Table S7: SD of each DepOI's measured scores, and whether it is in COSMIC, and variable."""
    return sheet(real / "paper/table_S7.xlsx").set_axis(["sd", "census", "variable"], axis=1)


def test_predictions_of_the_paper_are_nearly_all_gene_means(predictions: pd.DataFrame):
    """93.2 % of the variance of Table S8 lies between genes (docs/benchmark.md: facts 1 and 3).

    Taking Table S8 for labels, its own gene means, which know no line, reach an overall r of 0.965 with
    it; r squared is the share of variance between genes. That of lines' means is 1.5 %.
    """
    values = predictions.to_numpy()
    assert values.shape == (LINES, GENES)
    means = np.tile(values.mean(axis=0), (LINES, 1))
    data = Predictions(values, means, np.full_like(values, values.mean()), np.zeros(LINES))
    assert overall(data)[0] ** 2 == pytest.approx(0.932, abs=0.0005)
    assert skill(data)[0] == pytest.approx(0.932, abs=0.0005)  # over the mean of everything
    between = LINES * np.square(means[0] - values.mean()).sum() / np.square(values - values.mean()).sum()
    assert overall(data)[0] ** 2 == pytest.approx(between)
    rows = np.tile(values.mean(axis=1)[:, None], (1, GENES))
    assert overall(Predictions(values, rows, means, np.zeros(LINES)))[0] ** 2 == pytest.approx(
        0.015, abs=0.0005
    )


def test_spread_of_predictions_is_less_than_half_of_that_of_scores(
    predictions: pd.DataFrame, depois: pd.DataFrame
):
    """The SD over lines of a gene is 0.093 in Table S8 and 0.203 in the scores (Table S7), on average.

    The median ratio is 0.43, and the ranks of the two SDs go together (Spearman 0.825). The mean of the
    squares of the SDs of Table S7 (with n, not n - 1) is the MSE of the gene means on the paper's grid:
    0.0452, as in docs/benchmark.md, fact 1; DeepDEP has 0.0478 there.
    """
    spread = pd.Series(deviation(predictions.to_numpy()), predictions.columns)
    assert spread.to_numpy() == pytest.approx(predictions.std(ddof=0).to_numpy())
    assert spread.mean() == pytest.approx(0.0926, abs=0.0005)
    measured = depois["sd"].astype(float)[spread.index]
    assert measured.mean() == pytest.approx(0.203, abs=0.0005)
    assert (spread / measured).median() == pytest.approx(0.431, abs=0.0005)
    assert spread.corr(measured, method="spearman") == pytest.approx(0.825, abs=0.0005)
    assert np.square(measured).mean() * (LINES - 1) / LINES == pytest.approx(0.0452, abs=0.00005)


def test_the_variable_genes_of_the_paper_are_the_most_variable_ones(depois: pd.DataFrame):
    """61 DepOIs have an SD above 0.3, and are those that Table S7 marks as highly variable.

    853 of the 1,298 have an SD above 0.2; the other 445 are there by COSMIC's census alone, which lists
    526 (docs/deepdep.md; docs/benchmark.md, section 2). Labels with these SDs are made up, and
    the rule that chooses the variable genes of a fold finds the 61.
    """
    spread = depois["sd"].astype(float)
    marked = depois["variable"].astype(int) == 1
    assert (len(depois), marked.sum(), depois["census"].astype(bool).sum()) == (GENES, 61, 526)
    assert ((spread > 0.3) == marked).all()
    assert ((spread > 0.2).sum(), (spread <= 0.2).sum()) == (853, 445)
    assert depois["census"].astype(bool)[spread <= 0.2].all()
    noise = np.random.default_rng(1).normal(size=(LINES, GENES))
    labels = pd.DataFrame((noise - noise.mean(axis=0)) / noise.std(axis=0, ddof=1) * spread.to_numpy())
    assert (most_variable(labels, 61 / GENES) == marked).all()
