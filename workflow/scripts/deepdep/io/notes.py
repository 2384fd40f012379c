"""The json beside a checkpoint: what was trained, on what, with which losses."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd


def load_notes(path: str | Path) -> dict[str, Any]:
    """Read the notes of a checkpoint."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def histories(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Collect the losses of trained models: model, run (file name), epoch, train, validation.

    Paths are ``models/<model>/<protocol>/<run>.json``.
    """
    parts = [
        pd.DataFrame(load_notes(path)["history"]).assign(model=Path(path).parts[-3], run=Path(path).stem)
        for path in paths
    ]
    return pd.concat(parts, ignore_index=True)
