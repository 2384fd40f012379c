"""Hazard ratios of predicted dependencies, and Kaplan-Meier curves of patients halved by them."""

from typing import Any

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from deepdep.plot.style import GREY, PALETTE, bands, empty_figure, new_figure, say_empty, wrapped
from deepdep.plot.words import p_text

POOLED = "pooled"
PER_TYPE, MOST_ROWS = 3, 36
ROW = 0.3  # inches of one gene, three marks in it
YEAR = 365.25  # days
TICKS = 5
# Kinds of regressions: columns before, name, colour, mark.
KINDS = (
    ("", "predicted dependency", PALETTE[0], "o"),
    ("adjusted_", "predicted, with covariates", PALETTE[1], "s"),
    ("expression_", "own expression", PALETTE[2], "D"),
)
HALVES = (("lower half (more dependent)", PALETTE[1], "-"), ("higher half", PALETTE[0], "--"))


def hazard_ratios(fits: pd.DataFrame, fdr: float, reasons: list[str]) -> Figure:
    """Draw the genes of smallest p of every cancer type, pooled last.

    Parameters
    ----------
    fits
        As ``deepdep.tumors.survival.survival_table`` returns them.
    fdr
        Up to which a mark is filled.
    reasons
        Why nothing was fitted, said if there are no rows.
    """
    rows = top_of_each(fits)
    if rows.empty:
        return empty_figure("no regressions: " + "; ".join(reasons[:3]))
    whole = new_figure(7.4, 1.5 + ROW * len(rows))
    (figure,) = bands(whole)
    axis = figure.subplots()
    axis.axvline(1.0, color="black", linewidth=0.8)
    for shift, (before, name, color, marker) in zip((-0.22, 0.0, 0.22), KINDS, strict=True):
        draw_kind(axis, rows, before, shift, {"color": color, "marker": marker, "label": name, "fdr": fdr})
    axis.set_xscale("log")
    ticks = [tick for tick in (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10) if inside(axis, tick)]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlabel("hazard ratio per SD of the score within cancer type (log scale), 95 % interval")
    axis.set_yticks(range(len(rows)), [row_name(row) for row in rows.itertuples()], fontsize=6.8)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    for place in np.flatnonzero(np.diff(pd.factorize(rows["cancer_type"])[0])):
        axis.axhline(place + 0.5, color=GREY, linewidth=0.5)
    counts = significant_text(fits, fdr)
    figure.suptitle(counts, fontsize=7.5, x=0.01, ha="left")
    handles, names = axis.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return whole


def inside(axis: Axes, tick: float) -> bool:
    """Tell whether a tick lies on the axis as drawn."""
    low, high = axis.get_xlim()
    return low <= tick <= high


