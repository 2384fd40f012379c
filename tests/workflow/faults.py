"""Faults staged on the micro study: runs started and killed, results beside those of an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from micro import MICRO, MICRO_TARGETS
from runs import Run, snakemake

ARGUMENTS = (*MICRO_TARGETS, "--configfile", "study.yaml")
ROOT_FOLDER = Path("results") / str(MICRO["study"])
Row = Callable[[str, int, str], None]
STARTED: list[subprocess.Popen] = []
LIMIT = 600  # seconds; a loaded machine is slow


@dataclass(frozen=True)
class Finished:
    """A project in which the micro study was run undisturbed, and the seconds it took."""

    folder: Path
    seconds: float


def run(folder: Path, *arguments: str) -> Run:
    """Run the micro study, or what else is asked for, to its end."""
    return snakemake(folder, *(arguments or ARGUMENTS), timeout=LIMIT)


def start(folder: Path, *arguments: str) -> subprocess.Popen:
    """Start the micro study in a process group of its own; what it says goes to ``folder/said``."""
    with (folder / "said").open("a") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *(arguments or ARGUMENTS)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Ignored where the tests were started in the background, and so by all they start
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  no thread runs
        )
    STARTED.append(process)
    return process


def end_all() -> None:
    """End what a test that failed has left running."""
    for process in STARTED:
        if process.poll() is None:
            kill([*below(process.pid), process.pid])
            process.wait()
    STARTED.clear()


def below(process: int) -> list[int]:
    """List the processes that a process has started, and those that they have."""
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found + [deeper for child in found for deeper in below(child)]


def script_of(process: int, name: str) -> int | None:
    """Return the process below ``process`` that runs a rule's script, if there is one."""
    for child in below(process):
        with suppress(FileNotFoundError, ProcessLookupError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            if "python" in Path(words[0]).name and any(word.endswith(f"{name}.py") for word in words[1:]):
                return child
    return None


def wait_for(done: Callable[[], object], what: str, limit: float = LIMIT) -> None:
    """Wait until ``done`` says so."""
    end = time.monotonic() + limit
    while not done():
        assert time.monotonic() < end, f"waited {limit} s for {what}"
        time.sleep(0.01)


def kill(processes: list[int]) -> None:
    """Kill processes that these tests have started, by number."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def is_running(process: int) -> bool:
    """Say whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the study but logs and measurements of time."""
    root = folder / ROOT_FOLDER
    files = [path for path in root.rglob("*") if path.is_file()]
    names = {str(path.relative_to(root)): path for path in files}
    return {
        name: path.read_bytes()
        for name, path in sorted(names.items())
        if not name.startswith(("logs/", "benchmarks/"))
    }


def assert_same(folder: Path, undisturbed: Path) -> None:
    """Compare all results, byte by byte, with those of an undisturbed run; nothing more may lie there."""
    found, expected = contents(folder), contents(undisturbed)
    assert found.keys() == expected.keys(), sorted(found.keys() ^ expected.keys())
    other = [name for name in expected if found[name] != expected[name]]
    assert not other, other


def assert_clear(said: str, *words: str) -> None:
    """Check that a run says these words, and no traceback of ours."""
    for word in words:
        assert word in said, f"{word!r} is not in:\n{said}"
    assert "Traceback" not in said, said


@contextmanager
def mounted(place: Path, *arguments: str) -> Iterator[None]:
    """Mount something while the block lasts; skip where that is not allowed."""
    done = subprocess.run(["mount", *arguments, str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mount is refused here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
