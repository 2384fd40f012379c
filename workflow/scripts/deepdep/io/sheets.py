"""Sample sheets: one row per sample, with patient, group and clinical columns."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.ids import check_ids, check_text
from deepdep.io.text import MISSING, Layout, few, read_layout, rows_of
from deepdep.log import logger

UNKNOWN = "unknown"
# Names the workflow gives to columns of its own.
RESERVED = re.compile(r"^(sample|patient|group|domain|modelled|has_.*|observed_.*|confounder_.*)$")
# COSMIC_ID is a name made of digits, not a quantity.
IDENTIFIER = re.compile(r"(ID|^id|_id)$")


def read_sheet(path: str | Path, sample: str, patient: str | None, group: str | None) -> pd.DataFrame:
    """Read a sample sheet: columns sample, patient, group, then the others as they are.

    Cells are text, missing where empty or NA; a column of nothing but numbers becomes
    numeric unless its name says it holds ids. A sample without a patient stands as its own
    patient, one without a group gets ``unknown``; both are counted in a warning.

    Parameters
    ----------
    path
        Tab- or comma-separated text with a header, gzipped or not.
    sample, patient, group
        Names of the columns that hold them; the same column may serve twice. None for
        patient or group: the sheet has no such column.

    Raises
    ------
    InputError
        A column that is not there, a repeated or empty sample id, a row of another length.
    """
    layout = read_layout(path)
    frame, lines = read_cells(layout)
    roles = {"sample": sample, "patient": patient, "group": group}
    for name in filter(None, roles.values()):
        check_column(layout, name)
    check_samples(frame[sample], lines, layout)
    others = {name: as_numbers(frame[name]) for name in frame if name not in roles.values()}
    return with_roles(frame.assign(**others), roles, path)


def with_roles(frame: pd.DataFrame, roles: Mapping[str, str | None], path: str | Path) -> pd.DataFrame:
    """Return columns sample, patient and group first, then the others under names of their own.

    A sample without a patient stands as its own patient, one without a group gets ``unknown``.
    """
    none = pd.Series(None, index=frame.index, dtype=object)
    named = pd.DataFrame({role: frame[name] if name else none for role, name in roles.items()})
    fill_missing(named, path)
    for role in roles:
        check_ids(named[role], path, role)
    others = frame.drop(columns={name for name in roles.values() if name})
    return pd.concat([named, without_reserved(others, path)], axis=1)


def read_cells(layout: Layout) -> tuple[pd.DataFrame, list[int]]:
    """Return all cells as text with missing ones None, and the line number of each row."""
    repeated = pd.Index(layout.names)[pd.Index(layout.names).duplicated()]
    if len(repeated):
        raise InputError(f"{layout.path}: column {repeated[0]!r} occurs twice.", "Rename one of them.")
    rows, lines = [], []
    for line, cells in rows_of(layout):
        if len(cells) != len(layout.names):
            place = f"line {line} has {len(cells)} fields, the header {len(layout.names)}"
            raise InputError(f"{layout.path}: {place}.", "Give every row as many fields as the header.")
        check_text(cells, f"{layout.path}, line {line}")
        rows.append([None if cell.strip() in MISSING else cell.strip() for cell in cells])
        lines.append(line)
    if not rows:
        raise InputError(f"{layout.path}: a header but no rows.", "Give one row per sample.")
    return pd.DataFrame(rows, columns=layout.names, dtype=object), lines


def check_column(layout: Layout, name: str) -> None:
    """Raise InputError if the sheet lacks a column; suggest the closest name."""
    if name in layout.names:
        return
    close = difflib.get_close_matches(name.lower(), [n.lower() for n in layout.names], n=1, cutoff=0.5)
    hint = next((f"Did you mean {n!r}? " for n in layout.names if [n.lower()] == close), "")
    remedy = f"{hint}Columns there are: {few(layout.names, 40)}."
    raise InputError(f"{layout.path}: no column {name!r}.", remedy)


def check_samples(samples: pd.Series, lines: list[int], layout: Layout) -> None:
    """Raise InputError for a sample id that is empty or stands in two rows."""
    empty = [line for line, missing in zip(lines, samples.isna(), strict=True) if missing]
    if empty:
        place = f"no id in column {samples.name!r} in lines {few(empty)}"
        raise InputError(f"{layout.path}: {place}.", "Give every row a sample id, or remove the row.")
    repeated = samples[samples.duplicated()]
    if len(repeated):
        name = repeated.iloc[0]
        at = [line for line, other in zip(lines, samples, strict=True) if other == name]
        place = f"sample {name!r} stands in lines {' and '.join(map(str, at))}"
        names = set(repeated)
        more = f" ({len(names)} samples are repeated)" if len(names) > 1 else ""
        raise InputError(f"{layout.path}: {place}{more}.", "Keep one row per sample.")


def fill_missing(named: pd.DataFrame, path: str | Path) -> None:
    """Let a sample without patient be its own, and one without group be ``unknown``."""
    for role, fill, meaning in (
        ("patient", named["sample"], "each stands as its own patient"),
        ("group", UNKNOWN, f"their group is {UNKNOWN!r}"),
    ):
        missing = named[role].isna()
        if missing.any():
            names = few(named["sample"][missing])
            logger.warning("%s: %d samples without %s, %s: %s", path, missing.sum(), role, meaning, names)
        named[role] = named[role].where(~missing, fill)


def as_numbers(column: pd.Series) -> pd.Series:
    """Return a column as float if every cell there is a number and its name is not that of an id."""
    numbers = pd.to_numeric(column, errors="coerce")
    filled = column.dropna()
    padded = filled.str.match(r"^0\d").any()
    finite = np.isfinite(numbers[filled.index]).all()
    if filled.empty or padded or IDENTIFIER.search(str(column.name)) or not finite:
        return column
    return numbers.astype(float)


def without_reserved(others: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Rename further columns that bear a name of the workflow's own."""
    names = {name: f"{name}_as_given" for name in others if RESERVED.match(name)}
    if names:
        logger.warning("%s: columns renamed, their names are reserved: %s", path, names)
    return others.rename(columns=names)