def top_of_each(fits: pd.DataFrame) -> pd.DataFrame:
    """Return the genes of smallest p of each cancer type: three, or fewer where there are many types."""
    known = fits[fits["log10_p"].notna()] if len(fits) else fits
    if known.empty:
        return known
    each = max(1, min(PER_TYPE, MOST_ROWS // known["cancer_type"].nunique()))
    top = known.sort_values("log10_p", kind="stable").groupby("cancer_type", sort=False).head(each)
    last = top["cancer_type"] == POOLED
    return top.assign(last=last).sort_values(["last", "cancer_type", "log10_p"], kind="stable")


def significant_text(fits: pd.DataFrame, fdr: float) -> str:
    """Say how many genes have an FDR below the limit, per regression, and of how many tests."""
    parts = []
    for before, name, _, _ in KINDS:
        own = fits[f"{before}fdr"].dropna()
        parts.append(f"{name}: {(own < fdr).sum():,} of {len(own):,}")
    text = f"Tests (gene x cancer type, and pooled) with FDR < {fdr:g}: {'; '.join(parts)}."
    rest = f"Open marks: FDR {fdr:g} or more. Genes of smallest p of each cancer type (patients; events)."
    return f"{wrapped(text, 110)}\n{wrapped(rest, 110)}"


def row_name(row: Any) -> str:
    """Name gene and cancer type, with patients and events."""
    return f"{row.gene}  {row.cancer_type} ({int(row.n):,}; {int(row.events):,})"


def draw_kind(axis: Axes, rows: pd.DataFrame, before: str, shift: float, style: dict[str, Any]) -> None:
    """Draw the hazard ratios of one kind of regressions; filled where the FDR is below the limit."""
    own = {key: rows[f"{before}{key}"].to_numpy(float) for key in ("hr", "low", "high", "fdr")}
    places = np.arange(len(rows)) + shift
    known = np.isfinite(own["hr"])
    color = style["color"]
    axis.hlines(places[known], own["low"][known], own["high"][known], color=color, linewidth=1.0)
    filled = np.where(own["fdr"] < style["fdr"], color, "white")
    axis.scatter(
        own["hr"][known], places[known], s=16, marker=style["marker"], c=filled[known], edgecolors=color,
        linewidths=1.0, zorder=3,
    )  # fmt: skip
    axis.scatter([], [], s=16, marker=style["marker"], color=color, label=style["label"])


def kaplan_meier(halves: pd.DataFrame, event: str, reasons: list[str]) -> Figure:
    """Draw a panel per gene and cancer type with the numbers at risk below.

    Parameters
    ----------
    halves
        As ``deepdep.tumors.halves.halves`` returns them.
    event
        Name of the event, for the axis.
    reasons
        Why there are no curves, said if there are none.
    """
    keys = halves[["cancer_type", "gene"]].drop_duplicates()
    if keys.empty:
        return empty_figure("no curves: " + "; ".join(reasons[:3] or ["none are asked for"]))
    across = min(3, len(keys))
    down = -(-len(keys) // across)
    figure = new_figure(3.4 * across, 3.5 * down)
    panels = np.ravel(figure.subfigures(down, across, squeeze=False))
    for panel, key in zip(panels, keys.itertuples(index=False), strict=False):
        own = halves[(halves["cancer_type"] == key.cancer_type) & (halves["gene"] == key.gene)]
        draw_curves(panel, own, event)
    return figure


def draw_curves(panel: SubFigure, own: pd.DataFrame, event: str) -> None:
    """Draw the two halves of one cancer type, and how many are at risk."""
    curve, table = panel.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    last = own["time"].max() / YEAR
    ticks = np.asarray(MaxNLocator(TICKS).tick_values(0, last))
    ticks = ticks[(ticks >= 0) & (ticks <= last)]
    for row, (name, color, style) in enumerate(HALVES):
        half = own[own["half"] == name]
        if half.empty:
            say_empty(table, "one half only")
            continue
        fit = KaplanMeierFitter().fit(half["time"] / YEAR, half["event"])
        line = fit.survival_function_.iloc[:, 0]
        label = f"{name}, {int(half['event'].sum())}/{len(half)} events"
        curve.step(line.index, line, where="post", color=color, linestyle=style, linewidth=1.2, label=label)
        band = fit.confidence_interval_
        curve.fill_between(band.index, band.iloc[:, 0], band.iloc[:, 1], step="post", alpha=0.12, color=color)
        for tick in ticks:
            count = int((half["time"] / YEAR >= tick).sum())
            table.text(tick, 1 - row, f"{count}", color=color, ha="center", va="center", fontsize=6.8)
    first = own.iloc[0]
    title = f"{first['gene']}, {first['cancer_type']} (log-rank {p_text(first['logrank_log10_p'])})"
    curve.set_title(title, fontsize=8)
    curve.set(ylim=(0, 1.03), xticks=ticks)
    curve.set_ylabel(f"share without event ({event})", fontsize=7.5)
    curve.legend(loc="best", fontsize=6, handlelength=1.6)
    table.set(ylim=(-0.6, 1.6), yticks=[])
    table.set_xlabel("years (numbers at risk above)", fontsize=7.5)
    for side in ("left", "bottom"):
        table.spines[side].set_visible(False)
