"""Each group against all other samples, for every gene at once: Welch's t by sums over samples.

With an indicator matrix of groups G, sums and squares of all groups are G'X and G'X², those of the rest
the total less the group's own; values are centred per gene first, so that nothing cancels.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepdep.tumors.association import one_hot
from deepdep.tumors.pvalues import t_log10_p

BLOCK = 2000  # genes at a time, in double precision


def welch(
    values: pd.DataFrame, groups: Sequence[str] | np.ndarray | pd.Series, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Compare each group with the rest, gene by gene.

    Parameters
    ----------
    values
        Samples x genes; NaN = not measured, left out gene by gene.
    groups
        Group of each sample.
    names
        Groups that are compared; None for all.

    Returns
    -------
    DataFrame
        Long: group, gene, ``n`` and ``n_rest`` (samples with a value), ``mean``, ``difference`` (group
        less rest), ``d`` (difference over the pooled standard deviation, Cohen's d), ``t`` and ``df``
        (Welch), ``log10_p`` (two-sided). NaN where a side has fewer than two values or nothing varies.
    """
    labels = np.asarray(groups, str)
    names = sorted(set(labels)) if names is None else list(names)
    member = one_hot(labels, names)
    parts = [
        block_statistics(values.iloc[:, first : first + BLOCK].to_numpy(np.float64), member)
        for first in range(0, values.shape[1], BLOCK)
    ]
    table = pd.DataFrame(
        {
            "group": np.repeat(names, values.shape[1]),
            "gene": np.tile(values.columns.to_numpy(object), len(names)),
        }
    )
    for key in parts[0] if parts else ():
        table[key] = np.concatenate([part[key] for part in parts], axis=1).ravel()
    return table.astype({"n": int, "n_rest": int}) if parts else table


def block_statistics(values: np.ndarray, member: np.ndarray) -> dict[str, np.ndarray]:
    """Return the statistics of samples x genes and samples x groups (0 or 1), each groups x genes."""
    known = np.isfinite(values)
    center = np.where(known, values, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values - center, 0)
    count, total = known.astype(np.float64), np.square(centred)
    own = [member.T @ part for part in (count, centred, total)]
    rest = [part.sum(axis=0) - mine for part, mine in zip((count, centred, total), own, strict=True)]
    mean, variance = moments(*own)
    found = compare(own[0], mean, variance, rest[0], *moments(*rest))
    return {"n": own[0], "n_rest": rest[0], "mean": mean + center, **found}


def compare(
    n: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    n_rest: np.ndarray,
    mean_rest: np.ndarray,
    variance_rest: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return difference, Cohen's d, Welch's t, its degrees of freedom and log10 p; NaN if nothing varies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error, error_rest = variance / n, variance_rest / n_rest
        pooled = ((n - 1) * variance + (n_rest - 1) * variance_rest) / (n + n_rest - 2)
        squared = error + error_rest
        t = np.where(squared > 0, (mean - mean_rest) / np.sqrt(squared), np.nan)
        df = np.square(squared) / (np.square(error) / (n - 1) + np.square(error_rest) / (n_rest - 1))
        d = np.where(pooled > 0, (mean - mean_rest) / np.sqrt(pooled), np.nan)
    return {"difference": mean - mean_rest, "d": d, "t": t, "df": df, "log10_p": t_log10_p(t, df)}


def moments(count: np.ndarray, total: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance (n - 1) from number, sum and sum of squares; NaN where there are too few."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 0, total / count, np.nan)
        variance = np.where(count > 1, (squares - count * mean**2) / (count - 1), np.nan)
    noise = 1e-12 * squares / np.maximum(count, 1)  # what rounding leaves of a constant
    return mean, np.where(variance > noise, variance, np.where(np.isnan(variance), np.nan, 0.0))
