"""Steps the readers of clinical tables share."""

from collections.abc import Iterable, Sized
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.sheets import as_numbers
from deepdep.io.text import few
from deepdep.log import logger

# TCGA's words for a missing value, Excel's error cell, and R's NA.
MISSING = (
    *("[Not Available]", "[Not Applicable]", "[Not Evaluated]", "[Unknown]", "[Discrepancy]"),
    *("[Completed]", "#N/A", "NA", "NaN", "nan", ""),
)


def need(columns: Iterable[str], names: Iterable[str], path: str | Path) -> None:
    """Raise InputError for columns that are not there, with those that are, or that stand twice."""
    columns = list(columns)
    absent = [name for name in names if name not in columns]
    if absent:
        remedy = f"Columns there are: {few(columns, 40)}; check dataset and version of the file."
        raise InputError(f"{path}: no column {few(absent)}.", remedy)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise InputError(f"{path}: column {twice[0]!r} occurs twice.", "Rename one of them.")


def need_rows(rows: Sized, path: str | Path) -> None:
    """Raise InputError for a table that ends with its header, or has not even that."""
    if len(rows) < 2:
        raise InputError(f"{path}: a header but no rows.", "Provide the table with its data.")


def need_numbers(frame: pd.DataFrame, column: str, key: str, path: str | Path) -> pd.Series:
    """Return a column as finite numbers, NaN = missing; the first other cell raises InputError."""
    numbers = pd.to_numeric(frame[column], errors="coerce")
    odd = frame[column].notna() & ~np.isfinite(numbers)
    if odd.any():
        place = f"row {frame[key][odd].iloc[0]!r}, column {column!r}"
        what = "is not a number" if np.isnan(numbers[odd].iloc[0]) else "is infinite"
        remedy = "Correct the cell, or leave it empty or NA if the value is missing."
        raise InputError(f"{path}, {place}: {str(frame[column][odd].iloc[0])!r} {what}.", remedy)
    return numbers


def tidy(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as text without blanks around, missing ones None; columns of numbers become float."""
    text = cells.map(lambda cell: None if pd.isna(cell) else str(cell).strip())
    known = text.notna() & ~text.isin(MISSING)
    return text.where(known, None).apply(as_numbers)  # type: ignore[call-overload]  # stubs lack None


def one_row_each(frame: pd.DataFrame, key: str, path: str | Path) -> pd.DataFrame:
    """Return the frame, equal rows once; a key that is empty or stands in two others raises InputError."""
    equal = frame.duplicated()
    if equal.any():
        logger.warning("%s: %d repeated rows count once", path, equal.sum())
        frame = frame[~equal].reset_index(drop=True)
    wrong = frame[key][frame[key].isna() | frame[key].duplicated()]
    if len(wrong):
        found = few(wrong.fillna("an empty cell"))
        raise InputError(f"{path}: column {key!r} has repeated or empty ids: {found}.", "Keep one row each.")
    return frame
