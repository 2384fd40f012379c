"""Models less a reference, on the same lines, genes and draws of patients."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from deepdep.plot.models import NAME, ROW
from deepdep.plot.style import GREY, PALETTE, bands, empty_figure, new_figure, wrapped

METRICS = {"mean_r": "difference in mean per-gene r", "skill": "difference in MSE skill"}
# Filled where the interval lies on one side of zero, so that colour is not all that tells them apart.
BETTER: dict[str, Any] = {"color": PALETTE[0], "marker": ">"}
WORSE: dict[str, Any] = {"color": PALETTE[1], "marker": "<"}
OPEN: dict[str, Any] = {"color": GREY, "marker": "o", "markerfacecolor": "white"}


def paired_differences(pairs: pd.DataFrame) -> Figure:
    """Draw the difference of every model to each reference with its 95 % interval.

    Parameters
    ----------
    pairs
        One row per model, ``reference`` and ``metric``: ``difference``, ``low``, ``high``, ``p``,
        ``genes``, ``genes_better``, ``repeats``; difference NaN = undefined.
    """
    references = list(dict.fromkeys(pairs["reference"]))
    if not references:
        return empty_figure("no reference model is among those that are compared")
    parts = [pairs[pairs["reference"] == name] for name in references]
    heights = [1.2 + ROW * max(part["model"].nunique(), 2) for part in parts]
    figure = new_figure(8.6, sum(heights))
    panels = bands(figure, heights)
    for panel, name, part in zip(panels, references, parts, strict=True):
        draw_reference(panel, part, name)
    return figure


def draw_reference(figure: FigureBase, pairs: pd.DataFrame, reference: str) -> None:
    """Draw all models against one reference, the largest gain in r on top."""
    by_metric = {key: pairs[pairs["metric"] == key].set_index("model") for key in METRICS}
    gains = by_metric["mean_r"]["difference"]
    order = list(gains.sort_values(ascending=False, na_position="last", kind="stable").index)
    axes = figure.subplots(1, len(METRICS), sharey=True)
    for axis, (key, label) in zip(axes, METRICS.items(), strict=True):
        draw_differences(axis, by_metric[key].reindex(order))
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.set_xlabel(f"{label}\n(right of 0: better than {wrapped(reference, 30)})")
    axes[0].set_yticks(range(len(order)), [wrapped(name, NAME) for name in order])
    axes[0].set_ylim(len(order) - 0.5, -0.5)
    genes = int(pairs["genes"].max())
    text = f"each model minus {reference}, on the same lines; n = {genes:,} genes or fewer; "
    text = wrapped(f"{text}bars: 95 % intervals; filled: the interval leaves out 0", 125)
    figure.suptitle(text, fontsize=8.5, x=0.01, ha="left")


def draw_differences(axis: Axes, rows: pd.DataFrame) -> None:
    """Draw a row per model: difference, interval, genes that are better, p."""
    axis.axvline(0, color="black", linewidth=0.9)
    row: Any
    for place, row in enumerate(rows.itertuples()):
        transform = axis.get_yaxis_transform()
        if np.isnan(row.difference):
            axis.text(0.02, place, "undefined", transform=transform, va="center", fontsize=7, color=GREY)
            continue
        style = BETTER if row.low > 0 else WORSE if row.high < 0 else OPEN
        axis.hlines(place, row.low, row.high, color=style["color"], linewidth=1.3)
        axis.plot(row.difference, place, markersize=5, linestyle="", **style)
        axis.text(1.01, place, row_text(row.genes_better, row.genes, row.p), transform=transform,
                  va="center", fontsize=7)  # fmt: skip


def row_text(better: int, genes: int, p: float) -> str:
    """Say how many genes are better, and p."""
    chance = "p undefined" if np.isnan(p) else "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return f"{int(better):,} of {int(genes):,} better\n{chance}"
