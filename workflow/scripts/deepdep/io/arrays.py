"""Named arrays as safetensors with json notes beside them; no pickle."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

import deepdep
from deepdep.errors import InputError
from deepdep.io.atomic import whole_file
from deepdep.io.checksum import sha256
from deepdep.io.notes import load_notes

SUM = "sha256"  # of the arrays, in the notes: the two belong together
SEAL = "seal"  # sha256 of the other notes: a damaged or edited name would be taken for another


def save_arrays(arrays: dict[str, np.ndarray], notes: dict[str, Any], path: str | Path) -> None:
    """Write arrays to ``path`` (.safetensors) and notes to the .json beside it."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with whole_file(path) as temporary:
        # save_file makes a temporary file of its own, which a kill would leave for good
        temporary.write_bytes(save(whole))
        own = {"version": deepdep.__version__, SUM: sha256(temporary)}
    plain = json.loads(json.dumps({**own, **notes}))
    text = json.dumps({**plain, SEAL: seal_of(plain)}, indent=1)
    with whole_file(Path(path).with_suffix(".json")) as temporary:
        temporary.write_text(text, encoding="utf-8")


def seal_of(notes: dict[str, Any]) -> str:
    """Return the sha256 of notes as json gives them back, the seal itself left out."""
    others = {name: note for name, note in notes.items() if name != SEAL}
    return hashlib.sha256(json.dumps(others).encode()).hexdigest()


def load_arrays(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read what :func:`save_arrays` wrote.

    Raises
    ------
    InputError
        A file is missing, damaged, no safetensors (a pickle is never read), or not the one that
        the notes were written for.
    """
    path, remedy = Path(path), "Remove it and the .json beside it, and run again."
    beside = path.with_suffix(".json")
    if not path.is_file() or not beside.is_file():
        raise InputError(f"{path}: this file and {beside.name} belong together, one is missing.", remedy)
    try:
        notes, arrays = load_notes(beside), load_file(path)
    except (SafetensorError, ValueError, KeyError, RecursionError) as error:
        raise InputError(f"{path}: damaged, or no safetensors file ({error}).", remedy) from error
    if not isinstance(notes, dict) or notes.get(SUM) != sha256(path) or notes.get(SEAL) != seal_of(notes):
        raise InputError(f"{path}: not the file that {beside.name} was written for.", remedy)
    return arrays, notes
