"""How p values and effects are written in figures."""

import math


def p_text(log10_p: float) -> str:
    """Write a p value from its log10, also one too small for a number."""
    if math.isnan(log10_p):
        return "p undefined"
    if log10_p > -3:
        return f"p = {10**log10_p:.2g}"
    exponent = math.floor(log10_p)
    return f"p = {10 ** (log10_p - exponent):.1f}e{exponent}"


def interval_text(value: float, low: float, high: float) -> str:
    """Write an effect with its 95 % interval."""
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"
