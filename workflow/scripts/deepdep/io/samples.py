"""The sample sheet of a cohort: a user's table, or a public one (Model.csv, TCGA clinical tables)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from deepdep.errors import InputError
from deepdep.io.columns import CONFOUNDER
from deepdep.io.formats import SHEETS, read
from deepdep.io.formats.sheet_rows import need, one_row_each
from deepdep.io.sheets import read_sheet, with_roles
from deepdep.io.text import few

ROLES = ("sample", "patient", "group")
SHEET = "sheet"


def read_samples(entry: Mapping[str, Any]) -> pd.DataFrame:
    """Read the sheet of an entry of the config: path, format (``sheet`` if not said), columns by role.

    Returns
    -------
    pd.DataFrame
        One row per sample: sample, patient, group, then the other columns and those of further tables,
        then a copy of each one that the entry names as a confounder, as ``confounder_<name>``.

    Raises
    ------
    InputError
        As the readers do; a column that is not there, or a confounder that is no text.
    """
    sheet = read_format(entry)
    for further in entry.get("further", ()):
        sheet = with_further(sheet, further)
    return with_confounders(sheet, entry.get("confounders", ()), entry["path"])


def with_further(sheet: pd.DataFrame, further: Mapping[str, Any]) -> pd.DataFrame:
    """Add columns of another table to those of a sheet, patient by patient.

    ``further``: path, format, ``patient`` (its column of patients, one row each) and ``columns``. What is
    true or false becomes text, a patient who is not in the other table has nothing there.
    """
    path, columns, key = further["path"], list(further["columns"]), further["patient"]
    if further.get("format", SHEET) == SHEET:
        table = read_sheet(path, key, None, None).rename(columns={"sample": key})
    else:
        table = one_row_each(read(further["format"], Path(path)).frame, key, path)
    need(table.columns, [key, *columns], path)
    there = [name for name in columns if name in sheet]
    if there:
        raise InputError(f"{path}: {few(there)} would stand twice in the sheet.", "Name other columns.")
    added = table.set_index(key)[columns]
    flags = added.select_dtypes(bool).columns
    added[flags] = added[flags].astype(str)
    return sheet.assign(**{name: sheet["patient"].map(added[name]) for name in columns})


def read_format(entry: Mapping[str, Any]) -> pd.DataFrame:
    """Read a sheet in its format: sample, patient, group, then the other columns."""
    path, name = entry["path"], entry.get("format", SHEET)
    if name == SHEET:
        return read_sheet(path, entry["sample"], entry["patient"], entry["group"])
    if name not in SHEETS:
        raise InputError(
            f"{path}: {name!r} is no format of a sheet.", f"Use {SHEET} or one of {few(SHEETS, 20)}."
        )
    frame = read(name, Path(path)).frame
    roles = {role: entry[role] for role in ROLES}
    need(frame.columns, roles.values(), path)
    return with_roles(one_row_each(frame, roles["sample"], path), roles, path)


def with_confounders(sheet: pd.DataFrame, names: Sequence[str], path: str) -> pd.DataFrame:
    """Add a copy of the columns named under a name that tells what they are for."""
    others = [name for name in sheet.columns if name not in ROLES]
    for name in names:
        if name not in others:
            raise InputError(
                f"{path}: no column {name!r}, which the config names as a confounder, beside those of "
                "sample, patient and group.",
                f"Columns there are: {few(others, 40)}.",
            )
        if is_numeric_dtype(sheet[name]):
            raise InputError(
                f"{path}: column {name!r} holds numbers; confounders are categories.",
                "Name columns of text as confounders, or give the categories names.",
            )
    return sheet.assign(**{f"{CONFOUNDER}{name}": sheet[name] for name in names})
