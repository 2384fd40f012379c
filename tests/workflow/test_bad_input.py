"""Damaged tables through the real rules: a clear error or a named warning, and no half-written output."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from runs import copy_tree, files_below, snakemake, write_config

from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

SIZES = Settings(
    lines=40, unlabelled_lines=4, lineages=2, tumors=20, cancer_types=2, features=50, genes=40, gene_sets=40
)
STUDY = {
    "analyses": [],
    "study": "own",
    "omics": ["mutation", "expression"],
    "epoch_limit": 1,
    "compare": ["gene_mean", "ridge"],
    "protocols": {"cv": {"folds": 2}},
    "genes": {"reported": 40},
    "cohorts": {
        "ccl": {
            "samples": {"path": "tables/ccl/samples.tsv"},
            "tables": {
                "mutation": {"path": "tables/ccl/mutation.tsv.gz"},
                "expression": {"path": "tables/ccl/expression.tsv.gz"},
            },
        },
        "tumors": {
            "samples": {"path": "tables/tumors/samples.tsv"},
            "tables": {
                "mutation": {"path": "tables/tumors/mutation.maf.gz"},
                "expression": {"path": "tables/tumors/expression.tsv.gz"},
            },
        },
    },
    "dependency": {"path": "tables/dependency.tsv.gz"},
    "fingerprints": {"path": "tables/fingerprints.gmt"},
}
LINES = "sources/ccl/expression.parquet"
MUTATIONS = "sources/ccl/mutation.parquet"
SEEN = "cohorts/ccl/expression.parquet"
TUMORS = "cohorts/tumors/expression.parquet"
LABELS = "dependency.parquet"
SPLITS = "splits/cv.parquet"
# What the rule of a target writes.
OUTPUTS = {
    LABELS: {LABELS, "genes.parquet", "fingerprints.parquet", "tables/excluded_genes.tsv"},
    SPLITS: {SPLITS, "splits/cv_genes.parquet"},
}
Edit = Callable[[list[list[str]]], list[list[str]]]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a small study on tables of its own, prepared up to the splits."""
    folder = copy_tree(tmp_path_factory.mktemp("healthy"))
    simulate(SIZES, folder / "tables")
    write_config(folder / "study.yaml", STUDY)
    wanted = [f"results/own/{target}" for target in (SPLITS, TUMORS, SEEN)]
    run = snakemake(folder, *wanted, "--configfile", "study.yaml")
    assert run.status == 0, run.text
    return folder


@pytest.fixture
def study(healthy: Path, tmp_path: Path) -> Path:
    """Return a copy of the prepared study that a test may damage."""
    return Path(shutil.copytree(healthy, tmp_path / "project"))


def read_rows(path: Path) -> list[list[str]]:
    """Read a table as rows of cells."""
    data = path.read_bytes()
    text = gzip.decompress(data).decode() if path.suffix == ".gz" else data.decode()
    return [line.split("\t") for line in text.splitlines()]


