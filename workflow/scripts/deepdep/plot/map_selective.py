"""Top selective dependencies per cancer type: a dot per gene, its expression beside it."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, empty_figure, new_figure, wrapped

COLUMN = 14  # most types per column


def map_selective(table: pd.DataFrame, score: str) -> Figure:
    """Draw d of the top genes of each type, and d of their own expression.

    Parameters
    ----------
    table
        group, gene, n, n_rest, d, log10_p, fdr, expression_d of the genes that are drawn, in the order
        of types and d.
    score
        Name and unit of the score, for the axis.
    """
    if table.empty:
        return empty_figure("no cancer type with enough tumours beside others")
    types = list(dict.fromkeys(table["group"]))
    columns = -(-len(types) // COLUMN)
    each = -(-len(types) // columns)
    parts = [types[first : first + each] for first in range(0, len(types), each)]
    most = max(table["group"].isin(part).sum() + len(part) for part in parts)
    figure = new_figure(max(6.6, 2.9 * len(parts)), 1.6 + 0.135 * most)
    axes = figure.subplots(1, len(parts), squeeze=False, sharex=True)[0]
    for axis, part in zip(axes, parts, strict=True):
        draw_part(axis, table[table["group"].isin(part)], most)
    text = f"effect size d: type less other tumours, in SD (predicted {score})"
    figure.supxlabel(wrapped(text, 80), fontsize=8.5)
    axes[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=1, fontsize=7)
    return figure


def draw_part(axis: Axes, table: pd.DataFrame, most: int) -> None:
    """Draw some types below each other, with a gap and the type's name between them."""
    y, ticks, names = 0, [], []
    rows: list[tuple[int, Any]] = []
    for group, own in table.groupby("group", sort=False):
        ticks.append(y)
        names.append(f"{group} (n = {own['n'].max():,})")
        rows += [(y + place, row) for place, row in enumerate(own.itertuples(), start=1)]
        y += len(own) + 1
    ticks += [place for place, _ in rows]
    names += [row.gene for _, row in rows]
    places = [place for place, _ in rows]
    axis.axvline(0, color=GREY, linewidth=0.6, linestyle=":")
    axis.plot([row.d for _, row in rows], places, "o", color=PALETTE[0], ms=4, label="predicted dependency")
    axis.plot(
        [row.expression_d for _, row in rows], places, "D", mfc="none", color=PALETTE[1], ms=3.5,
        label="own expression, where it is a feature",
    )  # fmt: skip
    axis.set_yticks(ticks, names, fontsize=6)
    for text in axis.get_yticklabels()[: len(ticks) - len(rows)]:
        text.set_fontweight("bold")
    axis.set(ylim=(most - 0.2, -0.8))
    axis.tick_params(axis="y", length=0)
