"""Odd input of the analyses in a tiny study: each oddity is named in a table, everything else is made."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from runs import Run, copy_tree, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

pytestmark = pytest.mark.slow
SIZES = Settings(
    lines=48, unlabelled_lines=4, lineages=2, tumors=60, cancer_types=2, features=60, genes=40, gene_sets=40
)
GRID = {"pretrained": False, "fingerprint": [8, 6], "head": [8, 8]}
TESTED, ALONE, FLAT = "tested", "alone", "flat"  # clinical groupings
STUDY: dict[str, Any] = {
    "study": "own",
    "omics": ["mutation", "expression"],
    "epoch_limit": 1,
    "compare": ["gene_mean", "ridge", "grid_mutation", "grid_expression"],
    "models": {"grid_standardised": GRID},
    "protocols": {"cv": {"folds": 2}},
    "pretrain": {"widths": {"mutation": [8, 6], "expression": [8, 6]}},
    "genes": {"reported": 40},
    "evaluate": {"bootstrap": 100, "min_lines": 5},
    "cohorts": {
        "ccl": {
            "samples": {"path": "tables/ccl/samples.tsv"},
            "tables": {omic: {"path": f"tables/ccl/{omic}.tsv.gz"} for omic in ("mutation", "expression")},
        },
        "tumors": {
            "samples": {"path": "tables/tumors/samples.tsv"},
            "tables": {
                "mutation": {"path": "tables/tumors/mutation.maf.gz"},
                "expression": {"path": "tables/tumors/expression.tsv.gz"},
            },
        },
        "trial": {  # no mutations, no survival, and a cancer type of one tumour
            "domain": "tumor",
            "samples": {
                "path": "tables/trial.tsv",
                "sample": "sample",
                "patient": "patient",
                "group": "cancer_type",
            },
            "tables": {
                "expression": {
                    "path": "tables/tumors/expression.tsv.gz",
                    "format": "matrix",
                }
            },
        },
    },
    "dependency": {"path": "tables/dependency.tsv.gz"},
    "fingerprints": {"path": "tables/fingerprints.gmt"},
    "analyses": ["tumor_map", "events", "clinical", "survival", "signatures", "synthetic", "external"],
    "analysed_model": "ridge",
    "events": {"known": [{"omic": "mutation", "feature": "NOSUCH", "gene": "G0003", "sign": -1}]},
    "clinical": {
        "receptor": None,
        TESTED: {"column": "receptor", "genes": ["G0003", "NOSUCH"]},
        ALONE: {"column": "arm", "cohort": "tumors", "genes": ["G0003"]},
        FLAT: {"column": "site", "cohort": "tumors", "genes": ["G0003"]},
    },
    "survival": {"genes": ["G0003", "NOSUCH"], "min_events": 5, "covariates": ["age", "site"]},
    "signatures": {"genes": ["G0003", "NOSUCH"], "decoder_epochs": 1, "map_steps": 5, "permutations": 100},
    "synthetic": {"pairs": [["G0003", "NOSUCH"], ["NOSUCH", "G0003"]], "partners": ["NOSUCH"]},
    "external": {
        "scores": {"path": "tables/map.tsv", "holds": "scores", "orientation": "samples_in_rows"},
        "summary": {"path": "tables/summary.tsv", "holds": "summary"},
        "alien": {"path": "tables/alien.tsv", "holds": "summary"},
    },
}
FIGURES = [
    *(f"clinical_{name}" for name in (TESTED, ALONE, FLAT)),
    *(f"{name}_{cohort}" for name in ("hazard_ratios", "kaplan_meier") for cohort in ("tumors", "trial")),
    *(f"external_{name}" for name in ("scores", "summary", "alien")),
    *("map_selective", "events_trial", "known_relations", "synthetic_pairs", "synthetic_partners"),
]
TARGETS = [
    *(f"figures/{name}.png" for name in FIGURES),
    *("tables/map_notes.html", "map/map.html", "tables/signatures_skipped.tsv"),
    *("tables/events_tumors_notes.tsv", "tables/events_trial_notes.tsv"),
]


def write_tables(folder: Path) -> None:
    """Write the tables of the study: simulated ones, odd columns, a second cohort, published maps."""
    simulate(SIZES, folder)
    sheet = pd.read_csv(folder / "tumors/samples.tsv", sep="\t", dtype=str)
    sheet = sheet.assign(site="one", arm=["treated", *["control"] * (len(sheet) - 1)])
    trial = sheet.tail(12)[["sample", "patient", "cancer_type", "age"]].copy()
    trial.iloc[0, 2] = "TYPE_RARE"
    trial.to_csv(folder / "trial.tsv", sep="\t", index=False)
    sheet.head(-12).to_csv(folder / "tumors/samples.tsv", sep="\t", index=False)
    genes = pd.read_csv(folder / "dependency.tsv.gz", sep="\t", index_col=0).index
    draw = np.random.default_rng(0)
    scores = pd.DataFrame(draw.normal(size=(20, len(genes))), sheet["sample"].head(20), genes)
    scores.to_csv(folder / "map.tsv", sep="\t")
    summary = pd.DataFrame({"Gene dependency": genes, "Mean": scores.mean().to_numpy(), "Std": 1.0})
    summary.to_csv(folder / "summary.tsv", sep="\t", index=False)
    alien = summary.assign(**{"Gene dependency": [f"X{gene}" for gene in genes]})
    alien.to_csv(folder / "alien.tsv", sep="\t", index=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the tables of the study."""
    folder = copy_tree(tmp_path_factory.mktemp("analyses"))
    write_tables(folder / "tables")
    write_config(folder / "study.yaml", STUDY)
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Make what the analyses leave, as far as it is looked at here."""
    wanted = [f"results/own/{target}" for target in TARGETS]
    return snakemake(project, *wanted, "--configfile", "study.yaml", timeout=900)


@pytest.fixture(scope="module")
def results(project: Path, run: Run) -> Path:
    """Return the results of a run that went well."""
    assert run.status == 0, run.text[-4000:]
    return project / "results/own"


def noted(path: Path) -> str:
    """Return a table of what was left out as text."""
    return path.read_text(encoding="utf-8")


def test_a(results):
    assert results
