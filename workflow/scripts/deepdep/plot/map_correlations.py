"""How alike profiles of lines and tumours are: histograms of r, and r by cancer type and lineage."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, new_figure, say_empty

TITLES = {"raw": "raw profiles (gene means included)", "centred": "gene means of each domain subtracted"}
SMALL = 1e-12
BINS = 50


def map_correlations(histograms: pd.DataFrame, alike: pd.DataFrame) -> Figure:
    """Draw the histograms of r above, and centred mean r of each cancer type with each lineage below.

    Parameters
    ----------
    histograms
        kind, pairs, low, high, count.
    alike
        group, lineage, n, n_lines, centred_mean, rank.
    """
    rows, columns = alike["group"].nunique(), alike["lineage"].nunique()
    below = 1.6 + 0.17 * max(rows, 3)
    figure = new_figure(max(6.6, 2.4 + 0.2 * columns), 2.6 + below)
    grid = figure.add_gridspec(2, 2, height_ratios=[2.6, below])
    for place, kind in enumerate(TITLES):
        draw_histograms(figure.add_subplot(grid[0, place]), histograms[histograms["kind"].eq(kind)], kind)
    draw_alike(figure, figure.add_subplot(grid[1, :]), alike)
    return figure


def draw_histograms(axis: Axes, table: pd.DataFrame, kind: str) -> None:
    """Draw one density per sort of pairs, over the range that has any."""
    drawn = table[table["count"] > 0]
    if drawn.empty:
        say_empty(axis, "no pair with a correlation")
        return
    low, high = drawn["low"].min(), drawn["high"].max()
    table = table[table["low"].ge(low) & table["high"].le(high)]
    for place, (pairs, own) in enumerate(table.groupby("pairs", sort=True)):
        total = own["count"].sum()
        if not total:
            continue
        middle = float((own["count"] * (own["low"] + own["high"]) / 2).sum() / total)
        text = f"{pairs}: n = {total:,}, mean {middle:.2f}"
        axis.stairs(*coarse(own), color=PALETTE[place], linewidth=1.3, label=text)
    axis.set(xlim=(low, high), ylim=(0, 1.3 * axis.get_ylim()[1]))
    axis.set(xlabel="Pearson r over genes", ylabel="density (per unit of r)", title=TITLES[kind])
    axis.legend(loc="upper center", fontsize=6.5, borderaxespad=0)


def coarse(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return density and edges of a histogram, neighbouring bins joined to ``BINS`` or a few more."""
    joined = max(1, len(table) // BINS)
    firsts = np.arange(0, len(table), joined)
    counts = np.add.reduceat(table["count"].to_numpy(), firsts)
    edges = np.append(table["low"].to_numpy()[firsts], table["high"].iloc[-1])
    return counts / (counts.sum() * np.diff(edges)), edges


def draw_alike(figure: Figure, axis: Axes, alike: pd.DataFrame) -> None:
    """Draw centred mean r, cancer types x lineages; a circle marks the lineage that is most alike."""
    if alike.empty:
        say_empty(axis, "no tumours")
        return
    wide = alike.pivot_table(index="group", columns="lineage", values="centred_mean", dropna=False)
    limit = max(float(np.nanmax(np.abs(wide.to_numpy()))), SMALL)
    image = axis.imshow(wide.to_numpy(), cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    best = alike[alike["rank"].eq(1)]
    x, y = (
        wide.columns.get_indexer(pd.Index(best["lineage"])),
        wide.index.get_indexer(pd.Index(best["group"])),
    )
    axis.scatter(x, y, s=16, facecolors="none", edgecolors="black", linewidths=1)
    lines = alike.groupby("lineage")["n_lines"].first()
    tumors = alike.groupby("group")["n"].first()
    axis.set_xticks(
        range(wide.shape[1]),
        [f"{name} ({lines[name]:,})" for name in wide.columns],
        rotation=90,
        fontsize=6.5,
    )
    axis.set_yticks(range(wide.shape[0]), [f"{name} ({tumors[name]:,})" for name in wide.index], fontsize=6.5)
    axis.set(xlabel="lineage of cell lines (n lines)", ylabel="cancer type (n tumours)")
    axis.set_title("mean r of tumour and line, gene means subtracted; circle: most alike lineage", fontsize=8)
    figure.colorbar(image, ax=axis, label="mean Pearson r", shrink=0.8, pad=0.02)
    axis.tick_params(color=GREY, length=2)
