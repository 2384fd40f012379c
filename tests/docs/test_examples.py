"""What docs/extend.md shows works: all its examples in one copy of the tree, through a micro study."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from micro import MICRO
from runs import ROOT, copy_tree, reported_rows, snakemake, write_config

from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

EXAMPLES = ROOT / "tests/docs/examples"
NAMES = ("baseline", "figure", "analysis")  # with edits; a model and an omic need none
SMOOTHED = "results/micro/predictions/kernel_smoother/tumors.tsv.gz"
PAGES = [ROOT / "docs" / name for name in ("extend.md", "own_samples.md")]


def apply(name: str, folder: Path) -> None:
    """Make an example's edits in a copy of the tree, and put its new files there."""
    example = EXAMPLES / name
    edits = ["git", "apply", "--whitespace=nowarn", str(example / "edits.diff")]
    done = subprocess.run(edits, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}/edits.diff no longer fits the code: {done.stderr}"
    for path in sorted((example / "workflow").rglob("*")) if (example / "workflow").exists() else ():
        if path.is_file():
            target = folder / path.relative_to(example)
            assert not target.exists(), f"{target} is there already"
            shutil.copy2(path, target)


def write_proteins(folder: Path) -> None:
    """Write a table of proteins per cohort: some of the simulated expression, with noise and gaps."""
    simulate(Settings(**MICRO["simulate"], seed=1), folder / "simulated")
    (folder / "data").mkdir()
    rng = np.random.default_rng(1)
    for cohort, name in (("ccl", "line"), ("tumors", "tumor")):
        simulated = pd.read_csv(folder / f"simulated/{cohort}/expression.tsv.gz", sep="\t", index_col=0)
        proteins = simulated[~simulated.index.duplicated()].iloc[:30]
        proteins = proteins + rng.normal(0, 0.5, proteins.shape)
        proteins.mask(rng.random(proteins.shape) < 0.1).to_csv(folder / f"data/{name}_proteins.tsv", sep="\t")


def stated(name: str) -> dict[str, Any]:
    """Return what an example has a study say."""
    return yaml.safe_load((EXAMPLES / name / "study.yaml").read_text(encoding="utf-8"))


