"""A published map beside ours: tables of the paper's layout, scores of other tumours and genes."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.plot.external import external_agreement
from deepdep.tumors.external import agreement_facts, per_gene_agreement, read_external

GENES = [f"G{number}" for number in range(8)]
TUMORS = [f"TCGA-AA-{number:04d}" for number in range(40)]


@pytest.fixture
def ours() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.normal(size=(40, 8)) * np.arange(1, 9) - np.arange(8), TUMORS, GENES)


@pytest.fixture
def groups() -> pd.Series:
    return pd.Series(["LUAD", "BRCA"] * 20, TUMORS)


def test_scores_agree_as_correlations_gene_by_gene_say(tmp_path: Path, ours: pd.DataFrame, groups: pd.Series):
    noise = np.random.default_rng(4).normal(size=(40, 8))
    theirs = (0.5 * ours + noise).iloc[5:, 2:]
    theirs.iloc[3, 1] = np.nan
    file = theirs.T.set_axis([f"{tumor}-01A-11R" for tumor in theirs.index], axis=1)
    file.rename_axis("gene").to_csv(tmp_path / "map.tsv", sep="\t")
    settings = {
        "path": tmp_path / "map.tsv",
        "holds": "scores",
        "orientation": "features_in_rows",
        "ids": "tcga_patient",
    }
    found = per_gene_agreement(ours, *read_external(settings, set(TUMORS)), groups)
    assert list(found.index) == GENES[2:]
    for gene in found.index:
        pair = pd.DataFrame({"x": ours[gene], "y": theirs[gene]}).dropna()
        assert found.loc[gene, "n"] == len(pair)
        assert found.loc[gene, "r"] == pytest.approx(pair["x"].corr(pair["y"]), abs=1e-5)
    whole = pd.DataFrame({"x": ours["G5"], "y": theirs["G5"]}).dropna()
    within = whole - whole.groupby(groups).transform("mean")
    assert found.loc["G5", "r_within"] == pytest.approx(within["x"].corr(within["y"]), abs=1e-5)


def test_summary_is_read_below_a_title_and_gene_means_stand_beside(
    tmp_path: Path, ours: pd.DataFrame, groups: pd.Series
):
    book = openpyxl.Workbook()
    for row in (
        ["Table S14. Means"],
        [],
        ["Gene dependency", "Mean", "Std"],
        *([g, i * 1.0, i * 2.0] for i, g in enumerate(GENES)),
    ):
        book.active.append(row)
    book.save(tmp_path / "s14.xlsx")
    summary, scores = read_external({"path": tmp_path / "s14.xlsx", "holds": "summary"}, set())
    assert scores is None
    assert summary["sd"].tolist() == [2.0 * number for number in range(8)]
    found = per_gene_agreement(ours, summary, None, groups)
    facts = agreement_facts(found, pd.Series(np.arange(8.0), GENES))
    assert facts["r_of_means"] == pytest.approx(np.corrcoef(ours.mean(), np.arange(8))[0, 1])
    assert facts["r_of_means_by_cell_line_means"] == pytest.approx(1)
    assert len(external_agreement(found, facts, "S14").axes) == 2


def test_maps_with_nothing_in_common_and_unknown_columns_are_named(
    tmp_path: Path, ours: pd.DataFrame, groups: pd.Series
):
    other = pd.DataFrame({"mean": [0.0] * 3, "sd": [1.0] * 3}, ["A", "B", "C"])
    with pytest.raises(InputError, match="share 0 genes"):
        per_gene_agreement(ours, other, None, groups)
    (tmp_path / "bad.tsv").write_text("gene\tavg\nG1\t1\n")
    with pytest.raises(InputError, match=r"external\.<name>\.columns"):
        read_external({"path": tmp_path / "bad.tsv", "holds": "summary"}, set())


def test_table_s14_of_the_paper(real: Path):
    summary, _ = read_external({"path": real / "paper/table_S14.xlsx", "holds": "summary"}, set())
    assert len(summary) == 1298
    assert summary.loc["AARS2", "mean"] == pytest.approx(-0.491649)
