"""Samples, groups and genes with any signs that print come through the whole workflow as they are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from micro import MICRO, MICRO_TARGETS
from runs import EXPRESSION_TABLES, copy_tree, snakemake, write_config

from deepdep.io.parquet import read_matrix, read_table
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

AWKWARD = (
    *("it's", 'say "x"', "a b", "-rf", "--help", "$(touch x)", "`touch x`", "a;touch x", "a,b", "a|b", "a&b"),
    *("<script>alert(1)</script>", "</td>", "../x", "/etc/passwd", "~", "*", "\\", "\\n", "{study}", "{"),
    *("%s", "=1+1", "@x", "#x", "007", "1e5", "True", "Zürich", "β-cell", "细胞", "🧬", "x" * 300),
)
GROUPS = {"lineage_A": "<b>A & 'co'</b>", "lineage_B": "$(touch x); -B", "TYPE_A": "../A", "TYPE_B": 'B "b"'}


def renamed(names: pd.Index, prefix: str = "") -> dict[str, str]:
    """Give awkward names to the first of some names."""
    return dict(zip(sorted(names), (f"{prefix}{name}" for name in AWKWARD), strict=False))


def write_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Simulate the tables of the micro study and give its samples, groups and genes awkward names."""
    simulate(Settings(**MICRO["simulate"]), folder)
    fingerprints = (folder / "fingerprints.gmt").read_text().splitlines()
    genes = renamed(pd.read_csv(folder / "dependency.tsv.gz", sep="\t", index_col=0).index[:12])
    found = {}
    for cohort in ("ccl", "tumors"):
        sheet = pd.read_csv(folder / cohort / "samples.tsv", sep="\t", dtype=str, keep_default_na=False)
        ids = renamed(pd.Index(sheet["sample"]), "" if cohort == "ccl" else "T")
        sheet = sheet.replace({"sample": ids, "lineage": GROUPS, "cancer_type": GROUPS})
        sheet.to_csv(folder / cohort / "samples.tsv", sep="\t", index=False)
        found[cohort] = rewritten(folder / cohort / "expression.tsv.gz", genes, ids)
        if cohort == "ccl":
            found["dependency"] = rewritten(folder / "dependency.tsv.gz", genes, ids)
    lines = ["\t".join(genes.get(cell, cell) for cell in line.split("\t")) for line in fingerprints]
    (folder / "fingerprints.gmt").write_text("".join(f"{line}\n" for line in lines))
    return found


def rewritten(path: Path, genes: dict[str, str], ids: dict[str, str]) -> pd.DataFrame:
    """Write a table anew with other names of rows and columns; return it as samples x genes."""
    frame = pd.read_csv(path, sep="\t", index_col=0).rename(index=genes, columns=ids)
    frame.to_csv(path, sep="\t")
    return frame.T.loc[:, ~frame.index.duplicated()]


@pytest.mark.slow
def test_awkward_names_come_through(tmp_path: Path):
    folder = copy_tree(tmp_path / "project")
    tables = write_tables(folder / "tables")
    settings = {**{key: MICRO[key] for key in MICRO if key != "simulate"}, **EXPRESSION_TABLES}
    run = snakemake(
        folder,
        *MICRO_TARGETS,
        "results/micro/tables/metrics_cv.html",
        "--configfile",
        write_config(folder / "study.yaml", settings),
        timeout=600,
    )
    assert run.status == 0, run.text
    results = folder / "results/micro"
    for cohort in ("ccl", "tumors"):
        seen = read_matrix(results / f"cohorts/{cohort}/expression.parquet")
        genes = seen.columns.intersection(tables[cohort].columns)  # tumours lack some, which are filled
        assert "$(touch x)" in genes
        np.testing.assert_allclose(seen[genes], tables[cohort].loc[seen.index, genes], rtol=1e-6)
        lost = set(tables[cohort].index) - set(seen.index)
        assert all(name.endswith(".1") for name in lost), "but what pandas calls a repeated sample"
    sheet = read_table(results / "cohorts/ccl/samples.parquet")
    assert set(sheet["group"]) == {GROUPS["lineage_A"], GROUPS["lineage_B"]}
    predicted = pd.read_csv(results / "predictions/deepdep/tumors.tsv.gz", sep="\t", dtype={0: str})
    assert set(predicted.iloc[:, 0]) == set(tables["tumors"].index)
    assert "T<script>alert(1)</script>" in set(predicted.iloc[:, 0])
    dependency = read_matrix(results / "dependency.parquet")
    assert set(predicted.columns[1:]) == set(dependency.columns)
    assert {"<script>alert(1)</script>", 'say "x"', "$(touch x)", "-rf"} <= set(dependency.columns)
    assert {"<script>alert(1)</script>", "../x", "007", "1e5", "True", "🧬"} <= set(dependency.index)
    page = (results / "tables/metrics_cv.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert GROUPS["lineage_A"] not in page
    assert not list(folder.rglob("x"))  # what a shell would have made
