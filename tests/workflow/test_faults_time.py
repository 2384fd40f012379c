"""Clocks that are off, copies and touched files train nothing again; changed content does."""

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from faults import ARGUMENTS, ROOT_FOLDER, Finished, Row, run
from runs import ROOT, snakemake

pytestmark = pytest.mark.slow
HOURS = 3600.0


def set_times(paths: list[Path], low: float, high: float) -> None:
    """Give files times between two, in hours from now, in random order."""
    rng = np.random.default_rng(0)
    for path in paths:
        moment = time.time() + HOURS * rng.uniform(low, high)
        os.utime(path, (moment, moment))


def files(folder: Path) -> list[Path]:
    """List the files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "what",
    [
        "touched library, scripts and rules",
        "inputs of the future",
        "copied in any order",
        "clock 10 hours back",
    ],
)
def test_other_times_train_nothing(what: str, study: Path, row: Row):
    root = study / ROOT_FOLDER
    if what.startswith("touched"):
        set_times(files(study / "workflow"), 0, 0)
    elif what.startswith("inputs"):
        set_times([*files(root / "simulated"), root / "dependency.parquet", *files(root / "cohorts")], 5, 6)
    elif what.startswith("copied"):
        set_times(files(study), -0.01, 0)
    else:
        set_times(files(root / "models") + files(root / "pretrained"), -10, -10)
    planned = run(study, "-n", *ARGUMENTS)
    assert planned.status == 0, planned.text
    assert planned.jobs == {}, planned.text
    assert "Nothing to be done" in planned.text
    row(what, 1, "nothing is made again")


@pytest.mark.parametrize(
    "name",
    ["workflow/scripts/train_model.py", "workflow/scripts/deepdep/training/loop.py"],
    ids=["script", "library"],
)
def test_other_content_trains(name: str, study: Path, row: Row):
    """An edit has a time of its own, and another sum than the one that was noted."""
    path = study / name
    path.write_text(path.read_text() + "\n# another content\n")
    planned = run(study, "-n", *ARGUMENTS)
    assert planned.jobs["train_final_network"] == 1, planned.text
    assert planned.jobs["train_network"] == 2
    row(f"real change of {path.name}", 1, "what uses it is made again")


def test_large_inputs_are_compared_by_content(tmp_path: Path, row: Row):
    """By default the engine compares files up to 1 MB only; the profile raises that."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    (tmp_path / "Snakefile").write_text(
        'rule a:\n    input: "big"\n    output: "made"\n    shell: "touch made"\n'
    )
    (tmp_path / "big").write_bytes(bytes(3_000_000))
    assert snakemake(tmp_path).status == 0
    set_times([tmp_path / "big"], 1, 1)
    assert "Nothing to be done" in snakemake(tmp_path, "-n").text
    (tmp_path / "big").write_bytes(bytes(2_999_999) + b"1")
    set_times([tmp_path / "big"], 1, 1)
    assert "Updated input files: big" in snakemake(tmp_path, "-n").text
    row("touched input of 3 MB", 1, "nothing is made again, unless its content changes")


def test_results_without_the_engine_s_memory(study: Path, finished: Finished, row: Row):
    """Results alone, as from an archive, without .snakemake: they are taken as they are."""
    shutil.rmtree(study / ".snakemake")
    planned = run(study, "-n", *ARGUMENTS)
    assert planned.status == 0
    assert not {job for job in planned.jobs if job.startswith(("train", "pretrain"))}, planned.text
    assert finished.folder.exists()
    row("results copied without .snakemake, times kept", 1, "nothing is trained again")
