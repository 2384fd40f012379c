"""Disks that are full or read-only, files that are damaged: a clear message, and a remedy that works."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import (
    LIMIT,
    ROOT_FOLDER,
    Finished,
    Row,
    assert_clear,
    assert_same,
    contents,
    mounted,
    run,
    script_of,
    start,
    wait_for,
)
from micro import MICRO_TARGETS

pytestmark = pytest.mark.slow
LAST = ("predictions/deepdep/tumors.parquet", "predictions/deepdep/tumors.tsv.gz", "tables/metrics_cv.tsv")
FINAL = "models/deepdep/final/model.safetensors"
FOLDS = "predictions/deepdep/cv/cv/repeat0.parquet"
BLOCK = 4096
FEW = 200 << 20  # bytes of addresses


def forget(folder: Path, *names: str) -> None:
    """Remove results that are to be made again."""
    for name in names:
        (folder / ROOT_FOLDER / name).unlink()


def half_written(folder: Path) -> list[str]:
    """List temporary files that a run has left."""
    return [name for name in contents(folder) if Path(name).name.startswith(".")]


# ---- no place


def fill(folder: Path) -> Path:
    """Fill the disk of a folder up to a few blocks, for the logs; return the file that does it."""
    free = os.statvfs(folder)
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 5 * BLOCK))
    return ballast


@pytest.mark.parametrize("names", [[FINAL], ["cohorts/ccl/expression.parquet"]], ids=["model", "table"])
def test_full_disk(names: list[str], study: Path, finished: Finished, row: Row):
    kept = study.parent / "kept"
    shutil.move(study / "results", kept)
    (study / "results").mkdir()
    with mounted(study / "results", "-t", "tmpfs", "-o", "size=16m", "tmpfs"):
        shutil.copytree(kept, study / "results", dirs_exist_ok=True)
        forget(study, *names)
        ballast = fill(study / "results")
        command = (str(ROOT_FOLDER / names[0]), "--configfile", "study.yaml")
        done = run(study, *command)
        assert done.status != 0
        assert_clear(done.text, names[0], "the disk is full", "Remedy: Free disk space")
        assert half_written(study) == []
        assert not (study / ROOT_FOLDER / names[0]).exists()
        ballast.unlink()
        done = run(study, *command)
        assert done.status == 0, done.text
        assert_same(study, finished.folder)
    row(f"disk full while {Path(names[0]).name} is written", 1, "file and remedy named, nothing half-written")


def test_read_only_results(study: Path, row: Row):
    forget(study, *LAST)
    before = contents(study)
    results = study / "results"
    with mounted(results, "--bind", str(results)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(results)], check=True)
        done = run(study)
        assert done.status != 0
        assert_clear(done.text, "results/micro: nothing can be written", "Remedy: Allow writing there")
    assert contents(study) == before
    done = run(study)
    assert done.status == 0, done.text
    row(
        "results on a read-only disk",
        1,
        "told at the start with path and remedy; completes once it is writable",
    )


def test_job_without_enough_memory(study: Path, finished: Finished, row: Row):
    """What the kernel does to a job is in test_faults_kill.py; here the system gives no more memory."""
    forget(study, FINAL, *LAST[:2])
    process = start(study)
    wait_for(lambda: script_of(process.pid, "train_model") or process.poll() is not None, "the training")
    job = script_of(process.pid, "train_model")
    assert job is not None, (study / "said").read_text()
    resource.prlimit(job, resource.RLIMIT_AS, (FEW, FEW))
    assert process.wait(LIMIT) != 0
    said = (study / "said").read_text()
    assert "train_final_network" in said
    assert half_written(study) == []
    assert any(word in said for word in ("memory", "Memory", "failed to map", "SIG")), said[-3000:]
    done = run(study)
    assert done.status == 0, done.text
    assert_same(study, finished.folder)
    row(
        "a training gets no more memory than 200 MB of addresses",
        1,
        "rule and reason named, identical afterwards",
    )


# ---- damaged files


def cut(data: bytes) -> bytes:
    """Leave the first half."""
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    """Flip one bit, in the first half: the values lie there."""
    place = len(data) // 4
    return data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :]


def page(_: bytes) -> bytes:
    """Give an error page in place of the file."""
    return b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"


def empty(_: bytes) -> bytes:
    """Give nothing."""
    return b""


def other_sum(notes: bytes) -> bytes:
    """Give the notes of other weights."""
    said = json.loads(notes)
    return json.dumps({**said, "sha256": "0" * 64}).encode()


def damage(path: Path, change: Callable[[bytes], bytes], whole: bytes) -> None:
    """Damage a file as a disk does: its time stays, so that the engine does not know."""
    times = path.stat()
    path.write_bytes(change(whole))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(("name", "target"), [(FOLDS, MICRO_TARGETS[1]), (FINAL, MICRO_TARGETS[0])])
def test_damaged_result_is_found_by_the_rule_that_reads_it(
    name: str, target: str, study: Path, finished: Finished, row: Row
):
    path, changes = study / ROOT_FOLDER / name, (cut, flip, page, empty)
    whole = path.read_bytes()
    (study / target).unlink()
    for change in changes:
        damage(path, change, whole)
        done = run(study, target, "--configfile", "study.yaml")
        assert done.status != 0, done.text
        assert_clear(done.text, f"{ROOT_FOLDER / name}: ", "Remedy: Remove it")
        assert not (study / target).exists()
    path.unlink()
    if name == FINAL:
        path.with_suffix(".json").unlink()
    done = run(study)
    assert done.status == 0, done.text
    assert_same(study, finished.folder)
    row(
        f"{path.suffix[1:]} cut, flipped, a web page, empty",
        4,
        "file and remedy named; the remedy: identical",
    )


def test_damaged_notes_of_a_model(study: Path, row: Row):
    forget(study, *LAST[:2])
    path = (study / ROOT_FOLDER / FINAL).with_suffix(".json")
    whole = path.read_bytes()
    for change in (cut, other_sum):
        damage(path, change, whole)
        done = run(study, MICRO_TARGETS[0], "--configfile", "study.yaml")
        assert done.status != 0, done.text
        assert_clear(done.text, "models/deepdep/final/model", "Remedy: Remove it")
    row("notes of a model cut off, or of another model", 2, "file and remedy named")


def test_missing_notes_of_a_model_are_made_again(study: Path, finished: Finished, row: Row):
    forget(study, *LAST[:2])
    forget(study, FINAL.replace(".safetensors", ".json"))
    done = run(study, MICRO_TARGETS[0], "--configfile", "study.yaml")
    if done.status:
        assert_clear(done.text, "belong together, one is missing", "Remedy: Remove it")
        forget(study, FINAL)
        done = run(study)
    assert done.status == 0, done.text
    assert_same(study, finished.folder)
    row("notes of a model missing", 1, "made again or named; identical afterwards")
