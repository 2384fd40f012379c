"""The paper's numbers and panels beside a study's: each is found, or said to be missing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.evaluate.paper_numbers import beside_paper
from deepdep.io.parquet import write_matrix, write_table
from deepdep.plot.paper_page import paper_page

PAGE = Path(__file__).resolve().parents[2] / "workflow/page"


def lists(name: str) -> pd.DataFrame:
    """Read one of the project's lists of what the paper has."""
    return pd.read_csv(PAGE / name, sep="\t", dtype={"row": str}, keep_default_na=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write two tables of a study."""
    rows = pd.DataFrame({"protocol": ["cv", "cv"], "model": ["ridge", "deepdep"], "gene_set": "reported"})
    write_table(
        rows.assign(mean_r=[0.3, 0.2], mean_r_fold=[0.31, 0.15]), tmp_path / "metrics/results.parquet", "x"
    )
    sets = pd.DataFrame(np.eye(3, 4, dtype=np.float32), list("abc"), list("wxyz"))
    write_matrix(sets, tmp_path / "fingerprints.parquet", "x", index="gene")
    return tmp_path


def test_numbers_are_looked_up_and_missing_ones_say_why(root: Path):
    found = beside_paper(lists("paper_numbers.tsv"), root, "deepdep").set_index("what")
    ridge = found.loc["mean r per gene of per-gene ridge, 10-fold"]
    assert (ridge["ours"], ridge["difference"]) == (0.3, pytest.approx(0.024))
    assert found.loc["gene sets of the fingerprints", "ours"] == 4
    assert found.loc["mean gene sets per gene", "ours"] == 1
    missing = found.loc["overall r, 28 test lines"]
    assert np.isnan(missing["ours"])
    assert missing["note"].startswith("not run: protocol=published")
    assert found.loc["tumours", "note"] == "this study has no predictions/deepdep/tumors.parquet"
    assert len(found) >= 25


def test_a_table_without_the_number_says_so(root: Path):
    ceiling = pd.DataFrame({"gene": ["G1"], "screen": ["sanger"], "r": [0.5]})
    write_table(ceiling, root / "metrics/ceiling.parquet", "x")
    found = beside_paper(lists("paper_numbers.tsv"), root, "deepdep").set_index("place")
    row = found[found["what"].str.startswith("overall r of the Broad and Sanger")].iloc[0]
    assert np.isnan(row["ours"])
    assert row["note"] == "ceiling.parquet has no overall_r"


def test_page_has_every_panel_with_its_figures_or_the_reason(tmp_path: Path, root: Path):
    (tmp_path / "one.png").write_bytes(b"picture")
    panels = pd.DataFrame(
        {"panel": ["2A", "5B", "1"], "shows": ["scores", "pairs", "design"], "figure": ["one*", "two", ""],
         "remark": ["", "", "a drawing"]}
    )  # fmt: skip
    numbers = beside_paper(lists("paper_numbers.tsv"), root, "deepdep")
    text = paper_page(panels, numbers, {"one": tmp_path / "one.png"}, "a <note>")
    assert text.count("<img") == 1
    assert "pairs - not made in this run: no figure two" in text
    assert "design (a drawing)" in text
    assert "a &lt;note&gt;" in text


def test_every_main_figure_of_the_paper_has_its_panels():
    panels = lists("paper_panels.tsv")
    assert {panel[0] for panel in panels["panel"]} == set("1234567")
    assert (panels["figure"].astype(bool) | panels["remark"].astype(bool)).all()
