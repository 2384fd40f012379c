"""Bottleneck nodes: which are active over trainings, what gene sets they stand for, where lines lie."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, empty_figure, new_figure, new_panel, wrapped

MOST_GROUPS = 7  # lineages with a colour of their own
NONE = "No node is active in every training."


def node_activity(activity: pd.DataFrame, nodes: pd.DataFrame, active_share: float) -> Figure:
    """Draw by node in how many samples it is active in every training, and how alike trainings are.

    Parameters
    ----------
    activity
        run, node, active_share, r_same; the last run is the final model.
    nodes
        node, stable, active_share (mean).
    active_share
        From which on a node is active.
    """
    figure = new_figure(7.2, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    order = nodes.sort_values("active_share", ascending=False, kind="stable").reset_index(drop=True)
    place = pd.Series(order.index, order["node"])
    colors = np.where(order["stable"], PALETTE[0], "#C8C8C8")
    left.bar(order.index, order["active_share"], color=colors, width=0.8, zorder=1)
    left.plot(activity["node"].map(place), activity["active_share"], ".", color="black", markersize=2.5)
    left.axhline(active_share, color=PALETTE[1], linewidth=0.9, linestyle="--")
    left.set(xlabel="bottleneck node, by its mean share", ylabel="share of samples with score > 0", xticks=[])
    runs, stable = activity["run"].nunique(), int(nodes["stable"].sum())
    left.set_title(f"{stable} of {len(nodes)} nodes (blue) are active\nin all {runs} trainings", loc="left")
    draw_likeness(right, activity, nodes)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=2, handlelength=1)
    return figure


def draw_likeness(axis: Axes, activity: pd.DataFrame, nodes: pd.DataFrame) -> None:
    """Draw how well each node of a training correlates with the final model's node of its number."""
    others = activity[activity["run"] != activity["run"].iloc[-1]].merge(nodes[["node", "stable"]], on="node")
    bins = np.linspace(-1, 1, 21)
    parts = [others.loc[others["stable"] == kind, "r_same"].dropna() for kind in (True, False)]
    names = [
        f"{name} (n = {len(part)})" for name, part in zip(("active in all", "others"), parts, strict=True)
    ]
    axis.hist(parts, bins.tolist(), stacked=True, color=[PALETTE[0], "#C8C8C8"], label=names)
    axis.set(
        xlabel="r with the final model's node\nof the same number, over samples", ylabel="node x training"
    )
    known = others[others["stable"]].dropna(subset="r_same")
    same = (known["best_match"] == known["node"]).mean() if len(known) else np.nan
    axis.set_title(f"same number is the best match:\n{100 * same:.0f} % of those active", loc="left")


def signature_enrichment(table: pd.DataFrame, fdr: float, most: int = 18) -> Figure:
    """Draw normalised enrichment of the strongest gene sets along every signature.

    Parameters
    ----------
    table
        node, gene_set, genes, nes, fdr.
    fdr
        Below which a set is marked.
    most
        Gene sets drawn: those of lowest FDR in any node, of equal ones those of largest score.
    """
    if table.empty:
        return empty_figure(f"{NONE} Or no gene set has enough genes among the features.")
    ranked = table.assign(size=table["nes"].abs()).sort_values(["fdr", "size"], ascending=[True, False])
    sets = list(dict.fromkeys(ranked["gene_set"]))[:most]
    nodes = list(dict.fromkeys(table["node"]))
    shown = table[table["gene_set"].isin(sets)]
    x, y = shown["node"].map(nodes.index), shown["gene_set"].map(sets.index)
    figure, axis = new_panel(4.2 + 0.42 * len(nodes), 1.6 + 0.24 * len(sets))
    limit = float(shown["nes"].abs().max())
    strength = -np.log10(shown["fdr"].clip(lower=1e-3))
    drawn = axis.scatter(
        x, y, s=14 + 38 * strength, c=shown["nes"], cmap="RdBu_r", vmin=-limit, vmax=limit,
        edgecolors=np.where(shown["fdr"] < fdr, "black", "#D0D0D0").tolist(), linewidths=0.9,
    )  # fmt: skip
    sizes = table.groupby("gene_set")["genes"].max()
    axis.set_yticks(range(len(sets)), [f"{name} (n = {sizes[name]})" for name in sets])
    axis.set_xticks(range(len(nodes)), [name.removeprefix("node_") for name in nodes])
    axis.set(xlim=(-0.6, len(nodes) - 0.4), ylim=(len(sets) - 0.4, -0.6), xlabel="bottleneck node")
    figure.colorbar(drawn, ax=axis, label="normalised enrichment score", shrink=0.8)
    found = int((table["fdr"] < fdr).sum())
    title = f"{found} of {len(table):,} tests with FDR < {fdr:g} (black edge); larger = lower FDR"
    axis.set_title(wrapped(title, 32), loc="left")
    return figure


