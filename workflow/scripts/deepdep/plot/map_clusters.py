"""Clusters of tumours: which cancer types they hold, their top genes and gene sets."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import empty_figure, new_figure

GENES = 6


def map_clusters(composition: pd.DataFrame, genes: pd.DataFrame, sets: pd.DataFrame) -> Figure:
    """Draw the share of each type in each cluster, and write genes and the top gene set beside it.

    Parameters
    ----------
    composition
        cluster, group, n_cluster, share_of_type.
    genes
        cluster, gene, d; the most negative d of a cluster first.
    sets
        list (cluster), set, n, n_set, fdr; the smallest p of a cluster first.
    """
    if composition.empty:
        return empty_figure("no tumours to cluster")
    wide = composition.pivot_table(
        index="cluster", columns="group", values="share_of_type", fill_value=0, sort=False
    )
    wide = wide[sorted(wide.columns)]
    figure = new_figure(max(7.2, 4.8 + 0.12 * wide.shape[1]), 1.9 + 0.42 * len(wide))
    axis = figure.subplots()
    image = axis.imshow(wide.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    sizes = composition.groupby("cluster")["n_cluster"].first()
    axis.set_xticks(range(wide.shape[1]), wide.columns, rotation=90, fontsize=6.5)
    axis.set_yticks(range(len(wide)), [f"{name} (n = {sizes[name]:,})" for name in wide.index], fontsize=7)
    axis.set(xlabel="cancer type", ylabel="cluster")
    axis.set_title(
        "share of the type's tumours in the cluster | genes of most negative d; top gene set", fontsize=8
    )
    axis.spines[:].set_visible(False)
    write_texts(axis, list(wide.index), genes, sets)
    figure.colorbar(
        image, ax=axis, location="bottom", label="share of the type", shrink=0.35, aspect=25, pad=0.01
    )
    return figure


def write_texts(axis: Axes, clusters: list[str], genes: pd.DataFrame, sets: pd.DataFrame) -> None:
    """Write the top genes and the top gene set at the right of each row."""
    for place, name in enumerate(clusters):
        own = genes[genes["cluster"].eq(name) & (genes["d"] < 0)].head(GENES)
        lines = [", ".join(f"{row.gene} ({row.d:.1f})" for row in own.itertuples()) or "–"]
        lines += [set_text(row) for row in sets[sets["list"].eq(name)].head(1).itertuples()]
        x = axis.get_xlim()[1] + 0.01 * np.ptp(axis.get_xlim())
        axis.text(x, place, "\n".join(lines), va="center", fontsize=5.5, linespacing=1.2)


def set_text(row: Any) -> str:
    """Write a gene set with its overlap and FDR."""
    name = textwrap.shorten(str(row.set).replace("_", " "), 42, placeholder=" …")
    return f"{name}: {row.n} of {row.n_set}, FDR {row.fdr:.2g}"
