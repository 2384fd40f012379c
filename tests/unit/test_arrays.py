"""Arrays on disk: whole, with the notes that belong to them, and never a pickle."""

import errno
import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from deepdep.errors import InputError
from deepdep.io.arrays import load_arrays, save_arrays

ARRAYS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "alone": np.array([True, False])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write the arrays above."""
    save_arrays(ARRAYS, {"omic": "expression"}, tmp_path / "a.safetensors")
    return tmp_path / "a.safetensors"


def test_arrays_and_notes_come_back(path: Path):
    arrays, notes = load_arrays(path)
    assert {name: array.dtype for name, array in arrays.items()} == {"weights": "float32", "alone": "bool"}
    np.testing.assert_array_equal(arrays["weights"], ARRAYS["weights"])
    assert notes["omic"] == "expression"
    assert notes["version"]


@pytest.mark.parametrize("keep", [0, 5, 40, -1])
def test_truncated_file_is_refused(path: Path, keep: int):
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=r"a\.safetensors: damaged, or no safetensors.*Remedy: Remove it"):
        load_arrays(path)


def test_tampered_value_is_refused(path: Path):
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"not the file that a\.json was written for"):
        load_arrays(path)


def test_notes_of_another_file_are_refused(path: Path):
    save_arrays({"weights": np.ones(3, np.float32)}, {}, path.with_name("b.safetensors"))
    path.with_name("b.json").replace(path.with_suffix(".json"))
    with pytest.raises(InputError, match=r"not the file that a\.json"):
        load_arrays(path)


def test_damaged_or_missing_notes(path: Path):
    path.with_suffix(".json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        load_arrays(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(InputError, match=r"a\.json belong together, one is missing"):
        load_arrays(path)


class Boom:
    """What runs when a pickle of it is read."""

    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("boom"),))


@pytest.mark.parametrize("write", ["pickle", "torch"])
def test_a_pickle_is_refused_and_not_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: str
):
    monkeypatch.chdir(tmp_path)
    if write == "pickle":
        path.write_bytes(pickle.dumps(Boom()))
    else:
        torch.save({"weights": torch.ones(2)}, path)
    notes = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(notes))
    with pytest.raises(InputError, match="damaged, or no safetensors"):
        load_arrays(path)
    assert not Path("boom").exists()


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "Read-only file system")]
)
def test_disk_that_takes_half_leaves_the_arrays_of_before(
    number: int, words: str, path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(temporary: Path, whole: bytes) -> None:
        with temporary.open("wb") as file:
            file.write(whole[: len(whole) // 2])
        raise OSError(number, os.strerror(number))

    before = path.read_bytes()
    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(InputError, match=rf"a\.safetensors: .*{words}.*Remedy: "):
        save_arrays(ARRAYS, {}, path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["a.json", "a.safetensors"]
