"""Runs that are killed, or told to stop, end like undisturbed ones once they are started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from faults import (
    ROOT_FOLDER,
    Finished,
    Row,
    assert_clear,
    assert_same,
    below,
    contents,
    end_all,
    is_running,
    kill,
    run,
    script_of,
    start,
    wait_for,
)
from micro import MICRO
from runs import write_config

pytestmark = pytest.mark.slow
TRIES = int(os.environ.get("DEEPDEP_FAULT_TRIES", "3"))
SEED = int(os.environ.get("DEEPDEP_FAULT_SEED", "1"))
# Long enough to be hit in the middle: seconds of training, a state every 10 epochs.
LONG = MICRO | {
    "epoch_limit": 1500,
    "training": {"checkpoint_every": 10},
    "pretrain": MICRO["pretrain"] | {"epochs": 1500, "patience": 1500},
}
ENCODER = str(ROOT_FOLDER / "pretrained/expression.safetensors")
TRAINING = (ENCODER, "--configfile", "long.yaml")
STATE = ROOT_FOLDER / "unfinished/pretrained/expression.safetensors"
LOG = ROOT_FOLDER / "logs/pretrain_autoencoder/expression.log"


def unlock(folder: Path) -> None:
    """Take away the lock that a killed run has left, as the README says."""
    done = run(folder, "--unlock")
    assert done.status == 0, done.text


def restart(folder: Path) -> None:
    """Start a study over: without results and without the engine's memory of them."""
    shutil.rmtree(folder / ROOT_FOLDER)
    shutil.rmtree(folder / ".snakemake")


def ended(process: subprocess.Popen, seconds: float) -> bool:
    """Wait for some seconds; say whether the process ended by itself."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.mark.parametrize("alone", [False, True], ids=["with its jobs", "alone"])
def test_snakemake_killed_at_random_moments(alone: bool, study: Path, finished: Finished, row: Row):
    """Killed again and again on the way through one study, which then ends like one that never was."""
    rng, kills, orphans = np.random.default_rng(SEED + alone), 0, 0
    left: list[int] = []
    restart(study)
    while kills < TRIES:
        process, moment = start(study), rng.uniform(0.05, 0.6) * finished.seconds
        if ended(process, moment):
            assert process.returncode == 0, (study / "said").read_text()
            assert_same(study, finished.folder)
            restart(study)
            continue
        jobs = below(process.pid)
        kill([process.pid] if alone else [process.pid, *jobs])
        process.wait()
        kills, orphans = kills + 1, orphans + alone * any(is_running(job) for job in jobs)
        left += jobs
        sys.stdout.write(
            f"seed {SEED + alone}, kill {kills} after {moment:.2f} s, {len(jobs)} processes below\n"
        )
        unlock(study)
    done = run(study)
    assert done.status == 0, done.text
    wait_for(lambda: not any(map(is_running, left)), "orphans")
    assert_same(study, finished.folder)
    name = f"kill -9 of snakemake {'alone, jobs go on' if alone else 'and its jobs'}, random moment"
    orphaned = f"; {orphans} times a job went on as an orphan" if alone else ""
    row(name, kills, f"after --unlock and the same command: identical bytes{orphaned}")


@pytest.fixture(scope="module")
def long_training(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a long training of an autoencoder, undisturbed."""
    folder = Path(shutil.copytree(finished.folder, tmp_path_factory.mktemp("long") / "project"))
    write_config(folder / "long.yaml", LONG)
    done = run(folder, *TRAINING)
    assert done.status == 0, done.text
    return folder


@pytest.fixture
def training(long_training: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a copy in which the long training is still to be done."""
    folder = Path(shutil.copytree(long_training, tmp_path / "project"))
    (folder / ENCODER).unlink()
    yield folder
    end_all()


def reach_state(folder: Path) -> tuple[subprocess.Popen, int]:
    """Start the training, wait for its first state; return snakemake and the process that trains."""
    process = start(folder, *TRAINING)
    wait_for(lambda: (folder / STATE).exists() or process.poll() is not None, "the first state")
    job = script_of(process.pid, "pretrain_autoencoder")
    assert job is not None, (folder / "said").read_text()
    return process, job


def assert_resumed(folder: Path, undisturbed: Path) -> None:
    """Run again; the training must go on from its state and end with the same bytes."""
    done = run(folder, *TRAINING)
    assert done.status == 0, done.text
    assert "resumes after epoch" in (folder / LOG).read_text()
    assert_same(folder, undisturbed)


def test_training_killed_at_random_moments(training: Path, long_training: Path, row: Row):
    rng = np.random.default_rng(SEED)
    for number in range(1, TRIES + 1):
        process, job = reach_state(training)
        moment = rng.uniform(0, 0.3)
        time.sleep(moment)
        kill([job])
        assert process.wait(60) != 0
        sys.stdout.write(f"seed {SEED}, kill {number}, {moment:.2f} s after the first state\n")
        said = (training / "said").read_text()
        assert_clear(said, "Error in rule pretrain_autoencoder", "died with <Signals.SIGKILL: 9>")
        assert_resumed(training, long_training)
        (training / ENCODER).unlink()
        (training / "said").unlink()
    row("kill -9 of a training, as the kernel does out of memory", TRIES, "goes on from its state: identical")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_snakemake_told_to_stop(name: str, training: Path, long_training: Path, row: Row):
    """SIGTERM lets the running job end; Ctrl-C reaches the job too, as a terminal sends it to the group."""
    process, job = reach_state(training)
    begun = time.monotonic()
    if name == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGTERM)
    process.wait(120)
    seconds = time.monotonic() - begun
    assert not is_running(job)
    assert not list((training / ".snakemake/locks").glob("*"))
    if name == "SIGINT":
        assert_resumed(training, long_training)
    else:
        done = run(training, *TRAINING)
        assert done.status == 0, done.text
        assert_same(training, long_training)
    row(f"{name} of snakemake while it trains", 1, f"ended in {seconds:.0f} s, no lock, identical afterwards")


@pytest.mark.parametrize("damage", ["cut off", "flipped", "empty"])
def test_damaged_state_is_told_and_training_begins_anew(
    damage: str, training: Path, long_training: Path, row: Row
):
    process, job = reach_state(training)
    kill([job])
    process.wait(60)
    path = training / STATE
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-40] ^= 16
    path.write_bytes({"cut off": whole[: len(whole) // 2], "flipped": flipped, "empty": b""}[damage])
    done = run(training, *TRAINING)
    assert done.status == 0, done.text
    log = (training / LOG).read_text()
    assert "begins anew" in log
    assert "unfinished/pretrained/expression.safetensors is damaged" in log
    assert_same(training, long_training)
    row(f"state of an unfinished training {damage}", 1, "the log says so, begins anew, identical")


def test_second_run_in_the_same_folder_is_refused(training: Path, long_training: Path, row: Row):
    process, _ = reach_state(training)
    second = run(training, *TRAINING)
    assert second.status != 0
    assert_clear(second.text, "Directory cannot be locked", str(training), "--unlock")
    assert process.wait(120) == 0, (training / "said").read_text()
    assert_same(training, long_training)
    assert contents(training)
    row(
        "two runs in one folder at a time",
        1,
        "the second is refused (LockException), the first ends unharmed",
    )
