"""The sample sheet of a cohort: a user's table, or a public one (Model.csv, TCGA clinical tables)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats import SHEETS, read
from deepdep.io.formats.sheet_rows import need, one_row_each
from deepdep.io.sheets import read_sheet, with_roles
from deepdep.io.text import few

ROLES = ("sample", "patient", "group")
SHEET = "sheet"


def read_samples(entry: Mapping[str, str]) -> pd.DataFrame:
    """Read the sheet of an entry of the config: path, format (``sheet`` if not said), columns by role.

    Returns
    -------
    pd.DataFrame
        One row per sample: sample, patient, group, then the other columns.

    Raises
    ------
    InputError
        As the readers do; a column that is not there.
    """
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
