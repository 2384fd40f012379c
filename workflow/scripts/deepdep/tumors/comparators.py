"""What an event is worth: the same test on the gene's own expression and on the cancer-type mean."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.io.parquet import read_present
from deepdep.tumors.association import column_pairs
from deepdep.tumors.events import MUTATION, binary, group_codes
from deepdep.tumors.pvalues import r_log10_p

CHUNK = 500  # pairs at a time: samples x pairs in float64


@dataclass(frozen=True)
class Sides:
    """What pairs of feature and gene are looked up in."""

    features: pd.DataFrame  # samples x features of one omic
    scores: pd.DataFrame  # samples x genes
    expression: pd.DataFrame  # samples x genes, may lack samples and genes
    groups: pd.Series  # by sample


def read_some(path: str | Path, names: list[str], omic: str) -> pd.DataFrame:
    """Read those of the named features that the omic's table has; mutations as 0/1."""
    values = read_present(path, names)
    return values.apply(lambda column: binary(column.to_numpy())) if omic == MUTATION else values


def compare_events(events: pd.DataFrame, sides: Sides) -> pd.DataFrame:
    """Put beside each event the same test with something else in place of the predicted score.

    Parameters
    ----------
    events
        Columns feature, gene; few (samples x events are held, some at a time).
    sides
        Values of one omic, scores, expression and groups.

    Returns
    -------
    DataFrame
        The events with, for the gene's own expression, ``expression_r``, ``_n``, ``_log10_p`` and
        ``_within_r``, ``_within_log10_p``; and ``type_mean_r``, ``type_mean_log10_p`` for the mean score of
        the sample's group (within groups it is constant and has no r). NaN where it cannot be told.
    """
    samples = sides.features.index.intersection(sides.scores.index, sort=False)
    codes = group_codes(sides.groups, samples)
    scores = sides.scores.loc[samples]
    labels = np.where(codes >= 0, codes, np.nan)
    means = scores.groupby(labels).transform("mean").where(scores.notna())
    others = {"expression": sides.expression.reindex(samples), "type_mean": means}
    parts = []
    for first in range(0, len(events), CHUNK):
        rows = events.iloc[first : first + CHUNK].reset_index(drop=True)
        x = sides.features.loc[samples, rows["feature"].astype(str)].to_numpy(dtype=float)
        parts.append(beside(rows, x, others, codes))
    return (
        pd.concat(parts, ignore_index=True) if parts else beside(events, np.empty((0, 0)), others, codes[:0])
    )


def beside(
    rows: pd.DataFrame, x: np.ndarray, others: dict[str, pd.DataFrame], codes: np.ndarray
) -> pd.DataFrame:
    """Test each row's feature (a column of ``x``) against what stands in place of its gene's score."""
    known = codes >= 0
    columns: dict[str, np.ndarray] = {}
    for name, values in others.items():
        y = values.reindex(columns=rows["gene"].astype(str)).to_numpy(dtype=float)[: len(x)]
        pooled = column_pairs(x, y, np.zeros(len(x), int))
        columns |= {
            f"{name}_r": pooled.r,
            f"{name}_n": pooled.n,
            f"{name}_log10_p": r_log10_p(pooled.r, pooled.dof),
        }
        if name == "expression":
            inside = column_pairs(x[known], y[known], codes[known])
            columns["expression_within_r"] = inside.r
            columns["expression_within_log10_p"] = r_log10_p(inside.r, inside.dof)
    return rows.assign(**columns)
