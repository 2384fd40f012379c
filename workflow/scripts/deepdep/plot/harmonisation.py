"""Tumours beside cell lines, feature by feature, before and after harmonisation."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.errors import InputError
from deepdep.plot.style import GREY, PALETTE, new_figure, percent, say_empty, wrapped

WHEN = {"before": PALETTE[1], "after": PALETTE[0]}
TAIL = 0.005  # share of features left out at each end of an axis
BINS = 60


def harmonisation_shift(table: pd.DataFrame, label: str, method: str) -> Figure:
    """Draw the means of both domains before and after, and how the standard deviations compare.

    Parameters
    ----------
    table
        As ``prepare.harmonise.shift_table`` gives it, one row per feature.
    label
        Omic and its units, for the axes.
    method
        How the omic was harmonised.

    Raises
    ------
    InputError
        No feature that both domains have.
    """
    both = table.dropna(subset=["shift_before", "shift_after"])
    if both.empty:
        raise InputError("harmonisation: no feature varies in both domains.", "Check the omic's tables.")
    figure = new_figure(9.6, 3.7)
    axes = figure.subplots(1, 3, width_ratios=(1, 1, 1.1))
    limits = common_limits(both)
    for axis, when in zip(axes, WHEN, strict=False):
        draw_means(axis, both, when, limits)
    axes[0].set_ylabel("mean over tumours")
    draw_spread(axes[2], both)
    left = len(table) - len(both)
    also = f" ({left:,} more do not vary in both domains)" if left else ""
    title = f"{label}; harmonisation: {method}; n = {len(both):,} features{also}"
    figure.suptitle(wrapped(title, 120), fontsize=8.5, x=0.01, ha="left")
    return figure


def common_limits(table: pd.DataFrame) -> tuple[float, float]:
    """Give one range for all means, before and after, that leaves out the utmost features."""
    names = [f"{domain}_mean_{when}" for domain in ("lines", "tumors") for when in WHEN]
    low, high = np.nanquantile(table[names], [TAIL, 1 - TAIL])
    edge = 0.04 * (high - low) or 0.5
    return low - edge, high + edge


def draw_means(axis: Axes, table: pd.DataFrame, when: str, limits: tuple[float, float]) -> None:
    """Draw a dot per feature: mean over cell lines, mean over tumours."""
    x, y = table[f"lines_mean_{when}"], table[f"tumors_mean_{when}"]
    axis.plot(limits, limits, color=GREY, linewidth=0.7, linestyle=":")
    alpha = float(np.clip(400 / len(table), 0.2, 0.6))
    axis.plot(x, y, ".", color=WHEN[when], markersize=3, alpha=alpha, markeredgewidth=0, rasterized=True)
    outside = ((x < limits[0]) | (x > limits[1]) | (y < limits[0]) | (y > limits[1])).mean()
    shift = table[f"shift_{when}"].abs().median()
    axis.set(xlim=limits, ylim=limits, xlabel="mean over cell lines", aspect="equal")
    axis.set_title(f"{when}: median |shift| {shift:.2f} SD of the lines", loc="left", color=WHEN[when])
    if outside > 0:
        axis.text(
            0.98, 0.02, f"{percent(outside)} not drawn", transform=axis.transAxes, ha="right", fontsize=7
        )


def draw_spread(axis: Axes, table: pd.DataFrame) -> None:
    """Draw histograms of how the tumours' SD compares with the lines'."""
    drawn = {when: table[f"spread_{when}"].dropna() for when in WHEN}
    values = pd.concat(drawn.values())
    axis.set(xlabel="SD of tumours / SD of cell lines (log2)", ylabel="features")
    if values.empty:
        say_empty(axis, "no feature varies in both domains")
        return
    low, high = values.quantile([TAIL, 1 - TAIL])
    low, high = min(low, -0.5), max(high, 0.5)
    edges = np.linspace(low, high, BINS + 1)
    for when, spread in drawn.items():
        counts, _ = np.histogram(spread, bins=edges)
        outside = ((spread < low) | (spread > high)).mean()
        text = f"{when}: median {spread.median():+.2f}; {percent(outside)} not drawn"
        if when == "before":
            axis.stairs(counts, edges, fill=True, color=WHEN[when], alpha=0.25)
        axis.stairs(counts, edges, color=WHEN[when], linewidth=1.2, label=text)
    axis.axvline(0, color=GREY, linewidth=0.7, linestyle=":")
    axis.margins(x=0)
    axis.set_ylim(0, None)
    axis.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), borderaxespad=0, fontsize=7.5)
