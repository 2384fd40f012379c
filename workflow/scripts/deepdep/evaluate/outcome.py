"""What stands in the tables of a protocol: its models' predictions, or why there are none."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.parquet import read_matrix

IMPOSSIBLE = "impossible"  # key of the header of tables that have no result, and their column


def predictions_by_model(
    repeats: Mapping[str, int], files: Iterable[str | Path]
) -> dict[str, list[pd.DataFrame]]:
    """Read out-of-fold predictions that come model by model, repeat by repeat.

    Parameters
    ----------
    repeats
        Model to its number of repeats.
    """
    left = iter(files)
    return {model: [read_matrix(next(left)) for _ in range(count)] for model, count in repeats.items()}


def refuse_impossible(header: Mapping[str, str]) -> None:
    """Raise the InputError of a protocol whose splits say that it cannot be formed."""
    if IMPOSSIBLE in header:
        found, _, remedy = header[IMPOSSIBLE].partition(" Remedy: ")
        raise InputError(found, remedy)


def no_result(reason: str) -> pd.DataFrame:
    """Return the table of a protocol that cannot be formed or evaluated: one row that says why."""
    return pd.DataFrame({"model": ["none"], IMPOSSIBLE: [reason]})


def rank_models(summary: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Rank models by their mean r per gene.

    Parameters
    ----------
    summary
        A row per model: model, mean_r (NaN where undefined), and maybe gene_set, of which only
        ``reported`` counts.
    baseline
        A model that is run anyway and takes no place.

    Returns
    -------
    DataFrame
        place (1 = best), model, mean_r; models of the same mean_r in order of their names.
    """
    rows = summary[summary["gene_set"] == "reported"] if "gene_set" in summary else summary
    rows = rows.loc[rows["model"] != baseline, ["model", "mean_r"]]
    rows = rows.sort_values(
        ["mean_r", "model"], ascending=[False, True], na_position="last", ignore_index=True
    )
    rows.insert(0, "place", rows.index + 1)
    return rows
