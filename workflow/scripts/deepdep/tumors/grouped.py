"""Tests of every gene's score between groups of samples, or along a number, all genes at once.

Values are samples x genes, NaN = not measured, which is left out of that gene's test. Every test gives
one row per gene with an effect size, its 95 % interval, n and log10 of the p value.
"""

import numpy as np
import pandas as pd
from scipy import stats

from deepdep.tumors.pvalues import chi2_log10_p, t_log10_p, z_log10_p
from deepdep.tumors.welch import compare

Z95 = stats.norm.ppf(0.975)


def two_groups(values: pd.DataFrame, second: np.ndarray) -> pd.DataFrame:
    """Compare samples where ``second`` is true with the others (the reference).

    Returns
    -------
    pd.DataFrame
        index gene: ``n_reference``, ``n_other``, ``difference`` of means (other less reference), ``effect``
        (Cohen's d, pooled SD) with ``low`` and ``high`` (normal interval, Hedges and Olkin 1985),
        ``log10_p`` (Welch's t), ``auroc`` (chance that the other's score is larger) with ``auroc_low`` and
        ``auroc_high`` (Hanley and McNeil 1982), ``log10_p_ranks`` (Mann-Whitney with ties).
    """
    x = values.to_numpy(np.float64)
    second = np.asarray(second, bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        n1, mean1, var1 = moments(x[~second])
        n2, mean2, var2 = moments(x[second])
        found = compare(n2, mean2, var2, n1, mean1, var1)
        d = found["d"]
        half = Z95 * np.sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2)))
        ranks = rank_columns(x)
        area, z = mann_whitney(ranks, second, n1, n2)
        around = Z95 * area_error(area, n1, n2)
    return pd.DataFrame(
        {
            "n_reference": n1,
            "n_other": n2,
            "difference": found["difference"],
            "effect": d,
            "low": d - half,
            "high": d + half,
            "log10_p": found["log10_p"],
            "auroc": area,
            "auroc_low": np.clip(area - around, 0.0, 1.0),
            "auroc_high": np.clip(area + around, 0.0, 1.0),
            "log10_p_ranks": z_log10_p(z),
        },
        index=values.columns.rename("gene"),
    )


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n, mean and variance of each column; rounding of a constant is no variance."""
    known = np.isfinite(x)
    n = known.sum(axis=0).astype(float)
    mean = np.where(known, x, 0.0).sum(axis=0) / n
    off = np.where(known, x - mean, 0.0)
    off[np.abs(off) < 1e-12 * np.maximum(np.abs(mean), 1e-300)] = 0.0
    return n, mean, np.square(off).sum(axis=0) / (n - 1)


def rank_columns(x: np.ndarray) -> np.ndarray:
    """Rank each column, ties sharing the mean of their ranks, NaN staying NaN."""
    return stats.rankdata(x, axis=0, nan_policy="omit")


def tie_loss(ranks: np.ndarray) -> np.ndarray:
    """Return the sum of t^3 - t over the ties of each column.

    The ranks of a column without ties have the sum of squares n (n + 1) (2n + 1) / 6; t tied ranks
    lack (t^3 - t) / 12 of it.
    """
    n = np.isfinite(ranks).sum(axis=0)
    return 12.0 * (n * (n + 1) * (2 * n + 1) / 6.0 - np.nansum(ranks**2, axis=0))


def mann_whitney(
    ranks: np.ndarray, second: np.ndarray, n1: np.ndarray, n2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the area under the ROC curve and z (with continuity and ties corrected)."""
    n = n1 + n2
    u = np.nansum(ranks[second], axis=0) - n2 * (n2 + 1) / 2.0
    variance = n1 * n2 / 12.0 * (n + 1 - tie_loss(ranks) / (n * (n - 1)))
    off = u - n1 * n2 / 2.0
    z = np.maximum(np.abs(off) - 0.5, 0.0) / np.sqrt(variance)
    return u / (n1 * n2), np.where(variance > 0, z * np.sign(off), np.nan)


def area_error(area: np.ndarray, n1: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Return the standard error of an area under the ROC curve (Hanley and McNeil 1982)."""
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    middle = area * (1 - area) + (n2 - 1) * (q1 - area**2) + (n1 - 1) * (q2 - area**2)
    return np.sqrt(np.maximum(middle, 0.0) / (n1 * n2))


def several_groups(values: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    """Compare three or more groups by Kruskal and Wallis.

    Returns
    -------
    pd.DataFrame
        index gene: ``n``, ``effect`` (epsilon squared, H / (n - 1), the share of the ranks' variance between
        groups), ``log10_p``, and ``mean_<label>`` of every group.
    """
    x, names = values.to_numpy(np.float64), np.unique(labels)
    ranks = rank_columns(x)
    n = np.isfinite(ranks).sum(axis=0)
    between = np.zeros(x.shape[1])
    means = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for name in names:
            own = ranks[labels == name]
            count = np.isfinite(own).sum(axis=0)
            between += np.where(count > 0, np.nansum(own, axis=0) ** 2 / count, 0.0)
            means[f"mean_{name}"] = moments(x[labels == name])[1]
        h = 12.0 / (n * (n + 1)) * between - 3 * (n + 1)
        loss = 1 - tie_loss(ranks) / (n**3 - n)
        h = np.where(loss > 1e-12, h / loss, np.nan)
        effect = h / (n - 1)
    table = {"n": n, "effect": effect, "log10_p": chi2_log10_p(h, len(names) - 1), **means}
    return pd.DataFrame(table, index=values.columns.rename("gene"))


def along_number(values: pd.DataFrame, number: np.ndarray) -> pd.DataFrame:
    """Correlate by Spearman; both sides ranked over the samples in which the gene is measured.

    Returns
    -------
    pd.DataFrame
        index gene: ``n``, ``effect`` (rho) with ``low`` and ``high`` (Bonett and Wright 2000), ``log10_p``
        (t with n - 2 degrees of freedom).
    """
    x = values.to_numpy(np.float64)
    own = rank_columns(x)
    other = rank_columns(np.where(np.isfinite(x), np.asarray(number, np.float64)[:, None], np.nan))
    n = np.isfinite(own).sum(axis=0).astype(float)
    own, other = (np.nan_to_num(part - (n + 1) / 2.0) for part in (own, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (own * other).sum(axis=0) / np.sqrt((own**2).sum(axis=0) * (other**2).sum(axis=0))
        rho = np.clip(rho, -1.0, 1.0)
        t = rho * np.sqrt((n - 2) / (1 - rho**2))
        half = Z95 * np.sqrt((1 + rho**2 / 2) / (n - 3))
        low, high = np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half)
    table = {"n": n, "effect": rho, "low": low, "high": high, "log10_p": t_log10_p(t, n - 2)}
    return pd.DataFrame(table, index=values.columns.rename("gene"))
