"""Tables of the analyses, as parquet for programs and tab-separated text for people."""

from pathlib import Path
from typing import Any

import pandas as pd

from deepdep.io.parquet import write_table
from deepdep.io.tsv import write_tsv

NOTES = ["analysis", "what", "n", "reason"]


def write_both(frame: pd.DataFrame, parquet: str | Path, text: str | Path, holds: str, **meta: Any) -> None:
    """Write a table as parquet with its header, and as text of 5 significant digits."""
    write_table(frame, parquet, holds, **meta)
    write_tsv(frame, text)


def notes_table(analysis: str, notes: list[dict[str, object]]) -> pd.DataFrame:
    """Return what an analysis left out: analysis, what, n, reason; no rows if nothing."""
    return pd.DataFrame(notes, columns=NOTES[1:]).assign(analysis=analysis)[NOTES]
