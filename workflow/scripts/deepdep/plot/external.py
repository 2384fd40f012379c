"""A published map of tumours beside ours."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, empty_figure, new_figure


def external_agreement(found: pd.DataFrame, facts: Mapping[str, float], name: str) -> Figure:
    """Draw means and SDs of each gene over the tumours, theirs against ours, and r per gene where known.

    Parameters
    ----------
    found, facts
        Of ``tumors.external``: a row per gene, and the numbers of the titles.
    name
        Of the published map.
    """
    if found.empty:
        return empty_figure(f"{name} cannot be compared: {facts.get('reason', 'nothing is shared')}")
    panels = 3 if "r" in found else 2
    figure = new_figure(3.0 * panels, 3.1)
    axes = figure.subplots(1, panels)
    floor = facts["r_of_means_by_cell_line_means"]
    title = f"r = {facts['r_of_means']:.2f}, n = {len(found):,} genes\nlines' gene means: r = {floor:.2f}"
    draw_pairs(axes[0], found[["mean", "their_mean"]], f"mean over tumours ({name})", title)
    title = f"r = {facts['r_of_sds']:.2f}, n = {len(found):,} genes"
    draw_pairs(axes[1], found[["sd", "their_sd"]], f"SD over tumours ({name})", title)
    if panels == 3:
        draw_r(axes[2], found, int(facts["tumors"]))
    return figure


def draw_pairs(axis: Axes, pairs: pd.DataFrame, label: str, title: str) -> None:
    """Draw a point per gene, ours across, theirs up."""
    axis.plot(*pairs.to_numpy().T, ".", color=PALETTE[0], markersize=3, alpha=0.4, markeredgewidth=0)
    axis.set_xlabel(f"{label.split(' (')[0]} (this study)")
    axis.set_ylabel(label)
    axis.set_title(title, loc="left", fontsize=8)


def draw_r(axis: Axes, found: pd.DataFrame, tumors: int) -> None:
    """Draw how r per gene is distributed, pooled and within cancer types."""
    for column, text, color in (("r", "pooled", PALETTE[0]), ("r_within", "within cancer type", PALETTE[1])):
        values = found[column].dropna()
        axis.hist(values, bins=30, histtype="step", color=color, label=f"{text}, mean {values.mean():.2f}")
    axis.axvline(0, color=GREY, linewidth=0.6)
    axis.set_xlabel("r per gene over tumours (no unit)")
    axis.set_ylabel("genes")
    axis.set_title(f"n = {tumors:,} shared tumours", loc="left", fontsize=8)
    axis.legend(loc="best", fontsize=7)
