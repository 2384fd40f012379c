"""Mean r within genes over all, variable and selective genes (the subsets of figure 2D-G)."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.evaluate.gene_sets import REPORTED, SELECTIVE, VARIABLE
from deepdep.plot.models import Guides, ranked
from deepdep.plot.style import PALETTE, bands, empty_figure, new_figure, wrapped

STYLES: dict[str, dict[str, Any]] = {
    REPORTED: {"color": PALETTE[0], "marker": "o"},
    VARIABLE: {"color": PALETTE[1], "marker": "s"},
    SELECTIVE: {"color": PALETTE[2], "marker": "D"},
}
ROW = 0.4  # inches, three sets in it


def gene_set_means(summary: pd.DataFrame, guides: Guides) -> Figure:
    """Draw mean per-gene r of every model over each set of genes, with 95 % intervals.

    Parameters
    ----------
    summary
        One row per model and ``gene_set``: ``genes``, ``lines``, ``patients``, ``mean_r``, ``mean_r_low``,
        ``mean_r_high`` (NaN = undefined). Models are in the order of ``reported``.
    guides
        Which models are floors and references.
    """
    order = ranked(summary[summary["gene_set"] == REPORTED])
    names = order.loc[order["mean_r"].notna(), "model"].tolist()
    if not names:
        return empty_figure("r within genes is undefined for every model")
    whole = new_figure(7.0, 1.6 + ROW * max(len(names), 3))
    (figure,) = bands(whole)
    axis = figure.subplots()
    for key, part in summary.groupby("gene_set", sort=False):
        draw_set(axis, part.set_index("model").reindex(names), str(key))
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(range(len(names)), [guides.name(name) for name in names])
    axis.set(ylim=(len(names) - 0.5, -0.5), xlabel="mean per-gene Pearson r, out of fold (no unit)")
    figure.legend(loc="outside lower center", ncols=3)
    undefined = order.loc[order["mean_r"].isna(), "model"].tolist()
    figure.suptitle(heading(order, undefined), fontsize=8.5, x=0.01, ha="left")
    return whole


def draw_set(axis: Axes, rows: pd.DataFrame, name: str) -> None:
    """Draw one set's means and intervals, below those of the set before."""
    shift = (list(STYLES).index(name) - 1) * 0.22
    places = pd.Series(range(len(rows)), rows.index) + shift
    defined = rows["mean_r"].notna()
    style = STYLES[name]
    axis.hlines(places[defined], rows.loc[defined, "mean_r_low"], rows.loc[defined, "mean_r_high"],
                color=style["color"], linewidth=1.2)  # fmt: skip
    label = f"{name} (n = {int(rows['genes'].max()):,} genes)"
    axis.plot(
        rows.loc[defined, "mean_r"], places[defined], linestyle="", markersize=4.5, label=label, **style
    )


def heading(order: pd.DataFrame, undefined: list[str]) -> str:
    """Say how many lines there are, what the bars are, and which models have no r."""
    lines, patients = int(order["lines"].max()), int(order["patients"].max())
    text = f"n = {lines:,} lines of {patients:,} patients; bars: 95 % intervals"
    return wrapped(f"{text}; undefined: {', '.join(undefined)}" if undefined else text, 105)
