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
        One row per sample: sample, patient, group, then the other columns, then a copy of each one
        that the entry names as a confounder, as ``confounder_<name>``.

    Raises
    ------
    InputError
        As the readers do; a column that is not there, or a confounder that is no text.
    """
    return with_confounders(read_format(entry), entry.get("confounders", ()), entry["path"])


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
