"""Known relations of omics and dependency, in measured and predicted scores."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from deepdep.plot.style import PALETTE, empty_figure, new_panel, wrapped

MOST = 16  # relations drawn; the table has all


def known_forest(table: pd.DataFrame) -> Figure:
    """Draw the effect of each known relation within groups, a colour per source of scores.

    Parameters
    ----------
    table
        One row per relation and source: ``source``, ``omic``, ``feature``, ``gene``, ``expected`` (-1 or 1),
        ``within_effect``, ``within_low``, ``within_high``, ``n_mutated``, ``n``, ``recovered``, ``status``.
    """
    keys = ["omic", "feature", "gene"]
    relations = table[keys].drop_duplicates()
    drawn = table[np.isfinite(table["within_effect"].astype(float))]
    there = relations.merge(drawn[keys].drop_duplicates()).head(MOST).sort_values(keys, kind="stable")
    if there.empty:
        absent = ", ".join(dict.fromkeys(f"{row.gene}: {row.status}" for row in table.itertuples()))
        return empty_figure(f"no known relation can be tested: {absent or 'none named'}"[:300])
    sources = list(dict.fromkeys(table["source"]))
    figure, axis = new_panel(7.2, 1.7 + len(there) * (0.16 + 0.13 * len(sources)))
    for place, name in enumerate(sources):
        shift = (place - (len(sources) - 1) / 2) * 0.75 / len(sources)
        draw_source(axis, there, drawn[drawn["source"] == name], shift, PALETTE[place % len(PALETTE)])
    label(axis, there, drawn)
    left = len(relations) - len(there)
    text = f"{left} more relations are absent, cannot be tested or are not drawn (table)" if left else None
    figure.legend(handles=legend_lines(table), title=text, title_fontsize=7.5, alignment="left",
                  loc="outside upper left", fontsize=8)  # fmt: skip
    return figure


def draw_source(axis: Axes, there: pd.DataFrame, rows: pd.DataFrame, shift: float, color: str) -> None:
    """Draw one source's effects; a filled point is a relation that is recovered."""
    found = there.reset_index(drop=True).reset_index(names="place").merge(rows)
    row: Any
    for row in found.itertuples():
        fill = color if row.recovered == "yes" else "white"
        axis.hlines(row.place + shift, row.within_low, row.within_high, color=color, linewidth=1.3)
        axis.plot(
            row.within_effect, row.place + shift, "o", color=color, markerfacecolor=fill, markersize=4.5
        )
        count = f"n = {int(row.n):,}"
        if np.isfinite(row.n_mutated):
            count = f"{int(row.n_mutated):,} of {int(row.n):,} mutated"
        axis.text(1.01, row.place + shift, count, transform=axis.get_yaxis_transform(), va="center",
                  fontsize=6.5, color=color)  # fmt: skip


def legend_lines(table: pd.DataFrame) -> list[Line2D]:
    """Return one mark of the legend per source, with how many relations it recovers of those tested."""
    lines = []
    for place, (name, rows) in enumerate(table.groupby("source", sort=False)):
        found, tested = (
            int(flags.sum()) for flags in (rows["recovered"] == "yes", rows["status"] == "tested")
        )
        text = f"{name}: {found} of {tested} recovered"
        color = PALETTE[place % len(PALETTE)]
        lines.append(Line2D([], [], color=color, marker="o", markersize=4.5, label=text))
    return lines


def label(axis: Axes, there: pd.DataFrame, drawn: pd.DataFrame) -> None:
    """Name the relations and the axis."""
    expected = drawn.drop_duplicates(["omic", "feature", "gene"]).set_index(["omic", "feature", "gene"])[
        "expected"
    ]
    names = []
    row: Any
    for row in there.itertuples():
        sign = "−" if expected[(row.omic, row.feature, row.gene)] < 0 else "+"
        target = "own dependency" if row.feature == row.gene else f"{row.gene} dependency"
        names.append(f"{wrapped(row.feature, 22)} {row.omic.replace('_', ' ')}\n{target} (expected {sign})")
    axis.set_yticks(range(len(there)), names, fontsize=7)
    axis.set_ylim(len(there) - 0.5, -0.5)
    for edge in range(1, len(there)):
        axis.axhline(edge - 0.5, color="#DDDDDD", linewidth=0.6)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(
        "effect on the gene's score within lineage or cancer type, in SDs (95 % interval)\n"
        "mutated less others; other omics: per SD of the feature. Filled: recovered"
    )
