"""Logarithms of p values, exact also where the p value itself is too small for a number; BH FDR."""

import numpy as np
from scipy import special, stats

TINY = 1e-250  # below it, a series in place of the tail itself
LN10 = np.log(10.0)


def t_log10_p(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Return log10 of the two-sided p value of Student's t; NaN where t or df is.

    Where p underflows: the incomplete beta function I_x(df/2, 1/2) of x = df / (df + t^2) by its
    hypergeometric series (DLMF 8.17.8).
    """
    t, df = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(df, np.float64))
    p = 2.0 * stats.t.sf(np.abs(t), df)
    with np.errstate(divide="ignore"):
        found = np.array(np.log10(p))
    deep = np.isfinite(t) & (p < TINY)
    a, square = df[deep] / 2.0, np.square(t[deep])
    x = df[deep] / (df[deep] + square)
    series = np.log(special.hyp2f1(a + 0.5, 1.0, a + 1.0, x))
    natural = a * np.log(x) + 0.5 * np.log1p(-x) - np.log(a) - special.betaln(a, 0.5) + series
    found[deep] = natural / LN10
    return found


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


def bh(log10_p: np.ndarray) -> np.ndarray:
    """Return Benjamini-Hochberg adjusted p values of those that are known, NaN of the others."""
    adjusted = np.full(len(log10_p), np.nan)
    known = np.isfinite(log10_p)
    if known.any():
        adjusted[known] = stats.false_discovery_control(10.0 ** np.minimum(log10_p[known], 0.0))
    return adjusted