def node_space(scores: pd.DataFrame, groups: pd.Series, axes: list[str]) -> Figure:
    """Draw samples by the scores of two nodes, in the colour of their lineage.

    Parameters
    ----------
    scores
        Samples x nodes.
    groups
        Lineage of each sample.
    axes
        Two nodes; empty where there are none.
    """
    if not axes:
        return empty_figure("Fewer than two nodes are active in every training.")
    figure, axis = new_panel(6.4, 4.0)
    x, y = (scores[node] for node in axes)
    common = list(groups.value_counts().index[:MOST_GROUPS])
    other = ~groups.isin(common)
    if other.any():
        name = f"other lineages (n = {other.sum():,})"
        axis.plot(x[other], y[other], "o", color="#C8C8C8", markersize=3, label=name)
    for color, group in zip(PALETTE, common, strict=False):
        rows = groups == group
        name = f"{wrapped(group, 24)} (n = {rows.sum():,})"
        axis.plot(x[rows], y[rows], "o", color=color, markersize=4, label=name, alpha=0.85)
    axis.set(xlabel=score_label(axes[0]), ylabel=score_label(axes[1]))
    axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    axis.set_title(f"{len(scores):,} cell lines in the space of two nodes", loc="left")
    return figure


def score_label(node: str) -> str:
    """Name the axis of a node's scores."""
    return f"score of {node.replace('_', ' ')} (output of its ReLU)"


def essentiality_maps(
    maps: pd.DataFrame, scores: pd.DataFrame, labels: pd.DataFrame, axes: list[str], unit: str
) -> Figure:
    """Draw predicted gene effect over two node scores, with the lines' places and measured scores.

    Parameters
    ----------
    maps
        gene, x, y, predicted.
    scores, labels
        Cell lines x nodes, cell lines x genes (NaN = not measured).
    unit
        What the scores of dependency are.
    """
    genes = list(dict.fromkeys(maps["gene"]))
    if not genes:
        return empty_figure("No map: no known gene is named, or too few nodes are active in every training.")
    across = min(len(genes), 2)
    down = -(-len(genes) // across)
    figure = new_figure(4.3 * across, 3.2 * down + 0.3)
    panels = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    for panel in panels[len(genes) :]:
        panel.set_visible(False)
    for panel, gene in zip(panels, genes, strict=False):
        draw_map(panel, maps[maps["gene"] == gene], scores[axes], labels.get(gene), unit)
        panel.set_title(panel.get_title(loc="left").replace("GENE", gene), loc="left")
    figure.supxlabel(score_label(axes[0]), fontsize=8.5)
    figure.supylabel(score_label(axes[1]), fontsize=8.5)
    return figure


def draw_map(
    axis: Axes, rows: pd.DataFrame, scores: pd.DataFrame, labels: pd.Series | None, unit: str
) -> None:
    """Draw one gene: contours of what is predicted, filled; points are lines, filled by what was measured."""
    grid = rows.pivot_table(index="y", columns="x", values="predicted")
    measured = labels.reindex(scores.index) if labels is not None else pd.Series(np.nan, scores.index)
    known = measured.notna()
    filled = axis.contourf(grid.columns, grid.index, grid.to_numpy(), 12, cmap="viridis")
    axis.figure.colorbar(filled, ax=axis, label=f"predicted {unit}", shrink=0.9)
    x, y = scores.iloc[:, 0], scores.iloc[:, 1]
    axis.plot(x[~known], y[~known], ".", color=GREY, markersize=2)
    title = f"GENE (n = {known.sum():,} measured)"
    if known.sum() > 2:
        ranks = measured[known].rank(pct=True)
        color = np.where(ranks <= 1 / 3, "#000000", np.where(ranks >= 2 / 3, "#FFFFFF", "#9E9E9E"))
        axis.scatter(x[known], y[known], s=16, c=color, edgecolors="#D55E00", linewidths=0.6, zorder=3)
    axis.set_title(title, loc="left")
    # samples in which a node is off lie on the axes
    pads = [0.03 * max(float(values.max()), 1e-6) for values in (grid.columns, grid.index)]
    ends = [float(values.max()) + pad for values, pad in zip((grid.columns, grid.index), pads, strict=True)]
    axis.set(xlim=(-pads[0], ends[0]), ylim=(-pads[1], ends[1]))
