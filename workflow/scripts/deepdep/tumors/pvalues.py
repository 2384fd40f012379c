"""p values of correlations as log10, exact where they underflow, and their false discovery rates."""

import numpy as np
from scipy.special import betainc, betaln

LEAST = 1e-7  # smallest 1 - r^2: what float32 resolves; a perfect correlation has a finite log10 p
TAIL = -50.0  # log of x^a below which the continued fraction is used
TINY = 1e-300
STEPS = 500
HALVINGS = 60
LN10 = np.log(10.0)


def log10_p(r: np.ndarray, dof: np.ndarray) -> np.ndarray:
    """Return log10 of the two-sided p value of correlations.

    For r of a binary and a continuous variable this is the p value of the t test with pooled variance.
    p is the regularised incomplete beta function I_x(dof/2, 1/2) at x = 1 - r^2; far in the tail its
    logarithm is taken by the continued fraction (Numerical Recipes, 6.4), which cannot underflow.

    Parameters
    ----------
    r
        Correlations; NaN gives NaN.
    dof
        Degrees of freedom, same shape; below 1 gives NaN.

    Returns
    -------
    ndarray
        float64, 0 and below.
    """
    r, dof = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(dof, dtype=float))
    out = np.full(r.shape, np.nan)
    known = np.isfinite(r) & (dof >= 1)
    a, x = dof[known] / 2, np.clip(1 - r[known] ** 2, LEAST, 1.0)
    log = a * np.log(x) + 0.5 * np.log(np.maximum(1 - x, TINY)) - np.log(a) - betaln(a, 0.5)
    tail = a * np.log(x) < TAIL
    value = np.empty(len(a))
    value[~tail] = np.log(betainc(a[~tail], 0.5, x[~tail]))
    value[tail] = log[tail] + np.log(fraction(a[tail], x[tail]))
    out[known] = value / LN10
    return out


def fraction(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the continued fraction of I_x(a, 1/2) by the modified Lentz method; x < (a + 1) / (a + 2.5)."""
    b = 0.5
    c, d = np.ones_like(x), 1 / (1 - (a + b) * x / (a + 1))
    value = d.copy()
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / (1 + term * d), 1 + term / c
            change = c * d
            value *= change
        if not len(x) or np.abs(change - 1).max() < 1e-13:
            break
    return value


def critical_r(log10_level: float, dof: np.ndarray) -> np.ndarray:
    """Return the |r| from which on log10 p is at or below a level, for each number of degrees of freedom.

    Found by bisection of ``log10_p``; above 1 (never) where there are no degrees of freedom.
    """
    dof = np.asarray(dof, dtype=float)
    low, high = np.zeros(dof.shape), np.ones(dof.shape)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = log10_p(middle, dof) <= log10_level
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(dof >= 1, high, 2.0)


def log10_fdr(log10_values: np.ndarray, tests: int) -> np.ndarray:
    """Return log10 of Benjamini and Hochberg's FDR of the smallest p values of ``tests``.

    Parameters
    ----------
    log10_values
        log10 p of all tests whose p is at or below some level; the others need not be kept: where the
        result is at or below the level it is what all tests together would give, since a test left out
        has an FDR above the level.
    tests
        Number of all tests.

    Returns
    -------
    ndarray
        In the order given.
    """
    order = np.argsort(log10_values, kind="stable")
    ranked = log10_values[order] + np.log10(tests / np.arange(1, len(order) + 1))
    out = np.empty(len(order))
    out[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 0.0)
    return out
