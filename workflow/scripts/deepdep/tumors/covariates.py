"""Clinical covariates as numbers: age as it is, stage as a rank, categories as columns of 0 and 1."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from deepdep.tumors.groupings import absent_column

ROMAN = {"0": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4}
# Stage IIA and IIB are stage 2; is (in situ) is 0; I/II NOS, Stage X and [Discrepancy] are unknown.
STAGE = re.compile(r"^(?:stage\s+)?(0|iv|iii|ii|is|i)(?:[abcs]\d?)?$", re.IGNORECASE)
MOST_LEVELS = 6
LEAST_FILLED = 0.5  # share of samples that have a covariate
LEAST_LEVEL = 3  # samples of a category


def stage_numbers(column: pd.Series) -> pd.Series:
    """Return 0 to 4 for texts such as ``Stage IIA``, NaN for any other."""
    found = column.astype("string").str.strip().str.extract(STAGE, expand=False).str.lower()
    return found.replace("is", "0").map(ROMAN).astype(float)


def is_stage(column: pd.Series) -> bool:
    """Tell whether most filled cells of a column are stages."""
    filled = column.dropna()
    return len(filled) > 0 and stage_numbers(filled).notna().mean() > 0.5


def covariate_table(sheet: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Make covariates of the columns that can serve in these samples, complete rows only.

    Parameters
    ----------
    sheet
        Samples of one cancer type, or of all.
    names
        Columns wanted.

    Returns
    -------
    table
        Samples that have all usable covariates x covariates; without columns if none is usable.
    reasons
        Why columns were left out.
    """
    columns: dict[str, pd.Series] = {}
    reasons = []
    for name in names:
        reason = unusable(sheet, name)
        if reason:
            reasons.append(f"{name}: {reason}")
        else:
            columns |= numbers_of(sheet[name])
    table = pd.DataFrame(columns, index=sheet.index).dropna()
    dependent = [name for name in table.columns if is_dependent(table, name)]
    reasons += [f"{name}: constant or given by the others where all are known" for name in dependent]
    return table.drop(columns=dependent), reasons


def unusable(sheet: pd.DataFrame, name: str) -> str:
    """Say why a column cannot serve; empty if it can."""
    if name not in sheet:
        return absent_column(name, list(sheet.columns))
    numbers = pd.DataFrame(numbers_of(sheet[name]), index=sheet.index)
    if not numbers.shape[1]:
        return "constant or empty"
    if numbers.shape[1] >= MOST_LEVELS:
        return f"more than {MOST_LEVELS} categories"
    share = numbers.notna().all(axis=1).mean()
    if share < LEAST_FILLED:
        return f"known of {share:.0%} of the samples only"
    if not (numbers.max() > numbers.min()).any():
        return "constant"
    return ""


def numbers_of(column: pd.Series) -> dict[str, pd.Series]:
    """Turn one column into numeric ones: itself, the stage's rank, or one per category but the largest.

    Cells such as [Not Available] are unknown.
    """
    column = column.where(~column.astype(str).str.startswith("["))
    numbers = pd.to_numeric(column, errors="coerce")
    if is_numeric_dtype(column) or (column.notna().any() and numbers.notna().equals(column.notna())):
        return {str(column.name): numbers.astype(float)}
    if is_stage(column):
        return {str(column.name): stage_numbers(column)}
    filled = column.dropna().astype(str)
    counts = filled.value_counts()
    return {
        f"{column.name}={level}": (filled == level).astype(float).reindex(column.index)
        for level in sorted(counts.index[1:])
        if counts[level] >= LEAST_LEVEL
    }


def is_dependent(table: pd.DataFrame, name: str) -> bool:
    """Tell whether a column is a sum of those before it and a constant."""
    before = table.iloc[:, : table.columns.get_loc(name)]
    base = np.c_[np.ones(len(table)), before.to_numpy()]
    own = table[name].to_numpy()
    scale = max(float(np.abs(own).max(initial=0.0)), 1e-300)
    left = own - base @ np.linalg.lstsq(base, own, rcond=None)[0]
    return bool(np.abs(left).max(initial=0.0) <= 1e-8 * scale)
