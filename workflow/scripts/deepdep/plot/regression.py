"""What node scores, own expression and culture each tell of dependency, over all genes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import PALETTE, empty_figure, new_figure

BLOCKS = {"nodes": "node scores", "own_expression": "own expression", "culture": "culture"}
MOST_GENES = 12


def dependency_regression(genes: pd.DataFrame, fdr: float) -> Figure:
    """Draw R2 lost without each block, and the genes that node scores tell most of.

    Parameters
    ----------
    genes
        gene, n, r2, and for each block <block>_drop_r2 and <block>_fdr, NaN where the block tells nothing.
    fdr
        Below which a regression counts.
    """
    there = [block for block in BLOCKS if genes[f"{block}_drop_r2"].notna().any()]
    if not there:
        return empty_figure("No block of the regressions varies over the lines.")
    figure = new_figure(7.2, 3.6)
    left, right = figure.subplots(1, 2)
    drops = [genes[f"{block}_drop_r2"].dropna() for block in there]
    boxes = left.boxplot(drops, widths=0.6, patch_artist=True, flierprops={"marker": ".", "markersize": 3})
    for box, color in zip(boxes["boxes"], PALETTE, strict=False):
        box.set(facecolor=color, alpha=0.6)
    counts = [int((genes[f"{block}_fdr"] < fdr).sum()) for block in there]
    names = [
        f"{BLOCKS[block]}\nn = {len(drop):,} genes\n{count:,} FDR < {fdr:g}"
        for block, drop, count in zip(there, drops, counts, strict=True)
    ]
    left.set_xticks(range(1, len(there) + 1), names)
    left.set_ylabel("R² lost without the block")
    left.set_title(f"Least squares, {int(genes['n'].median()):,} lines (median)", loc="left")
    draw_genes(right, genes, there)
    return figure


def draw_genes(axis: Axes, genes: pd.DataFrame, blocks: list[str]) -> None:
    """Draw the genes of which a regression tells most: R2, and what is lost without each block."""
    top = genes.nlargest(MOST_GENES, "r2")
    places = np.arange(len(top))
    axis.barh(places, top["r2"], color="#DDDDDD", height=0.8, label="all blocks")
    for number, (block, color) in enumerate(zip(blocks, PALETTE, strict=False)):
        marker = "osD"[number]
        axis.plot(
            top[f"{block}_drop_r2"],
            places,
            marker,
            color=color,
            markersize=4.5,
            label=f"lost: {BLOCKS[block]}",
        )
    axis.set_yticks(places, top["gene"])
    axis.set(ylim=(len(top) - 0.4, -0.6), xlim=(0, 1), xlabel="R²")
    axis.set_title("Genes of highest R²", loc="left")
    axis.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=2, columnspacing=1, handlelength=1)
