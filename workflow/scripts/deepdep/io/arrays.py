"""Named arrays as safetensors with json notes beside them; no pickle."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

import deepdep
from deepdep.io.atomic import whole_file
from deepdep.io.notes import load_notes


def save_arrays(arrays: dict[str, np.ndarray], notes: dict[str, Any], path: str | Path) -> None:
    """Write arrays to ``path`` (.safetensors) and notes to the .json beside it."""
    text = json.dumps({"version": deepdep.__version__, **notes}, indent=1)
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with whole_file(path) as temporary:
        save_file(whole, temporary)
    with whole_file(Path(path).with_suffix(".json")) as temporary:
        temporary.write_text(text, encoding="utf-8")


def load_arrays(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read what :func:`save_arrays` wrote."""
    return load_file(path), load_notes(Path(path).with_suffix(".json"))