def study() -> dict[str, Any]:
    """Return the micro study with all that the examples add."""
    own = stated("omic") | stated("model")
    models = ["gene_mean", "ridge", "deepdep", "kernel_smoother", "partial_least_squares"]
    widths = {**MICRO["pretrain"]["widths"], **own["pretrain"]["widths"]}
    more = {"compare": models, "analyses": ["frequency"], "analysed_model": "partial_least_squares"}
    return {**MICRO, **own, **more, "pretrain": {"widths": widths}}


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tree with all examples, after the study ran to its metrics, figure and table."""
    folder = copy_tree(tmp_path_factory.mktemp("extended"))
    for name in NAMES:
        apply(name, folder)
    write_proteins(folder)
    (folder / "own").mkdir()
    shutil.copy2(EXAMPLES / "model/kernel_smoother.py", folder / "own")
    results = "results/micro"
    wanted = [
        f"{results}/tables/metrics_cv.tsv",
        SMOOTHED,
        f"{results}/figures/spreads_partial_least_squares.png",
        f"{results}/tables/frequency.tsv",
    ]
    config = write_config(folder / "study.yaml", study())
    done = snakemake(folder, *wanted, "--configfile", config, timeout=600)
    assert done.status == 0, done.text
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_each_example_fits_the_tree_by_itself(name: str, tmp_path: Path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for path in ("workflow", "config"):
        shutil.copytree(ROOT / path, tmp_path / path, ignore=shutil.ignore_patterns("__pycache__"))
    apply(name, tmp_path)


@pytest.mark.slow
def test_model_and_baseline_have_rows_of_their_own(extended: Path):
    rows = reported_rows(extended / "results/micro/tables/metrics_cv.tsv")
    assert set(rows.index) == {"gene_mean", "ridge", "deepdep", "kernel_smoother", "partial_least_squares"}
    assert rows.loc["partial_least_squares", "mean_r"] > rows.loc["deepdep", "mean_r"]
    assert np.isfinite(rows.loc["kernel_smoother", "mean_r"])


@pytest.mark.slow
def test_models_are_the_same_after_they_were_stored(extended: Path):
    scores = pd.read_csv(extended / SMOOTHED, sep="\t", index_col=0, comment="#")
    assert np.isfinite(scores.to_numpy()).all()
    assert (scores.std() > 0).all()


@pytest.mark.slow
def test_an_edit_of_a_model_of_ones_own_trains_it_and_nothing_else_anew(extended: Path):
    other = "results/micro/tables/frequency.tsv"  # of partial_least_squares
    look = ("--dry-run", SMOOTHED, other, "--configfile", "study.yaml")
    before = snakemake(extended, *look)
    assert "Nothing to be done" in before.text, before.text
    code = extended / "own/kernel_smoother.py"
    text = code.read_text(encoding="utf-8")
    code.write_text(f"{text}# edited\n", encoding="utf-8")
    try:
        edited = snakemake(extended, *look)
    finally:
        code.write_text(text, encoding="utf-8")
    assert edited.jobs == {"train_final_baseline": 1, "predict_cohort": 1}, edited.text


@pytest.mark.slow
def test_the_new_omic_is_read_and_seen_by_models(extended: Path):
    omic = pd.read_parquet(extended / "results/micro/cohorts/ccl/proteomics.parquet")
    assert omic.drop(columns="sample", errors="ignore").shape == (44, 30)
    assert (extended / "results/micro/pretrained/proteomics.safetensors").exists()


@pytest.mark.slow
def test_figure_and_analysis_leave_their_files(extended: Path):
    png = (extended / "results/micro/figures/spreads_partial_least_squares.png").read_bytes()
    assert png[:4] == b"\x89PNG"
    table = pd.read_csv(extended / "results/micro/tables/frequency.tsv", sep="\t", comment="#")
    assert list(table.columns) == ["cancer_type", "n", "gene", "share"]
    assert table["share"].between(0, 1).all()
    assert table.groupby("cancer_type")["n"].first().sum() == 20


def test_pages_show_every_file_of_every_example():
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(files) >= 12
    missing = [path for path in files if f'"{path.relative_to(ROOT)}"' not in text]
    assert missing == []


# ---- a user's own samples


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return what the page of own samples ends with: its commands, in a copy of the tree."""
    folder = copy_tree(tmp_path_factory.mktemp("own"))
    for name, target in (
        ("study.yaml", "example.yaml"),
        ("own.yaml", "own.yaml"),
        ("make_samples.py", "make_samples.py"),
    ):
        shutil.copy2(EXAMPLES / "own" / name, folder / target)
    settings = yaml.safe_load((folder / "example.yaml").read_text(encoding="utf-8"))
    simulated = Settings(**{"null_share": 0.35, **settings["simulate"]}, seed=1)
    simulate(simulated, folder / "results/own_example/simulated")
    subprocess.run([sys.executable, "make_samples.py"], cwd=folder, check=True)
    wanted = [f"results/own_example/predictions/ridge/{name}" for name in ("samples.tsv", "own.tsv.gz")]
    done = snakemake(folder, *wanted, "--configfile", "example.yaml", "own.yaml", timeout=600)
    assert done.status == 0, done.text
    scores = pd.read_csv(folder / wanted[1], sep="\t", index_col="sample", comment="#")
    about = pd.read_csv(folder / wanted[0], sep="\t", index_col="sample", comment="#")
    return about[about["cohort"] == "own"].join(scores)


@pytest.mark.slow
def test_own_samples_are_predicted_and_the_odd_one_is_flagged(own: pd.DataFrame):
    assert list(own.index) == ["T1", "T2", "T3"]
    assert np.isfinite(own.iloc[:, -60:].to_numpy(float)).all()
    assert own["has_mutation"].tolist() == [True, True, False]
    assert own.loc["T3", "beyond"] > 0.95 > own.loc[["T1", "T2"], "beyond"].max()
    assert not own["in_training"].any()
