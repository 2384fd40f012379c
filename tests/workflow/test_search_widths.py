"""The search for widths in the workflow: who waits for it, and a small one from tables to the page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from runs import copy_tree, plan, snakemake, write_config
from test_bad_input import SIZES, STUDY
from test_dry_run import CONFIG, KINDS, MODELS

from deepdep.io.arrays import load_arrays
from deepdep.simulate.study import simulate

DEEPDEP = CONFIG["models"]["deepdep"]
WINNER = "pretrained/search/mutation.json"
WIDTHS = {omic: [9, 7, 4] for omic in CONFIG["omics"]}  # of omics that are not searched
SEARCH = {"omics": ["mutation"], "trials": 3, "epochs": 2, "widths": [[8, 6], [5], [3, 2]]}


def waiting(tree: Path, folder: Path, settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List the rule and the model or omic of all jobs that read the winner."""
    study = write_config(folder / "study.yaml", {**settings, "search": {"omics": ["mutation"]}})
    for job in plan(tree, "Snakefile", Path(study)).jobs:
        if f"results/demo/{WINNER}" in job.input:
            names = job.wildcards_dict
            yield job.rule.name, names.get("model", names.get("omic"))


def test_pretraining_and_networks_wait_for_the_widths(tree: Path, tmp_path: Path):
    networks = {
        name
        for name, kind in KINDS.items()
        if kind == "grid" and "mutation" in MODELS[name].get("omics", CONFIG["omics"])
    }
    rules = ("train_network", "train_final_network")
    assert set(waiting(tree, tmp_path, {})) == {
        ("pretrain_autoencoder", "mutation"),
        *((rule, name) for rule in rules for name in networks),
    }


def test_network_without_pretraining_waits_too_and_one_without_the_omic_does_not(tree: Path, tmp_path: Path):
    models = {"bare": {**DEEPDEP, "pretrained": False}, "other": {**DEEPDEP, "omics": ["expression"]}}
    settings = {"models": models, "compare": ["gene_mean", "ridge", *models], "analyses": []}
    assert set(waiting(tree, tmp_path, settings)) == {
        ("pretrain_autoencoder", "mutation"),  # for the figure of all autoencoders
        ("train_network", "bare"),
        ("train_final_network", "bare"),
    }


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a small study with a search up to a model; return its results."""
    folder = copy_tree(tmp_path_factory.mktemp("searched"))
    simulate(SIZES, folder / "tables")
    settings = {
        "compare": ["gene_mean", "deepdep"],
        "pretrain": {"widths": WIDTHS},
        "models": {"deepdep": {"fingerprint": [6], "head": [4]}},
        "search": SEARCH,
    }
    write_config(folder / "study.yaml", {**STUDY, **settings, "epoch_limit": 2})
    targets = ("models/deepdep/cv/repeat0_fold0.safetensors", "tables/search.html")
    run = snakemake(
        folder, *(f"results/own/{target}" for target in targets), "--configfile", "study.yaml", timeout=300
    )
    assert run.status == 0, run.text[-4000:]
    assert run.jobs["search_architecture"] == run.jobs["report_search"] == 1
    return folder / "results/own"


@pytest.mark.slow
def test_winner_gives_pretraining_and_the_joint_model_their_widths(searched: Path):
    winner = json.loads((searched / WINNER).read_text(encoding="utf-8"))
    trials = pd.read_csv(searched / "pretrained/search/mutation.tsv", sep="\t")
    best = trials.loc[trials["validation_loss"].idxmin()]
    assert "-".join(map(str, winner["widths"])) == best["widths"]
    assert len(trials) == trials["widths"].nunique() == 3
    assert (trials["epochs"] == 2).all()
    for omic, widths in (("mutation", winner["widths"]), ("expression", WIDTHS["expression"])):
        arrays, notes = load_arrays(searched / f"pretrained/{omic}.safetensors")
        assert notes["settings"]["widths"] == widths
        assert [arrays[f"{layer}.linear.bias"].size for layer in range(3)] == widths
        model = load_arrays(searched / "models/deepdep/cv/repeat0_fold0.safetensors")[1]
        assert model["settings"]["encoders"][omic] == widths


@pytest.mark.slow
def test_page_shows_the_trials_and_no_state_is_left(searched: Path):
    page = (searched / "tables/search.html").read_text(encoding="utf-8")
    winner = json.loads((searched / WINNER).read_text(encoding="utf-8"))
    assert page.index("-".join(map(str, winner["widths"]))) < page.index("3 rows")
    assert "completed" in page
    assert list((searched / "unfinished/search").iterdir()) == []
    log = (searched / "logs/search_architecture/mutation.log").read_text(encoding="utf-8")
    assert re.search(r"trial 3, [0-9]-5-[0-9], completed: validation loss 0\.[0-9]+\n", log)
    assert "won, validation loss" in log
