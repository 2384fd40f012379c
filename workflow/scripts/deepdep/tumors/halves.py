"""The associations of survival that stand out: curves of patients halved at the median, and their checks."""

from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from lifelines.statistics import logrank_test, proportional_hazard_test

from deepdep.tumors.clinical import POOLED

LOWER, HIGHER = "lower half (more dependent)", "higher half"
LN10 = np.log(10.0)


def top_rows(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return rows of smallest p, each gene once: the first of every cancer type, then the second, and so on.

    Pooled rows are no cancer type.
    """
    own = table[(table["cancer_type"] != POOLED) & table["log10_p"].notna()]
    own = own.sort_values("log10_p", kind="stable").drop_duplicates("gene")
    place = own.groupby("cancer_type", sort=False).cumcount()
    return own.iloc[np.argsort(place.to_numpy(), kind="stable")].head(count)


def halves(rows: pd.DataFrame, patients: pd.DataFrame, predicted: pd.DataFrame) -> pd.DataFrame:
    """Halve the patients of each row's cancer type at the median predicted score.

    Returns
    -------
    pd.DataFrame
        One row per row of ``rows`` and patient: ``cohort``, ``cancer_type``, ``gene``, ``sample``, ``time``
        (days), ``event``, ``half``, ``logrank_log10_p``.
    """
    parts = []
    row: Any
    for row in rows.itertuples():
        own = patients[patients["group"] == row.cancer_type]
        score = predicted.loc[own.index, row.gene]
        lower = (score <= score.median()).to_numpy()
        part = own[["time", "event"]].assign(half=np.where(lower, LOWER, HIGHER), gene=row.gene)
        part = part.assign(cohort=row.cohort, cancer_type=row.cancer_type, logrank_log10_p=logrank(part))
        parts.append(part.rename_axis("sample").reset_index())
    names = ["cohort", "cancer_type", "gene", "sample", "time", "event", "half", "logrank_log10_p"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def logrank(part: pd.DataFrame) -> float:
    """Return log10 of the log-rank test's p value between the two halves."""
    low = part[part["half"] == LOWER]
    high = part[part["half"] == HIGHER]
    if not len(low) or not len(high):
        return float("nan")
    test = logrank_test(low["time"], high["time"], low["event"], high["event"])
    return float(np.log10(max(test.p_value, 1e-300)))


def proportionality(rows: pd.DataFrame, patients: pd.DataFrame, predicted: pd.DataFrame) -> list[float]:
    """Return log10 p of a test of proportional hazards (Schoenfeld residuals), NaN if it fails."""
    found = []
    row: Any
    for row in rows.itertuples():
        own = patients[patients["group"] == row.cancer_type]
        frame = own[["time", "event"]].assign(score=predicted.loc[own.index, row.gene])
        frame["score"] = (frame["score"] - frame["score"].mean()) / frame["score"].std()
        try:
            fit = CoxPHFitter().fit(frame, "time", "event")
        except ConvergenceError:
            found.append(float("nan"))
            continue
        test = proportional_hazard_test(fit, frame, time_transform="rank")
        found.append(float(np.log10(max(np.ravel(test.p_value)[0], 1e-300))))
    return found


def with_proportionality(
    table: pd.DataFrame, patients: pd.DataFrame, predicted: pd.DataFrame, count: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add ``proportional_log10_p`` to the table, known of its ``count`` top rows, and return these too."""
    top = top_rows(table, count)
    checks = pd.Series(proportionality(top, patients, predicted), index=top.index, dtype=float)
    table = table.assign(proportional_log10_p=checks.reindex(table.index))
    return table, table.loc[top.index]
