"""log10 of p values, exact also where p itself is too small for a number, and their false discovery rates.

The p values of t, F and correlations are incomplete beta functions I_x(a, b). Where one underflows, its
logarithm is taken from the continued fraction DLMF 8.17.22, which cannot underflow.
"""

import numpy as np
from scipy import special, stats

LEAST = 1e-7  # smallest 1 - r^2: what float32 resolves; a perfect correlation has a finite log10 p
TINY = 1e-250  # p below which the logarithm is taken by itself
TERMS = 200  # of a continued fraction, enough where p is below TINY
HALVINGS = 60
LN10 = np.log(10.0)


def t_log10_p(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Return log10 of the two-sided p value of Student's t; NaN where t or df is."""
    squared, df = np.square(np.asarray(t, np.float64)), np.asarray(df, np.float64)
    return ratio_log10_p(squared, 1.0, df)


def f_log10_p(f: np.ndarray, more: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return log10 of the p value of F with ``more`` and ``left`` degrees of freedom; NaN where one is."""
    return ratio_log10_p(np.multiply(f, more), more, left)


def ratio_log10_p(ratio: np.ndarray, more: np.ndarray | float, left: np.ndarray) -> np.ndarray:
    """Return log10 p of F from F times its first degrees of freedom: I_x of x = left / (left + ratio)."""
    whole = left + ratio
    with np.errstate(invalid="ignore"):
        rest = np.where(np.isinf(ratio), 1.0, ratio / whole)
    return beta_log10(left / 2, np.multiply(more, 0.5), left / whole, rest)


def r_log10_p(r: np.ndarray, dof: np.ndarray) -> np.ndarray:
    """Return log10 of the two-sided p value of correlations.

    For r of a binary and a continuous variable this is the p value of the t test with pooled variance.

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
    dof = np.asarray(dof, dtype=float)
    x = np.maximum(1 - np.square(np.asarray(r, dtype=float)), LEAST)
    return beta_log10(np.where(dof >= 1, dof, np.nan) / 2, 0.5, x, 1 - x)


def beta_log10(a: np.ndarray, b: np.ndarray | float, x: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return log10 of I_x(a, b); ``rest`` is 1 - x, given beside it to keep its digits."""
    a, b, x, rest = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (a, b, x, rest)))
    p = np.where(x < 0.5, special.betainc(a, b, x), special.betaincc(b, a, rest))
    with np.errstate(divide="ignore"):
        found = np.array(np.log10(p))
    deep = (p < TINY) & (x > 0)
    a, b, x, rest = a[deep], b[deep], x[deep], rest[deep]
    scale = a * np.log(x) + b * np.log(rest) - np.log(a) - special.betaln(a, b)
    found[deep] = (scale - np.log(continued_fraction(a, b, x))) / LN10
    return found


def continued_fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return 1 + d1 / (1 + d2 / (1 + ...)) of the incomplete beta function, from its end."""
    value = np.ones_like(x)
    for m in range(TERMS, -1, -1):
        value = 1 - (a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)) / value
        if m:
            value = 1 + m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)) / value
    return value


def z_log10_p(z: np.ndarray) -> np.ndarray:
    """Return log10 of the two-sided p value of a standard normal."""
    return (stats.norm.logsf(np.abs(np.asarray(z, np.float64))) + np.log(2.0)) / LN10


def chi2_log10_p(chi2: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return log10 of the upper tail of chi squared; where it underflows by its asymptotic series.

    Gamma(a, x) = x^(a-1) e^-x (1 + (a-1)/x + (a-1)(a-2)/x^2 + ...), DLMF 8.11.2.
    """
    chi2, df = np.broadcast_arrays(np.asarray(chi2, np.float64), np.asarray(df, np.float64))
    p = stats.chi2.sf(chi2, df)
    with np.errstate(divide="ignore"):
        found = np.array(np.log10(p))
    deep = np.isfinite(chi2) & (p < TINY)
    a, x = df[deep] / 2.0, chi2[deep] / 2.0
    terms = np.cumprod([(a - k) / x for k in range(1, 20)], axis=0).sum(axis=0)
    found[deep] = ((a - 1.0) * np.log(x) - x - special.gammaln(a) + np.log1p(terms)) / LN10
    return found


def critical_r(log10_level: float, dof: np.ndarray) -> np.ndarray:
    """Return the |r| from which on log10 p is at or below a level, for each number of degrees of freedom.

    Found by bisection of ``r_log10_p``; above 1 (never) where there are no degrees of freedom.
    """
    dof = np.asarray(dof, dtype=float)
    low, high = np.zeros(dof.shape), np.ones(dof.shape)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = r_log10_p(middle, dof) <= log10_level
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


def fdr(log10_values: np.ndarray) -> np.ndarray:
    """Return Benjamini and Hochberg's FDR over all tests that have a p value; NaN for the others."""
    rate = np.full(len(log10_values), np.nan)
    known = ~np.isnan(log10_values)
    rate[known] = 10.0 ** log10_fdr(np.asarray(log10_values)[known], int(known.sum()))
    return rate
