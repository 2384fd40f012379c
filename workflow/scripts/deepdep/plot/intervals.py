"""Do intervals hold what they promise, and how wide are they: by gene, by lineage, by model."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import bands, model_colors, new_figure, say_empty, wrapped

BAND = 0.02  # either side of the nominal level: what is aimed at
MOST_LINEAGES = 15  # more would not be legible
MARKERS = "osD^vPX*"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def coverage_of_intervals(
    summary: pd.DataFrame, per_gene: pd.DataFrame, score: str, colors: dict[str, str] | None = None
) -> Figure:
    """Draw coverage per gene and per lineage beside the nominal level, and mean widths.

    Parameters
    ----------
    summary
        One row per model and ``group``, of ``scope`` overall or lineage: ``level``, ``lines``,
        ``patients``, ``infinite``, ``coverage`` with ``coverage_low`` and ``coverage_high`` (95 %
        interval, NaN where undefined), ``mean_width``, ``width_ratio`` (to the gene mean); overall
        also ``fold_lowest`` and ``fold_highest`` (coverage of single folds).
    per_gene
        One row per model and gene: ``n`` (labels), ``coverage``.
    score
        What the widths are measured in.
    colors
        Colour by model; by default ``model_colors`` over the models in order of ``summary``.
    """
    overall = summary[summary["scope"] == "overall"].set_index("model")
    lineages = summary[summary["scope"] == "lineage"]
    models = list(overall.index)
    colors = colors or model_colors(models)
    names = list(dict.fromkeys(lineages["group"]))
    most = min(len(names), MOST_LINEAGES)
    heights = [1.1 + 0.42 * max(len(models), 3), 1.2 + rows_high(len(models)) * most]
    figure = new_figure(7.6, 0.5 + sum(heights))
    top, bottom = bands(figure, heights)
    left, right = top.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    draw_genes(left, per_gene, overall, colors)
    draw_widths(right, overall, score, colors)
    draw_lineages(bottom.subplots(), lineages, colors, float(overall["level"].iloc[0]))
    if names:
        bottom.legend(loc="outside lower center", ncols=3)
    figure.suptitle(heading(overall, per_gene), fontsize=8.5, x=0.01, ha="left")
    return figure


def rows_high(models: int) -> float:
    """Give the height of a lineage's row, inches."""
    return max(0.36, 0.075 * models)


def heading(overall: pd.DataFrame, per_gene: pd.DataFrame) -> str:
    """Say what the intervals are for, how many there are of what, and what is left out."""
    first, genes = overall.iloc[0], per_gene["gene"].nunique()
    text = (
        f"intervals for {100 * first['level']:g} %, calibrated on the folds not tested; "
        f"n = {genes:,} genes, {first['lines']:,} lines, {first['patients']:,} patients"
    )
    left_out = int(first["infinite"])
    last = f"; {left_out:,} labels have an infinite interval and are left out" if left_out else ""
    return f"{text}\ncell lines only: not calibrated for tumours{last}"


def mark_level(axis: Axes, level: float) -> None:
    """Draw the nominal level and the band aimed at."""
    axis.axvspan(level - BAND, level + BAND, color="#DDDDDD", zorder=0)
    axis.axvline(level, color="black", linewidth=0.8, zorder=1)


def draw_genes(axis: Axes, per_gene: pd.DataFrame, overall: pd.DataFrame, colors: dict[str, str]) -> None:
    """Draw, by model, the distribution of coverage over genes, and coverage over all labels."""
    level, rows = float(overall["level"].iloc[0]), []
    mark_level(axis, level)
    for place, model in enumerate(overall.index):
        values = per_gene.loc[per_gene["model"] == model, "coverage"].dropna()
        if len(values):
            draw_box(axis, np.quantile(values, QUANTILES), place - 0.08, colors[model])
        row = overall.loc[model]
        draw_point(axis, row, place + 0.32, {"marker": "o", "color": "black", "markersize": 4})
        ends = (row["fold_lowest"], row["fold_highest"])
        axis.plot(ends, (place + 0.32,) * 2, "|", color="black", markersize=6)
        rows.append(f"{wrapped(model, 24)}\nn = {len(values):,} genes")
    axis.set_yticks(range(len(rows)), rows)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlabel(
        "share of labels inside: per gene (box, line 5-95 %),\nover all labels (dot, 95 % interval), "
        "extreme folds (ticks)"
    )


