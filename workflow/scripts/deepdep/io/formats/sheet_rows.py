"""Steps the readers of clinical tables share."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.sheets import as_numbers
from deepdep.io.text import few

# TCGA's words for a missing value, Excel's error cell, and R's NA.
MISSING = (
    *("[Not Available]", "[Not Applicable]", "[Not Evaluated]", "[Unknown]", "[Discrepancy]"),
    *("[Completed]", "#N/A", "NA", "NaN", "nan", ""),
)


def need(columns: Iterable[str], names: Iterable[str], path: str | Path) -> None:
    """Raise InputError for columns that are not there, with those that are."""
    columns = list(columns)
    absent = [name for name in names if name not in columns]
    if absent:
        remedy = f"Columns there are: {few(columns, 40)}; check dataset and version of the file."
        raise InputError(f"{path}: no column {few(absent)}.", remedy)


def tidy(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as text without blanks around, missing ones None; columns of numbers become float."""
    text = cells.map(lambda cell: None if pd.isna(cell) else str(cell).strip())
    return text.where(text.notna() & ~text.isin(MISSING), None).apply(as_numbers)


def one_row_each(frame: pd.DataFrame, key: str, path: str | Path) -> pd.DataFrame:
    """Raise InputError where a key is empty or stands twice; return the frame."""
    wrong = frame[key][frame[key].isna() | frame[key].duplicated()]
    if len(wrong):
        found = few(wrong.fillna("an empty cell"))
        raise InputError(f"{path}: column {key!r} has repeated or empty ids: {found}.", "Keep one row each.")
    return frame
