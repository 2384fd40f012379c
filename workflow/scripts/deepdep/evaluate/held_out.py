"""Folds of lines that are alike: one lineage, or one cluster of expression, held out at a time.

No line of a test line's patient is trained on.
"""

import logging

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from deepdep.errors import InputError
from deepdep.evaluate.roles import COLUMNS, fold_rows, roles_by_patient
from deepdep.evaluate.splits import UNKNOWN

logger = logging.getLogger("deepdep")

STARTS = 10  # of k-means; the one with the tightest clusters counts


def leave_lineage_out(
    sheet: pd.DataFrame, min_lines: int, validation_share: float, seed: int
) -> pd.DataFrame:
    """Hold out one lineage (``group``) at a time, small or unknown ones together as the last fold."""
    folds = lineage_folds(sheet["group"], min_lines)
    return hold_out(sheet["patient"], sheet["group"], folds, validation_share, seed)


def leave_cluster_out(
    sheet: pd.DataFrame, min_lines: int, validation_share: float, seed: int
) -> pd.DataFrame:
    """Hold out one cluster (column ``cluster``) at a time, small ones together as the last fold."""
    folds = cluster_folds(sheet["cluster"], min_lines)
    return hold_out(sheet["patient"], sheet["cluster"], folds, validation_share, seed)


def hold_out(
    patients: pd.Series, names: pd.Series, fold_of: pd.Series, validation_share: float, seed: int
) -> pd.DataFrame:
    """Hold out one fold at a time.

    Parameters
    ----------
    patients, names, fold_of
        Patient, what the fold is called by (lineage, cluster), and fold of each line (index: sample).

    Returns
    -------
    DataFrame
        As of ``make_splits``.
    """
    generator, parts = np.random.default_rng([seed, 0]), []
    for fold in range(fold_of.max() + 1):
        roles = roles_by_patient(patients, fold_of == fold, validation_share, generator)
        own = names[fold_of == fold].fillna(UNKNOWN)
        text = "fold %d: %d test lines of %s; %d further lines of their patients left out"
        logger.info(text, fold, len(own), ", ".join(sorted(own.unique())), len(patients) - len(roles))
        parts.append(fold_rows(patients, roles, 0, fold))
    return pd.concat(parts).reset_index()[COLUMNS]


def lineage_folds(lineages: pd.Series, min_lines: int) -> pd.Series:
    """Give each lineage of at least ``min_lines`` lines a number, by name, and all other lines one more.

    Returns
    -------
    Series
        Fold of each sample.
    """
    counts = lineages[lineages != UNKNOWN].value_counts()
    if counts.empty:
        raise InputError(
            "no labelled line has a lineage.",
            "name the sheet's column of lineages in cohorts.ccl.samples.group, or leave the protocol out.",
        )
    large = sorted(counts.index[counts >= min_lines])
    folds = lineages.map({name: place for place, name in enumerate(large)}).fillna(len(large)).astype(int)
    if folds.nunique() < 2:
        most = f"{counts.index[0]}, the largest of {len(counts)}, has {counts.iloc[0]} of {len(lineages)}"
        raise InputError(
            f"lineages of {min_lines} lines or more make one fold only: {most} lines.",
            "lower the protocol's min_lines, add lines of other lineages, or leave the protocol out.",
        )
    return folds


def expression_clusters(expression: pd.DataFrame, clusters: int, seed: int) -> pd.Series:
    """Cluster lines by k-means on their standardised expression; no label is looked at.

    Parameters
    ----------
    expression
        Lines x genes; NaN = not measured, which stands at the gene's mean; a row of NaN = the line
        lacks expression.

    Returns
    -------
    Series
        ``cluster 001`` and so on, the largest first, of each line; ``unknown`` where it lacks expression.
    """
    measured = expression[expression.notna().any(axis=1)]
    if len(measured) < clusters:
        raise InputError(
            f"{len(measured)} labelled lines with expression cannot make {clusters} clusters.",
            "lower the protocol's clusters, or leave the protocol out.",
        )
    values = measured.to_numpy(np.float64)
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    scaled = np.nan_to_num((values - mean) / np.where(spread > 0, spread, 1))
    found = KMeans(clusters, n_init=STARTS, random_state=seed).fit_predict(scaled)
    sizes = pd.Series(found).value_counts().rename_axis("cluster").reset_index()
    order = sizes.sort_values(["count", "cluster"], ascending=[False, True])["cluster"].tolist()
    names = pd.Series([f"cluster {order.index(one) + 1:03d}" for one in found], measured.index)
    return names.reindex(expression.index, fill_value=UNKNOWN)


def cluster_folds(names: pd.Series, min_lines: int) -> pd.Series:
    """Give each cluster of at least ``min_lines`` lines a number, and all other lines one more.

    Returns
    -------
    Series
        Fold of each sample.
    """
    counts = names[names != UNKNOWN].value_counts()
    large = sorted(counts.index[counts >= min_lines])
    folds = names.map({name: place for place, name in enumerate(large)}).fillna(len(large)).astype(int)
    if folds.nunique() < 2:
        raise InputError(
            f"clusters of {min_lines} lines or more make one fold only: the largest has {counts.max()} "
            f"of {len(names)} lines.",
            "lower the protocol's clusters or min_lines, or leave the protocol out.",
        )
    return folds