def draw_box(axis: Axes, quantiles: np.ndarray, place: float, color: str) -> None:
    """Draw 5, 25, 50, 75 and 95 % of a distribution."""
    lowest, low, median, high, highest = quantiles
    axis.plot((lowest, highest), (place, place), color=color, linewidth=1.2, zorder=2)
    axis.barh(place, high - low, left=low, height=0.36, color=color, alpha=0.45, edgecolor=color, zorder=2)
    axis.plot((median, median), (place - 0.18, place + 0.18), color=color, linewidth=1.8, zorder=2)


def draw_point(axis: Axes, row: pd.Series, place: float, style: dict[str, Any]) -> None:
    """Draw coverage with its interval, where it has one."""
    if np.isfinite(row["coverage_low"]):
        ends = (row["coverage_low"], row["coverage_high"])
        axis.plot(ends, (place, place), color=style["color"], linewidth=1, zorder=3)
    axis.plot(
        row["coverage"],
        place,
        linestyle="none",
        markeredgecolor="#333333",
        markeredgewidth=0.4,
        zorder=4,
        **style,
    )


def draw_widths(axis: Axes, overall: pd.DataFrame, score: str, colors: dict[str, str]) -> None:
    """Draw the mean width of each model, with its ratio to the gene mean."""
    most = overall["mean_width"].max()
    for place, model in enumerate(overall.index):
        row = overall.loc[model]
        if not np.isfinite(row["mean_width"]):
            axis.text(0, place, " no finite interval", va="center", fontsize=8)
            continue
        axis.barh(place, row["mean_width"], height=0.5, color=colors[model], alpha=0.55)
        text = f" {row['mean_width']:#.3g} ({row['width_ratio']:.2f} ×)"
        axis.text(row["mean_width"], place, text, va="center", fontsize=8)
    axis.set_xlim(0, 1.6 * most if most > 0 else 1)
    axis.set_xlabel(f"mean width (× that of the gene mean)\n{wrapped(score, 40)}")
    axis.tick_params(axis="y", left=False, labelleft=False)


def draw_lineages(axis: Axes, lineages: pd.DataFrame, colors: dict[str, str], level: float) -> None:
    """Draw coverage by lineage, one point per model, the largest lineages on top."""
    names = list(dict.fromkeys(lineages["group"]))
    drawn, models = names[:MOST_LINEAGES], list(dict.fromkeys(lineages["model"]))
    if not drawn:
        say_empty(axis, "no lineage is known")
        return
    mark_level(axis, level)
    shifts = (np.arange(len(models)) + 0.5) / len(models) * 0.8 - 0.4
    for number, model in enumerate(models):
        rows = lineages[lineages["model"] == model].set_index("group")
        style: dict[str, Any] = {
            "marker": MARKERS[number % len(MARKERS)],
            "color": colors[model],
            "markersize": 4.5,
        }
        for place, name in enumerate(drawn):
            draw_point(axis, rows.loc[name], place + shifts[number], style)
        axis.plot([], [], linestyle="none", label=wrapped(model, 24), **style)
    label_lineages(axis, lineages.drop_duplicates("group").set_index("group").loc[drawn], len(names))


def label_lineages(axis: Axes, sizes: pd.DataFrame, number: int) -> None:
    """Name the rows with their numbers of lines and patients, and say if some are not drawn."""
    texts = [
        f"{wrapped(str(name), 30)}\nn = {row['lines']:,} lines, {row['patients']:,} patients"
        for name, row in sizes.iterrows()
    ]
    axis.set_yticks(range(len(sizes)), texts, fontsize=7)
    axis.set_ylim(len(sizes) - 0.5, -0.5)
    for edge in range(1, len(sizes)):
        axis.axhline(edge - 0.5, color="#CCCCCC", linewidth=0.5)
    more = f" (the {len(sizes)} largest of {number})" if number > len(sizes) else ""
    axis.set_xlabel(f"share of labels inside, by lineage{more}; line: 95 % interval, from 5 patients on")
