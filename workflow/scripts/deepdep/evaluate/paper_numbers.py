"""What the paper prints beside what this run found; a number that this run did not make stays empty."""

from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.io.parquet import column_names, read_matrix, read_table

COLUMNS = ["place", "what", "paper", "ours", "difference", "note"]


def beside_paper(wanted: pd.DataFrame, root: Path, model: str) -> pd.DataFrame:
    """Look up each number of the paper in the tables of a study.

    Parameters
    ----------
    wanted
        One row per number: ``place`` (figure, table), ``what``, ``paper`` (its value), ``table`` (file below
        the study's results, ``{model}`` stands for the analysed model), ``row`` (``column=value;...``),
        ``column`` (or ``rows``, ``columns``, ``mean row sum`` of a matrix).
    root
        Results of the study.
    model
        The analysed model.

    Returns
    -------
    pandas.DataFrame
        Columns place, what, paper, ours (NaN where there is none), difference (ours - paper), note (why).
    """
    found = [look_up(root, row, model) for _, row in wanted.iterrows()]
    table = wanted[["place", "what", "paper"]].assign(
        ours=[value for value, _ in found], note=[note for _, note in found]
    )
    table["difference"] = table["ours"] - table["paper"]
    return table[COLUMNS]


def look_up(root: Path, row: pd.Series, model: str) -> tuple[float, str]:
    """Return one number of this run, or NaN and why there is none."""
    path = root / row["table"].format(model=model)
    if not path.is_file():
        return float("nan"), f"this study has no {path.relative_to(root)}"
    if not row["row"]:
        return size_of(path, row["column"]), ""
    table = read_table(path)
    for condition in row["row"].split(";"):
        column, value = condition.split("=")
        table = table[table[column].astype(str) == value]
    if table.empty:
        return float("nan"), f"not run: {row['row'].replace(';', ', ')}"
    if row["column"] not in table:
        return float("nan"), f"{path.name} has no {row['column']}"
    value = float(table.iloc[0][row["column"]])
    return value, "run, but without a value: too few test lines" if np.isnan(value) else ""


def size_of(path: Path, what: str) -> float:
    """Return the number of rows or columns of a matrix, or the mean sum of its rows."""
    if what == "columns":
        return float(len(column_names(path)) - 1)  # less the ids
    if what == "rows":
        return float(len(read_table(path, columns=column_names(path)[:1])))
    first = column_names(path)[0]
    return float(read_matrix(path, index=first).sum(axis=1).mean())
