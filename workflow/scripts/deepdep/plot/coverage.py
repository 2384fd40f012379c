"""What was measured: samples per omic, and the share of an omic's features per sample."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import PALETTE, new_figure, wrapped

HAS, SHARE = "has_", "observed_"
GOLDEN = 0.6180339887  # fractional steps of it spread points evenly without random numbers


def omics_observed(samples: pd.DataFrame) -> Figure:
    """Draw, by cohort and omic, how many samples have it and how much of its features they have.

    Parameters
    ----------
    samples
        One row per sample: ``cohort``, ``group`` (lineage or cancer type), and per omic
        ``has_<omic>`` (bool) and ``observed_<omic>`` (share of the cell lines' features, 0 to 1).
    """
    omics = [name.removeprefix(HAS) for name in samples.columns if name.startswith(HAS)]
    cohorts = list(dict.fromkeys(samples["cohort"]))
    rows = [(omic, cohort) for omic in omics for cohort in cohorts]
    figure = new_figure(7.4, 1.3 + 0.34 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.25))
    for place, (omic, cohort) in enumerate(rows):
        color = PALETTE[cohorts.index(cohort) % len(PALETTE)]
        part = samples[samples["cohort"] == cohort]
        draw_count(left, part[HAS + omic].astype(bool), place, color)
        draw_shares(right, part.loc[part[HAS + omic].astype(bool), SHARE + omic].dropna(), place, color)
    label_rows(left, rows, len(cohorts))
    label_rows(right, rows, len(cohorts))
    left.set(xlim=(0, 1.02), xlabel="share of samples with the omic (n in the bars)")
    right.set(xlim=(-0.02, 1.02), xlabel="share of the omic's features observed,\nper sample that has it")
    figure.suptitle(cohort_text(samples, cohorts), fontsize=8.5, x=0.01, ha="left")
    return figure


def cohort_text(samples: pd.DataFrame, cohorts: list[str]) -> str:
    """Say how many samples and groups each cohort has."""
    parts = [samples[samples["cohort"] == cohort] for cohort in cohorts]
    each = [
        f"{cohort}: n = {len(part):,} samples in {part['group'].nunique():,} groups"
        for cohort, part in zip(cohorts, parts, strict=True)
    ]
    return wrapped("; ".join(each), 110)


def draw_count(axis: Axes, has: pd.Series, place: int, color: str) -> None:
    """Draw the share of samples that have an omic, with the numbers in the bar."""
    axis.barh(place, 1, height=0.7, color="#EEEEEE")
    axis.barh(place, has.mean(), height=0.7, color=color, alpha=0.55)
    axis.text(0.02, place, f"{has.sum():,} of {len(has):,}", va="center", fontsize=8)


def draw_shares(axis: Axes, shares: pd.Series, place: int, color: str) -> None:
    """Draw every sample's share as a dot and their quartiles as a box."""
    if shares.empty:
        axis.text(0.5, place, "no sample", ha="center", va="center", fontsize=8)
        return
    height = place + (np.arange(len(shares)) * GOLDEN % 1 - 0.5) * 0.6
    axis.plot(shares, height, ".", color=color, markersize=2.5, alpha=0.4, markeredgewidth=0, rasterized=True)
    lines: dict[str, Any] = {
        "medianprops": {"color": "black"},
        "boxprops": {"linewidth": 0.7},
        "whiskerprops": {"linewidth": 0.7},
    }
    place_of: dict[str, Any] = {
        "positions": [place],
        "orientation": "horizontal",
        "widths": 0.5,
        "manage_ticks": False,
    }
    axis.boxplot(shares, whis=(5, 95), showfliers=False, **place_of, **lines)


def label_rows(axis: Axes, rows: list[tuple[str, str]], cohorts: int) -> None:
    """Name the rows by omic and cohort, the first on top, with a line between omics."""
    axis.set_yticks(
        range(len(rows)), [f"{omic.replace('_', ' ')}, {wrapped(cohort, 20)}" for omic, cohort in rows]
    )
    axis.set_ylim(len(rows) - 0.5, -0.5)
    for edge in range(cohorts, len(rows), cohorts):
        axis.axhline(edge - 0.5, color="#BBBBBB", linewidth=0.6)
