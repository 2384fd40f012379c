"""One piece of work in a process of its own: its seconds, its processor time and its peak memory."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[1] / "workflow" / "scripts"
MIB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Parameters
    ----------
    seconds
        By its own clock, which starts after the imports; by phase, ``total`` for all.
    cpu
        Seconds of all its threads, imports too.
    peak
        Most memory it held, GB.
    """

    seconds: dict[str, float]
    cpu: float
    peak: float


def run(script: str, *arguments: str | Path) -> Cost:
    """Run a script of this folder; a script that fails raises ``CalledProcessError``.

    This process has to stay small: a child's peak is never below that of its parent.
    """
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
        answer = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(json.loads(answer or "{}"), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e9)


def warm(path: Path) -> None:
    """Read a file once, so that it lies in the page cache."""
    with path.open("rb") as handle:
        while handle.read(MIB):
            pass