def write_rows(path: Path, rows: list[list[str]]) -> None:
    """Write rows of cells as a table."""
    data = "".join("\t".join(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if data and path.suffix == ".gz" else data)


def with_cell(feature: str, sample: str, cell: str) -> Edit:
    """Return an edit that sets one cell."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        row = next(row for row in rows if row[0] == feature)
        row[rows[0].index(sample)] = cell
        return rows

    return edit


def with_row(feature: str, cell: str) -> Edit:
    """Return an edit that sets all cells of a feature."""
    return lambda rows: [[row[0], *[cell] * (len(row) - 1)] if row[0] == feature else row for row in rows]


def other_samples(rows: list[list[str]]) -> list[list[str]]:
    """Give all samples other ids."""
    return [[rows[0][0], *(f"X{name}" for name in rows[0][1:])], *rows[1:]]


def other_features(rows: list[list[str]]) -> list[list[str]]:
    """Give all features other ids."""
    return [rows[0], *([f"X{row[0]}", *row[1:]] for row in rows[1:])]


def one_labelled(rows: list[list[str]]) -> list[list[str]]:
    """Leave the scores of the first line only."""
    return [row[:2] for row in rows]


def one_score(rows: list[list[str]]) -> list[list[str]]:
    """Give all lines the same score of all genes."""
    return [rows[0], *([row[0], *["-0.5"] * (len(row) - 1)] for row in rows[1:])]


def one_patient(rows: list[list[str]]) -> list[list[str]]:
    """Let all lines come from one patient."""
    return [rows[0], *([row[0], "PT-0001", *row[2:]] for row in rows[1:])]


EXPRESSION = "ccl/expression.tsv.gz"
REFUSED = {
    "empty file": (
        EXPRESSION,
        lambda _: [],
        LINES,
        f"tables/{EXPRESSION}: the file is empty. Remedy: Provide the table, or take the file out",
    ),
    "header without rows": (
        EXPRESSION,
        lambda rows: rows[:1],
        LINES,
        f"tables/{EXPRESSION}: a header but no rows. Remedy: Provide the table with its data.",
    ),
    "row that is too short": (
        EXPRESSION,
        lambda rows: [*rows[:2], rows[2][:-1], *rows[3:]],
        LINES,
        f"tables/{EXPRESSION}: line 3 (row 'G0002') has 45 fields, the header 46. Remedy: Give every row",
    ),
    "text among numbers": (
        EXPRESSION,
        with_cell("G0003", "SIM-000002", "high"),
        LINES,
        f"tables/{EXPRESSION}, row 'G0003' (line 4), column 'SIM-000002': 'high' is not a number. Remedy:",
    ),
    "infinite value": (
        EXPRESSION,
        with_cell("G0003", "SIM-000002", "inf"),
        LINES,
        f"tables/{EXPRESSION}, row 'G0003', column 'SIM-000002': the value is infinite (1 such cells). ",
    ),
    "no sample of the sheet": (
        EXPRESSION,
        other_samples,
        LINES,
        f"tables/{EXPRESSION}: zero overlap of samples with the sample sheet. The table has XSIM-000001,",
    ),
    "mutations that are counts": (
        "ccl/mutation.tsv.gz",
        with_cell("G0003", "SIM-000002", "2"),
        MUTATIONS,
        "tables/ccl/mutation.tsv.gz, sample 'SIM-000002', feature 'G0003': 2 is no mutation value",
    ),
    "no feature of the cell lines": (
        "tumors/expression.tsv.gz",
        other_features,
        TUMORS,
        "tables/tumors/expression.tsv.gz: zero overlap of features with the cell lines. The table has XG",
    ),
    "no labelled line of the sheet": (
        "dependency.tsv.gz",
        other_samples,
        LABELS,
        "tables/dependency.tsv.gz: zero overlap of samples with the sample sheet. The table has XSIM-000001,",
    ),
    "one label only": (
        "dependency.tsv.gz",
        one_labelled,
        LABELS,
        "only one cell line is labelled. Remedy: Provide scores of at least 20 lines.",
    ),
    "one score only": (
        "dependency.tsv.gz",
        one_score,
        LABELS,
        "all dependency scores have one and the same value. Remedy: Provide a table of measured",
    ),
    "no gene with a fingerprint": (
        "fingerprints.gmt",
        lambda rows: [[*row[:2], "OTHER"] for row in rows],
        LABELS,
        "no gene has scores that vary, few enough missing, and a fingerprint. Remedy: Raise the missing",
    ),
    "fewer patients than folds": (
        "ccl/samples.tsv",
        one_patient,
        SPLITS,
        "1 patients with labelled lines cannot make 2 folds. Remedy: ",
    ),
}


def written(study: Path) -> set[str]:
    """List what a run left under results, but logs and benchmarks."""
    files = files_below(study / "results/own")
    return {path for path in files if not path.startswith(("logs/", "benchmarks/"))}


@pytest.mark.parametrize("case", REFUSED)
def test_damaged_table_stops_its_rule_with_place_and_remedy(study: Path, case: str):
    table, edit, target, expected = REFUSED[case]
    path = study / "tables" / table
    write_rows(path, edit(read_rows(path)))
    before = written(study)
    run = snakemake(study, f"results/own/{target}", "--configfile", "study.yaml")
    assert run.status != 0
    assert expected in run.text
    assert "Remedy: " in run.text
    assert "Traceback" not in run.text
    assert written(study) == before - OUTPUTS.get(target, {target})


def warnings_of(study: Path, log: str) -> str:
    """Return the warnings in a rule's log."""
    lines = (study / "results/own/logs" / log).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if " WARNING " in line)


def names_in(study: Path, target: str) -> list[str]:
    """Return the columns of a table of the study, without the samples' ids."""
    return pq.read_schema(study / "results/own" / target).names[1:]


def test_gene_without_fingerprint_is_named_and_left_out(study: Path):
    path = study / "tables/fingerprints.gmt"
    before = names_in(study, LABELS)
    assert "G0003" in before
    write_rows(path, [[cell for cell in row if cell != "G0003"] for row in read_rows(path)])
    run = snakemake(study, f"results/own/{LABELS}", "--configfile", "study.yaml")
    assert run.status == 0, run.text
    assert "1 genes without a fingerprint are no candidates: G0003" in warnings_of(
        study, "prepare_dependency.log"
    )
    assert names_in(study, LABELS) == [gene for gene in before if gene != "G0003"]


def test_missing_and_constant_features_are_named_and_left_out(study: Path):
    path = study / "tables" / EXPRESSION
    features = set(names_in(study, SEEN))
    assert {"G0004", "G0005"} <= features
    write_rows(path, with_row("G0005", "3.5")(with_row("G0004", "NA")(read_rows(path))))
    run = snakemake(study, f"results/own/{SEEN}", f"results/own/{TUMORS}", "--configfile", "study.yaml")
    assert run.status == 0, run.text
    warnings = warnings_of(study, "choose_features/expression.log")
    assert "missing in every sample: G0004" in warnings
    assert "constant: G0005" in warnings
    assert set(names_in(study, SEEN)) == set(names_in(study, TUMORS)) == features - {"G0004", "G0005"}
