"""Clinical groupings: which samples are in which group, and why some are in none."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from deepdep.io.text import few

LEAST = 3  # samples of a group that is compared
MOST_GROUPS = 20


@dataclass(frozen=True)
class Grouping:
    """A grouping of the config.

    ``groups`` None: all values of the column, or a number as it is; ``genes`` None: all.
    ``expected``: lower or higher, of the other group less the reference (or along the number).
    """

    name: str
    column: str
    groups: Mapping[str, Sequence[Any]] | None = None
    reference: str | None = None
    genes: Sequence[str] | None = None
    cancer_types: Sequence[str] | None = None
    expected: str | None = None
    fdr: float = 0.05


@dataclass
class Skipped:
    """What could not be done, and why; lines of a table."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, cohort: str, what: str, reason: str) -> None:
        """Note one thing that is left out."""
        self.rows.append((cohort, what, reason))

    def table(self) -> pd.DataFrame:
        """Return the lines as a table: cohort, what, reason."""
        return pd.DataFrame(self.rows, columns=["cohort", "what", "reason"]).drop_duplicates()


def absent_column(column: str, columns: Sequence[str]) -> str:
    """Say that a column is not there, and which is nearest or which there are."""
    close = difflib.get_close_matches(column.lower(), [name.lower() for name in columns], n=1, cutoff=0.7)
    hint = next((f"did you mean {name!r}?" for name in columns if [name.lower()] == close), "")
    return f"no column {column!r}; {hint or f'columns are {few(columns, 40)}'}"


def labels_of(
    sheet: pd.DataFrame, grouping: Grouping, cohort: str, skipped: Skipped
) -> tuple[pd.Series, bool] | None:
    """Return the group (or number) of each sample that has one, and whether it is a number.

    None, with the reason noted, where nothing can be compared.
    """
    if grouping.column not in sheet:
        skipped.add(cohort, grouping.name, absent_column(grouping.column, list(sheet.columns)))
        return None
    column = sheet.loc[in_types(sheet, grouping, cohort, skipped), grouping.column].dropna()
    column = column[~column.astype(str).str.startswith("[")]  # [Not Available] and the like
    if not len(column):
        skipped.add(cohort, grouping.name, f"column {grouping.column!r} is empty for these samples")
        return None
    if grouping.groups is None and is_numeric_dtype(column) and column.nunique() > 2:
        return column.astype(float), True
    labels = named_groups(column, grouping, cohort, skipped)
    labels = large_enough(labels, grouping.name, cohort, skipped)
    if labels.nunique() < 2:
        have = labels.value_counts().to_dict() or "no group that is large enough"
        skipped.add(cohort, grouping.name, f"column {grouping.column!r}: nothing to compare ({have})")
        return None
    if labels.nunique() > MOST_GROUPS:
        reason = f"column {grouping.column!r} has {labels.nunique()} groups; name those to compare"
        skipped.add(cohort, grouping.name, reason)
        return None
    return labels, False


def in_types(sheet: pd.DataFrame, grouping: Grouping, cohort: str, skipped: Skipped) -> np.ndarray:
    """Mark samples of the cancer types asked for; note those that are not there."""
    if grouping.cancer_types is None:
        return np.ones(len(sheet), bool)
    for name in grouping.cancer_types:
        if name not in set(sheet["group"]):
            skipped.add(cohort, f"{grouping.name}, cancer type {name}", "no sample of it")
    return sheet["group"].isin(list(grouping.cancer_types)).to_numpy()


def named_groups(column: pd.Series, grouping: Grouping, cohort: str, skipped: Skipped) -> pd.Series:
    """Give each value the label of the group that names it, upper and lower case alike."""
    texts = column.map(as_text)
    if grouping.groups is None:
        return texts
    label = {as_text(value).lower(): name for name, values in grouping.groups.items() for value in values}
    there = set(texts.str.lower())
    for value in sorted(set(label) - there):
        reason = f"no such value in column {grouping.column!r}, which has {few(sorted(set(texts)), 10)}"
        skipped.add(cohort, f"{grouping.name}, value {value}", reason)
    return texts.str.lower().map(label).dropna()


def as_text(value: Any) -> str:
    """Write a value as the config does: whole numbers without a point."""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def large_enough(labels: pd.Series, what: str, cohort: str, skipped: Skipped) -> pd.Series:
    """Keep groups of at least three samples; note the others."""
    counts = labels.value_counts()
    for name, count in counts[counts < LEAST].items():
        skipped.add(cohort, f"{what}, group {name}", f"{count} samples, at least {LEAST} are needed")
    return labels[labels.map(counts) >= LEAST]


def one_per_patient(sheet: pd.DataFrame, cohort: str, skipped: Skipped) -> pd.DataFrame:
    """Keep the first sample of each patient: further ones are no further observations."""
    again = sheet["patient"].duplicated()
    if again.any():
        reason = f"{again.sum()} further samples of patients that have one already"
        skipped.add(cohort, "samples", reason)
    return sheet[~again.to_numpy()]
