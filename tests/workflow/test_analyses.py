"""Odd input of the analyses in a tiny study: each oddity is named in a table, everything else is made."""

import copy
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import yaml
from runs import ROOT, Run, copy_tree, snakemake, write_config
from snakemake.utils import update_config

from deepdep.config import check_config, expand_study
from deepdep.errors import InputError
from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

pytestmark = pytest.mark.slow
SIZES = Settings(
    lines=48, unlabelled_lines=4, lineages=2, tumors=60, cancer_types=2, features=60, genes=40, gene_sets=40
)
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
GRID = {"pretrained": False, "fingerprint": [8, 6], "head": [8, 8]}
TESTED, ALONE, FLAT = "tested", "alone", "flat"  # clinical groupings
STUDY: dict[str, Any] = {
    "study": "own",
    "omics": ["mutation", "expression"],
    "epoch_limit": 1,
    "compare": ["gene_mean", "ridge", "grid_mutation"],
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
    "analyses": ["tumor_map", "events", "clinical", "survival", "synthetic", "external"],
    "analysed_model": "ridge",
    "events": {"known": [{"omic": "mutation", "feature": "NOSUCH", "gene": "G0003", "sign": -1}]},
    "clinical": {
        "receptor": None,
        TESTED: {"column": "receptor", "genes": ["G0003", "NOSUCH"]},
        ALONE: {"column": "arm", "cohort": "tumors", "genes": ["G0003"]},
        FLAT: {"column": "site", "cohort": "tumors", "genes": ["G0003"]},
    },
    "survival": {"genes": ["G0003", "NOSUCH"], "min_events": 5, "covariates": ["age", "site"]},
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
    *("tables/map_notes.html", "map/map.html"),
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


def test_the_run_ends_well_and_makes_every_figure(run: Run, results: Path):
    assert "Traceback" not in run.text
    for name in FIGURES:
        image = matplotlib.image.imread(results / f"figures/{name}.png")
        assert min(image.shape[:2]) > 100, name
        assert image[..., :3].std() > 0.01, name


@pytest.mark.parametrize(
    ("grouping", "words"),
    [
        (FLAT, "column 'site': nothing to compare ({'one': 48})"),
        (ALONE, "group treated\t1 samples, at least 3 are needed"),
        (TESTED, "trial\ttested\tno column 'receptor'; columns are "),
        (TESTED, "tumors\ttested, gene NOSUCH\tno predictions: not among the study's genes"),
    ],
)
def test_clinical_groups_that_cannot_be_compared_are_named(results: Path, grouping: str, words: str):
    assert words in noted(results / f"tables/clinical_{grouping}_skipped.tsv")


def test_a_grouping_is_tested_where_it_can_be(results: Path):
    table = read_table(results / f"clinical/{TESTED}.parquet")
    assert set(table["cohort"]) == {"tumors"}
    assert set(table["gene"]) == {"G0003"}
    assert {"TYPE_A", "pooled"} <= set(table["cancer_type"])
    for name in (ALONE, FLAT):
        assert len(read_table(results / f"clinical/{name}.parquet")) == 0


def test_survival_is_fitted_where_it_is_known(results: Path):
    assert "trial\tsurvival\tno column 'OS.time'" in noted(results / "tables/survival_trial_skipped.tsv")
    assert len(pd.read_csv(results / "tables/survival_trial.tsv", sep="\t")) == 0
    left_out = noted(results / "tables/survival_tumors_skipped.tsv")
    assert "gene NOSUCH\tno predictions" in left_out
    assert "covariate\tsite: constant or empty" in left_out
    fits = pd.read_csv(results / "tables/survival_tumors.tsv", sep="\t").set_index("cancer_type")
    assert set(fits.index) == {"TYPE_A", "TYPE_B", "pooled"}
    assert set(fits["gene"]) == {"G0003"}
    assert set(fits["adjusted_for"]) == {"age"}
    assert fits.loc["pooled", "n"] == fits.loc[["TYPE_A", "TYPE_B"], "n"].sum()


def test_genes_and_mutations_that_the_study_lacks_are_named(results: Path):
    known = pd.read_csv(results / "tables/known_relations.tsv", sep="\t")
    assert set(known["status"]) == {"feature absent from mutation"}
    assert set(known["recovered"]) == {"absent"}
    assert known["source"].nunique() == 4
    wishes = pd.read_csv(results / "tables/synthetic_skipped.tsv", sep="\t").set_index("name")
    assert set(wishes.index) == {"G0003 - NOSUCH", "NOSUCH - G0003", "NOSUCH"}
    assert "neither predicted" in wishes.loc["G0003 - NOSUCH", "reason"]
    assert "not flipped" in wishes.loc["NOSUCH - G0003", "reason"]
    mean = read_matrix(results / "synthetic/mean.parquet", index="mutation")
    assert np.isfinite(mean).all(axis=None)
    assert (mean != 0).any(axis=None)


def test_an_omic_that_a_cohort_lacks_is_named(results: Path):
    notes = noted(results / "tables/events_trial_notes.tsv")
    assert "mutation: skipped, 0 samples have both it and scores" in notes
    assert "expression: 0 events among " in notes


def test_a_cancer_type_of_one_tumour_is_named_and_counts_among_the_others(results: Path):
    assert "cancer type TYPE_RARE" in noted(results / "tables/map_notes.html")
    table = read_table(results / "map/selective.parquet")
    assert set(table["group"]) == {"TYPE_A", "TYPE_B"}
    sizes = read_table(results / "map/samples.parquet").query("domain == 'tumor'")["group"].value_counts()
    assert sizes["TYPE_RARE"] == 1
    for name, own in table.groupby("group"):
        assert set(own["n"] + own["n_rest"]) == {sizes.sum()}
        assert set(own["n"]) == {sizes[name]}


def test_published_maps_are_compared_and_one_that_shares_nothing_is_named(results: Path):
    genes = read_matrix(results / "predictions/ridge/tumors.parquet").columns
    for name, more in (("scores", True), ("summary", False)):
        table = read_table(results / f"metrics/external_{name}.parquet")
        facts = read_header(results / f"metrics/external_{name}.parquet")["facts"]
        assert set(table["gene"]) == set(genes)
        assert ("r" in table) is more
        assert facts["genes"] == len(genes)
        expected = np.corrcoef(table["mean"], table["their_mean"])[0, 1]
        assert facts["r_of_means"] == pytest.approx(expected, abs=1e-4)
        assert abs(facts["r_of_means"]) < 0.6  # drawn by chance
    facts = read_header(results / "metrics/external_alien.parquet")["facts"]
    assert "the maps share 0 genes" in facts["reason"]
    assert len(pd.read_csv(results / "tables/external_alien.tsv", sep="\t")) == 0


# ---- refused at start

REFUSED = {
    "clinical.tested.column: no column 'receptr' in the sheet of tumors, trial. Remedy: Did you mean": {
        "clinical": {TESTED: {"column": "receptr"}}
    },
    "survival.time: no column 'OS.tim' in the sheet of tumors, trial. Remedy: Did you mean 'OS.time'?": {
        "survival": {"time": "OS.tim"}
    },
    "analysed_model: 'kernel_network' is not among compare; name one that is": {
        "analysed_model": "kernel_network"
    },
    "synthetic.model: 'ridge' is no model of kind grid with omics [mutation]": {
        "synthetic": {"model": "ridge"}
    },
    "signatures.model: 'ridge' must be of kind grid": {
        "analyses": ["signatures"],
        "signatures": {"model": "ridge"},
    },
    "analyses: tumor_map needs a cohort of domain tumor; add one, or leave tumor_map out": {
        "cohorts": {"tumors": None, "trial": None}
    },
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_the_study_cannot_have_is_refused_at_start(
    project: Path, monkeypatch: pytest.MonkeyPatch, words: str
):
    """By the check that the workflow starts with, of the config as snakemake merges it."""
    raw = yaml.safe_load((project / "config/config.yaml").read_text(encoding="utf-8"))
    for change in (STUDY, REFUSED[words]):
        update_config(raw, copy.deepcopy(change))
    monkeypatch.chdir(project)
    with pytest.raises(InputError) as found:
        check_config(expand_study(raw, "own"), SCHEMA)
    assert words in str(found.value)
    assert "Remedy: " in str(found.value)
