"""Clustered heatmap of tumours x genes with bars of cancer type and burdens."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch

from deepdep.plot.style import bands, empty_figure, new_figure, wrapped
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
    figure = new_figure(7.4 + 0.7 * columns, 8.2)
    above, below = bands(figure, [9, 1.15])
    axes = list(above.subplots(1, 4, width_ratios=[0.25, 0.25, 0.25, 8]))
    keys = below.subplots(1, 3)
    colors = type_colors(samples["group"])
    draw_bar(axes[0], np.array([[to_rgb(colors[name])] for name in samples["group"]]), "cancer type")
    for place, (key, text) in enumerate(BARS.items()):
        values = samples[key].to_numpy(np.float64)
        shown = np.log10(1 + values) if key == "mutation_burden" else values
        image = draw_bar(axes[1 + place], np.ma.masked_invalid(shown)[:, None], text)
        draw_key(keys[place], image, text if np.isfinite(shown).any() else "")
    image = draw_scores(axes[3], scores)
    draw_key(keys[2], image, f"predicted, less the gene's mean ({label})")
    handles = [Patch(color=color, label=name) for name, color in colors.items()]
    beside = {"loc": "upper left", "bbox_to_anchor": (1.01, 1)}
    axes[3].legend(handles=handles, fontsize=6.5, ncols=columns, handlelength=1, columnspacing=0.8, **beside)
    text = f"{len(scores):,} of {total:,} tumours × {scores.shape[1]:,} most variable genes"
    above.suptitle(text, fontsize=9)
    return figure


def draw_key(axis: Axes, image: AxesImage, text: str) -> None:
    """Draw the colours of an image with their values; nothing where there is no text."""
    if not text:
        axis.set_visible(False)
        return
    axis.figure.colorbar(image, cax=axis, orientation="horizontal", label=wrapped(text, 40))


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
    image = axis.imshow(values, aspect="auto", interpolation="nearest", cmap="RdBu", vmin=-limit, vmax=limit)
    size = float(np.clip(440 / scores.shape[1], 2.5, 6.5))
    axis.set_xticks(range(scores.shape[1]), scores.columns, rotation=90, fontsize=size)
    axis.set(yticks=[])
    axis.tick_params(length=1)
    return image
