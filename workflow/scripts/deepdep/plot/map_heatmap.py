"""Clustered heatmap of tumours x genes with bars of cancer type and burdens."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch

from deepdep.plot.style import empty_figure, new_figure, wrapped
from deepdep.plot.types import type_colors

BARS = {
    "mutation_burden": "mutation burden, log10(1 + n)",
    "copy_number_burden": "copy-number burden, mean |log2|",
}


def map_heatmap(samples: pd.DataFrame, scores: pd.DataFrame, total: int, label: str) -> Figure:
    """Draw predictions less their gene means, tumours from top to bottom, in the order given.

    Parameters
    ----------
    samples
        group, mutation_burden, copy_number_burden of the tumours that are drawn.
    scores
        The same rows x genes.
    total
        Number of all tumours, of which these were drawn.
    label
        Name and unit of the score.
    """
    if scores.empty:
        return empty_figure("no tumours or genes to draw")
    columns = -(-samples["group"].nunique() // 30)
    figure = new_figure(7.4 + 0.7 * columns, 7.6)
    rows = figure.add_gridspec(2, 1, height_ratios=[30, 0.7])
    grid = rows[0].subgridspec(1, 4, width_ratios=[0.25, 0.25, 0.25, 8])
    keys = rows[1].subgridspec(1, 3)
    axes = [figure.add_subplot(grid[0, place]) for place in range(4)]
    colors = type_colors(samples["group"])
    draw_bar(axes[0], np.array([[to_rgb(colors[name])] for name in samples["group"]]), "cancer type")
    for place, (key, text) in enumerate(BARS.items()):
        values = samples[key].to_numpy(np.float64)
        shown = np.log10(1 + values) if key == "mutation_burden" else values
        image = draw_bar(axes[1 + place], np.ma.masked_invalid(shown)[:, None], text)
        if np.isfinite(shown).any():
            figure.colorbar(image, cax=figure.add_subplot(keys[place]), orientation="horizontal", label=text)
    image = draw_scores(axes[3], scores)
    text = f"predicted, less the gene's mean ({label})"
    figure.colorbar(image, cax=figure.add_subplot(keys[2]), orientation="horizontal", label=wrapped(text, 34))
    handles = [Patch(color=color, label=name) for name, color in colors.items()]
    place = {"loc": "upper left", "bbox_to_anchor": (1.01, 1)}
    axes[3].legend(handles=handles, fontsize=6.5, ncols=columns, handlelength=1, columnspacing=0.8, **place)
    text = f"{len(scores):,} of {total:,} tumours × {scores.shape[1]:,} most variable genes"
    figure.suptitle(text, fontsize=9)
    return figure


def draw_bar(axis: Axes, values: np.ndarray, text: str) -> AxesImage:
    """Draw one annotation bar (rows x 1, or rows x 1 x 3 for colours); grey where there is no value."""
    axis.set_facecolor("#DDDDDD")
    axis.set(yticks=[])
    axis.set_xticks([0], [text.split(",")[0]], rotation=90, fontsize=6.5)
    return axis.imshow(values, aspect="auto", interpolation="nearest", cmap="cividis")


def draw_scores(axis: Axes, scores: pd.DataFrame) -> AxesImage:
    """Draw the matrix; colours end at the 99 % quantile of its absolute values."""
    values = scores.to_numpy()
    limit = max(float(np.quantile(np.abs(values), 0.99)), 1e-9)
    limits = {"vmin": -limit, "vmax": limit}
    image = axis.imshow(values, aspect="auto", interpolation="nearest", cmap="RdBu", **limits)
    size = float(np.clip(440 / scores.shape[1], 2.5, 6.5))
    axis.set_xticks(range(scores.shape[1]), scores.columns, rotation=90, fontsize=size)
    axis.set(yticks=[])
    axis.tick_params(length=1)
    return image
