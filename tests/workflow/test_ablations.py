"""Ablations, an ensemble and baselines, from config to predictions, spread and distances of a tiny study."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from runs import copy_tree, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.prepare.cohort import load_cohort
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate
from deepdep.training.checkpoint import load_model
from deepdep.training.ensemble import members_of

pytestmark = pytest.mark.slow
SIZES = Settings(
    lines=48, unlabelled_lines=4, lineages=3, tumors=20, cancer_types=2, features=60, genes=40, gene_sets=40
)
NETWORKS = ("deepdep_one_gene", "deepdep_no_fingerprint", "deepdep_ensemble", "deepdep_shuffled", "multitask")
BASELINES = ("kernel_ridge", "lineage_mean", "confounders")  # those that look at the sheet, too
STUDY = {
    "analyses": [],
    "study": "own",
    "omics": ["expression"],
    "compare": ["gene_mean", "ridge", *NETWORKS, *BASELINES],
    "epoch_limit": 2,
    "protocols": {"cv": {"folds": 2}},
    "pretrain": {"widths": {"expression": [8, 6]}},
    "models": {
        "deepdep": {"fingerprint": [8, 6], "head": [8, 8]},
        "deepdep_one_gene": {"head": [8, 8], "genes_per_block": 12},
        "deepdep_ensemble": {"members": 3},
    },
    "genes": {"reported": 30},
    "cohorts": {
        name: {
            "samples": {"path": f"tables/{name}/samples.tsv"} | more,
            "tables": {"expression": {"path": f"tables/{name}/expression.tsv.gz"}},
        }
        for name, more in (("ccl", {"confounders": ["culture_type"]}), ("tumors", {}))
    },
    "dependency": {"path": "tables/dependency.tsv.gz"},
    "fingerprints": {"path": "tables/fingerprints.gmt"},
}
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the study as far as its predictions."""
    folder = copy_tree(tmp_path_factory.mktemp("ablations"))
    simulate(SIZES, folder / "tables")
    root = Path("results/own")
    targets = [f"{root}/predictions/{model}/samples.tsv" for model in STUDY["compare"]]
    targets += [f"{root}/predictions/{model}/tumors_sd.parquet" for model in STUDY["compare"][1:]]
    for cohort in ("ccl", "tumors"):
        targets += [f"{root}/predictions/{model}/{cohort}.parquet" for model in (*NETWORKS, *BASELINES)]
    config = write_config(folder / "study.yaml", STUDY)
    run = snakemake(folder, *targets, "--configfile", config, timeout=900)
    assert run.status == 0, run.text
    return folder / root


@pytest.mark.parametrize("model", [*NETWORKS, *BASELINES])
def test_models_predict_every_sample_and_gene(results: Path, model: str):
    for cohort, number in (("ccl", 52), ("tumors", 20)):
        table = read_matrix(results / f"predictions/{model}/{cohort}.parquet")
        assert table.shape == (number, len(read_table(results / "genes.parquet")))
        assert np.isfinite(table).all(axis=None)


def test_confounders_come_from_the_sheet_to_the_model(results: Path):
    fitted = load_model(results / "models/confounders/final/model.safetensors", CPU)
    assert {"adherent", "suspension"} <= set(fitted.notes["model"]["categories"]["culture_type"])
    assert {"culture_type: adherent", "expression SD"} <= set(fitted.notes["model"]["covariates"])
    cohort = load_cohort(
        results / "cohorts/ccl/samples.parquet", {"expression": results / "cohorts/ccl/expression.parquet"}
    )
    changed = cohort.samples.assign(confounder_culture_type="suspension")
    rows = (cohort.samples["culture_type"] == "adherent").to_numpy()
    before, after = (fitted.predict(type(cohort)(one, cohort.omics)) for one in (cohort.samples, changed))
    assert (before[rows] != after[rows]).any(axis=None)
    pd.testing.assert_frame_equal(
        before[cohort.samples["culture_type"] == "suspension"],
        after[cohort.samples["culture_type"] == "suspension"],
    )


def test_likeness_takes_the_keys_that_the_study_gave_the_other_model(results: Path):
    settings = load_model(results / "models/deepdep_ensemble/final/model.safetensors", CPU).notes["settings"]
    assert settings["head"] == [8, 8]
    assert settings["members"] == 3
    assert "like" not in settings


@pytest.mark.parametrize("model", ["ridge", "deepdep_ensemble"])
def test_spread_is_that_of_all_folds_and_members(results: Path, model: str):
    omics = {"expression": results / "cohorts/ccl/expression.parquet"}
    cohort = load_cohort(results / "cohorts/ccl/samples.parquet", omics)
    fitted = [
        load_model(results / f"models/{model}/cv/repeat0_fold{fold}.safetensors", CPU) for fold in (0, 1)
    ]
    assert len(members_of(fitted[0].model)) == (3 if model == "deepdep_ensemble" else 1)
    spread = read_matrix(results / f"predictions/{model}/ccl_sd.parquet")
    free = [name for name in spread.index if name not in read_matrix(results / "dependency.parquet").index]
    each = [table.loc[free] for one in fitted for table in one.predict_members(cohort)]
    np.testing.assert_allclose(spread.loc[free], np.std(each, axis=0, ddof=1), rtol=1e-4, atol=1e-6)
    splits = read_table(results / "splits/cv.parquet")
    for fold, one in enumerate(fitted):
        tests = splits[(splits["fold"] == fold) & (splits["role"] == "test")]["sample"]
        tables = [table.loc[tests] for table in one.predict_members(cohort)]
        if len(tables) == 1:
            assert spread.loc[tests].isna().all(axis=None)
        else:
            np.testing.assert_allclose(
                spread.loc[tests], np.std(tables, axis=0, ddof=1), rtol=1e-4, atol=1e-6
            )


def test_spread_says_which_standard_deviation_it_is(results: Path):
    header = read_header(results / "predictions/deepdep_ensemble/tumors_sd.parquet")
    assert header["standard_deviation"].startswith("ensemble: ")
    assert header["predictions"] == 6
    assert read_header(results / "predictions/ridge/tumors_sd.parquet")["predictions"] == 2


def test_final_ensemble_stops_at_the_median_of_its_folds(results: Path):
    notes = [
        load_model(results / f"models/deepdep_ensemble/{name}.safetensors", CPU).notes
        for name in ("cv/repeat0_fold0", "cv/repeat0_fold1", "final/model")
    ]
    best = [one["model"]["best_epoch"] for one in notes]
    assert notes[2]["settings"]["epochs"] == round(float(np.median(best[:2])))


def test_lines_held_out_rank_among_themselves(results: Path):
    for model in ("ridge", "deepdep_one_gene"):
        table = pd.read_csv(results / f"predictions/{model}/samples.tsv", sep="\t")
        lines = table[table["in_training"]]
        np.testing.assert_allclose(np.sort(lines["beyond"]), np.arange(48) / 48, atol=0.05)
