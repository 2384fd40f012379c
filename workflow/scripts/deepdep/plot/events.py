"""Omics-driven events: share of each omic per gene, numbers, and the strongest beside comparators."""

from collections.abc import Iterable, Mapping
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, empty_figure, new_figure, say_empty, wrapped

COLORS = {  # in the order drawn; other omics follow by name
    "mutation": PALETTE[1],
    "expression": PALETTE[0],
    "methylation": PALETTE[2],
    "copy_number": PALETTE[3],
}
COMPARED = {  # column to its label and marker
    "r": "dependency",
    "within_r": "dependency,\nwithin groups",
    "expression_r": "own expression",
    "expression_within_r": "own expression,\nwithin groups",
    "type_mean_r": "mean of the\ngroup",
}


def colors_of(omics: Iterable[str]) -> dict[str, str]:
    """Return the colours of the omics that are there, in the order in which they are drawn."""
    there = set(omics)
    known = {omic: color for omic, color in COLORS.items() if omic in there}
    return known | dict(zip(sorted(there - set(COLORS)), cycle(PALETTE[4:]), strict=False))


def event_shares(counts: pd.DataFrame, thresholds: Mapping[str, float]) -> Figure:
    """Draw the share of each omic in the events of every gene, and the number of events by omic.

    Parameters
    ----------
    counts
        One row per gene and omic: ``events``, ``within`` (same sign within groups, p < 0.05), ``share``.
    thresholds
        FDR by omic, at or below which a pair is an event.
    """
    if not counts["events"].sum():
        return empty_figure("no pair of feature and gene is under the threshold of its omic")
    figure = new_figure(7.4, 5.6)
    left, right = figure.subplots(2, 1, height_ratios=[1.4, 1])
    draw_shares(left, counts)
    draw_numbers(right, counts, thresholds)
    return figure


def draw_shares(axis: Axes, counts: pd.DataFrame) -> None:
    """Draw a column per gene with events, stacked by omic, sorted by the omic of the largest share."""
    table = counts.pivot_table(index="gene", columns="omic", values="share").dropna(how="all").fillna(0)
    colors = colors_of(table.columns)
    omics = list(colors)
    first = pd.Series(table[omics].to_numpy().argmax(axis=1), index=table.index)
    order = sorted(table.index, key=lambda gene: (first[gene], -table[omics[first[gene]]].loc[gene], gene))
    base = np.zeros(len(order))
    for omic in omics:
        values = table.loc[order, omic].to_numpy()
        axis.bar(np.arange(len(order)), values, bottom=base, width=1.0, color=colors[omic], linewidth=0,
                 label=omic.replace("_", " "))  # fmt: skip
        base += values
    genes = counts["gene"].nunique()
    axis.set(xlim=(-0.5, len(order) - 0.5), ylim=(0, 1), ylabel="share of the gene's events")
    axis.set_xlabel(f"genes with an event (DepOIs), sorted; n = {len(order):,} of {genes:,}")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, borderaxespad=0.2)


def draw_numbers(axis: Axes, counts: pd.DataFrame, thresholds: Mapping[str, float]) -> None:
    """Draw numbers of events by omic; the part that stays within groups in full colour."""
    sums = counts.groupby("omic")[["events", "within"]].sum()
    colors = colors_of(sums.index)
    omics = list(colors)
    for place, omic in enumerate(omics):
        events, within = (int(sums[name].loc[omic]) for name in ("events", "within"))
        axis.barh(place, max(events, 0.5), color=colors[omic], alpha=0.35)
        axis.barh(place, within or np.nan, color=colors[omic], height=0.45)
        axis.text(
            max(events, 0.5) * 1.15, place, f"{events:,} ({within:,} within)", va="center", fontsize=7.5
        )
    names = [f"{omic.replace('_', ' ')}\nFDR ≤ {thresholds[omic]:.0e}" for omic in omics]
    axis.set_yticks(range(len(omics)), names)
    axis.set(xscale="log", ylim=(len(omics) - 0.5, -0.5))
    axis.set_xlim(0.5, max(sums["events"].max(), 10) * 12)
    axis.set_xlabel("events (pairs of feature and gene; log scale)\n"
                    "narrow bars: same sign and p < 0.05 within cancer type or lineage")  # fmt: skip


def comparators(top: pd.DataFrame) -> Figure:
    """Draw |r| of the strongest events beside that of own expression and of the group's mean.

    Parameters
    ----------
    top
        Events with columns ``omic``, ``log10_fdr`` and those of ``COMPARED``.
    """
    colors = colors_of(top["omic"])
    omics = list(colors)
    if not omics:
        return empty_figure("no events to compare")
    figure = new_figure(7.6, 1.4 + 1.75 * len(omics))
    rows = figure.subplots(len(omics), 2, width_ratios=[1, 1.5], squeeze=False)
    for (left, right), omic in zip(rows, omics, strict=True):
        part = top[top["omic"] == omic]
        draw_volcano(left, part, omic, colors[omic])
        draw_compared(right, part, colors[omic])
    rows[-1][0].set_xlabel("Pearson r, pooled")
    rows[-1][1].set_xlabel("|Pearson r| with the feature (points: events; bar: median)")
    return figure


def draw_volcano(axis: Axes, part: pd.DataFrame, omic: str, color: str) -> None:
    """Draw r and FDR of the strongest events; name those of three genes in the gap at r = 0."""
    axis.plot(part["r"], -part["log10_fdr"], ".", color=color, alpha=0.6, markersize=4, markeredgewidth=0)
    names = [f"{row.feature} – {row.gene}" for row in part.drop_duplicates("gene").head(3).itertuples()]
    text = "\n".join(["feature – gene:", *(wrapped(name, 20) for name in names)])
    axis.text(0.5, 0.97, text, transform=axis.transAxes, ha="center", va="top", fontsize=6)
    axis.set(xlim=(-1.08, 1.08), ylabel="−log10 FDR")
    axis.set_title(f"{omic.replace('_', ' ')}, strongest {len(part):,}", loc="left", fontsize=8)


def draw_compared(axis: Axes, part: pd.DataFrame, color: str) -> None:
    """Draw a strip of points per comparator, with its median and n."""
    rng = np.random.default_rng(0)  # jitter only
    for place, column in enumerate(COMPARED):
        values = part[column].abs().dropna().to_numpy()
        if not len(values):
            axis.text(0.02, place, "none (n = 0)", va="center", fontsize=7, color=GREY)
            continue
        jitter = place + rng.uniform(-0.3, 0.3, len(values))
        axis.plot(values, jitter, ".", color=color, alpha=0.25, markersize=3, markeredgewidth=0,
                  rasterized=True)  # fmt: skip
        axis.vlines(np.median(values), place - 0.4, place + 0.4, color="black", linewidth=1.6)
        axis.text(1.02, place, f"n = {len(values):,}", va="center", fontsize=7)
    axis.set_yticks(range(len(COMPARED)), list(COMPARED.values()), fontsize=6.5)
    axis.set(xlim=(0, 1.0), ylim=(len(COMPARED) - 0.5, -0.5))
    if part.empty:
        say_empty(axis, "no events")
