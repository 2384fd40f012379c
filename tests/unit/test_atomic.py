"""Files are whole or not there, and what kills leave of them does not stay."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import deepdep
from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.io.atomic import whole_file

NO_PROCESS = 9_999_999  # beyond Linux's largest number
DAYS = 86_400  # s
SCRIPTS = str(Path(deepdep.__file__).parents[1])
WRITER = """
import sys, numpy, torch
from pathlib import Path
from deepdep.io.arrays import save_arrays
from deepdep.training.state import Course, Parts, Unfinished, save_state
folder = Path(sys.argv[1])
net = torch.nn.Linear(1000, 1000)
parts = Parts(net, torch.optim.Adam(net.parameters()), None)
(folder / "begun").touch()
while True:
    save_arrays({"a": numpy.ones((1000, 1000))}, {}, folder / "a.safetensors")
    save_state(Unfinished(folder / "state.safetensors", 1), Course(), parts)
"""


def names(folder: Path) -> set[str]:
    """Return the names of what lies in a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["table.parquet", "all [1].parquet"])
def test_what_kills_left_goes_with_the_next_file_of_that_name(tmp_path: Path, name: str):
    here, running = socket.gethostname(), os.getppid()
    stay = {
        f".{running}@{here}.{name}", f".{NO_PROCESS}@{here}.other", f".{NO_PROCESS}@elsewhere.{name}",
        f".{NO_PROCESS}.{name}", f".note.{name}", f".{name}", f"{NO_PROCESS}@{here}.{name}",
    }  # fmt: skip
    gone = {f".{number}@{here}.{name}" for number in (NO_PROCESS, "9" * 30)} | {f".{running}@old.node.{name}"}
    for other in stay | gone:
        (tmp_path / other).touch()
        if "old" in other:
            os.utime(tmp_path / other, (time.time() - 2 * DAYS,) * 2)
    with whole_file(tmp_path / name) as temporary:
        temporary.write_text("whole")
    assert names(tmp_path) == stay | {name}


def test_writers_of_weights_killed_at_any_moment_leave_nothing_for_good(tmp_path: Path):
    """Nothing but what whole_file knows again may lie there, wherever in writing the kill came."""
    rng, environment = np.random.default_rng(1), os.environ | {"PYTHONPATH": SCRIPTS}
    known = {"a.safetensors", "a.json", "state.safetensors"}
    for _ in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], env=environment) as writer:
            while not (tmp_path / "begun").exists():
                assert writer.poll() is None
                time.sleep(0.01)
            time.sleep(rng.uniform(0.02, 0.3))
            writer.kill()
        (tmp_path / "begun").unlink()
        left = names(tmp_path) - known
        assert all(re.match(r"\.\d+@", name) for name in left), left
    save_arrays({"a": np.zeros(2)}, {}, tmp_path / "a.safetensors")
    with whole_file(tmp_path / "state.safetensors") as temporary:
        temporary.write_bytes(b"")
    assert names(tmp_path) == known
    assert load_arrays(tmp_path / "a.safetensors")[0]["a"].tolist() == [0, 0]
