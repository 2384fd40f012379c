"""What predictions come from: biomarker classes, shares of omics, and planted against found classes."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deepdep.plot.style import PALETTE, empty_figure, new_figure, new_panel

MOST_GENES = 40


def biomarker_classes(classes: pd.DataFrame, model: str, lines: int) -> Figure:
    """Draw how many genes are of each class, and the share of each omic in the attributions of genes.

    Parameters
    ----------
    classes
        gene, class, top_omic, top_feature, share_<omic>; best predicted genes first.
    model, lines
        Whose predictions, of how many lines.
    """
    if classes.empty:
        return empty_figure("No gene to attribute: none of those named is predicted.")
    shown = classes.head(MOST_GENES)
    figure = new_figure(7.4, max(3.2, 1.4 + 0.17 * len(shown)))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.5])
    counts = classes["class"].value_counts().sort_values()
    left.barh(counts.index, counts, color=PALETTE[0])
    for place, count in enumerate(counts):
        left.text(count, place, f" {count}", va="center", fontsize=8)
    left.set(xlabel="genes", xlim=(0, counts.max() * 1.15))
    left.set_title(f"Class of {len(classes)} genes\nby their top feature", loc="left")
    names = [name for name in classes.columns if name.startswith("share_")]
    places, start = np.arange(len(shown)), np.zeros(len(shown))
    for name, color in zip(names, PALETTE, strict=False):
        label = name.removeprefix("share_").replace("_", " ")
        right.barh(places, shown[name], left=start, color=color, label=label, height=0.8)
        start += shown[name].to_numpy()
    tops = zip(shown["gene"], shown["top_feature"], shown["top_omic"], strict=True)
    labels = [f"{gene}: {feature} ({omic.replace('_', ' ')})" for gene, feature, omic in tops]
    right.set_yticks(places, labels, fontsize=6.5)
    right.set(xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6), xlabel="share of absolute attributions")
    right.set_title(f"Gene: top feature ({model}, {lines} lines)", loc="left")
    below = -0.55 / figure.get_figheight()
    right.legend(loc="upper center", bbox_to_anchor=(0.4, below), ncols=3, handlelength=1, columnspacing=1)
    return figure


def class_confusion(table: pd.DataFrame, summary: pd.Series) -> Figure:
    """Draw planted x found classes, as numbers of genes.

    Parameters
    ----------
    table
        Planted classes x found ones.
    summary
        genes, right, expected, p.
    """
    if table.empty:
        return empty_figure("No attributed gene has a planted class.")
    figure, axis = new_panel(6.4, 1.9 + 0.36 * len(table))
    shares = table.div(table.sum(axis=1).clip(lower=1), axis=0).to_numpy()
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in zip(*np.nonzero(table.to_numpy()), strict=True):
        color = "white" if shares[row, column] > 0.5 else "black"
        axis.text(column, row, table.iloc[row, column], ha="center", va="center", color=color)
    axis.set_xticks(range(table.shape[1]), table.columns, rotation=35, ha="right")
    rows = [f"{str(name).replace('_', ' ')} (n = {count})" for name, count in table.sum(axis=1).items()]
    axis.set_yticks(range(len(table)), rows)
    axis.set(xlabel="class by the top feature of attribution", ylabel="planted class")
    text = f"{summary['right']:.0f} of {summary['genes']:.0f} genes with a planted effect right"
    chance = f"by chance {summary['expected']:.1f} (permutations, p = {summary['p']:.2g})"
    axis.set_title(f"{text};\n{chance}", loc="left")
    return figure
