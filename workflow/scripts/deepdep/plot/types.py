"""Colours, markers and names of cancer types, of which there may be more than there are colours."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from deepdep.plot.style import PALETTE, model_colors

MARKERS = ("o", "^", "s", "D", "v")  # past the palette, another marker: colour alone does not tell


def type_styles(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give each type a colour and a marker, by its place in the alphabet."""
    ordered = sorted(set(names))
    markers = [MARKERS[place // len(PALETTE) % len(MARKERS)] for place in range(len(ordered))]
    return {
        name: (PALETTE[place % len(PALETTE)], marker)
        for place, (name, marker) in enumerate(zip(ordered, markers, strict=True))
    }


def type_colors(names: Iterable[str]) -> dict[str, str]:
    """Give each type a colour of its own, by its place in the alphabet (past the palette: paler ones)."""
    return model_colors(sorted(set(names)))


def draw_types(axis: Axes, places: np.ndarray, groups: pd.Series) -> None:
    """Draw samples (samples x 2) in the style of their type, with the type's name at its centre (median).

    Names that would lie on each other are moved apart, up and down.
    """
    size = float(np.clip(4000 / max(len(places), 1), 2.5, 14))
    styles = type_styles(groups)
    for name, (color, marker) in styles.items():
        own = places[groups.eq(name).to_numpy()]
        axis.scatter(*own.T, s=size, color=color, marker=marker, linewidths=0, alpha=0.65, rasterized=True)
    if len(places):
        centres = np.array([np.median(places[groups.eq(name).to_numpy()], axis=0) for name in styles])
        height = 0.034 * max(float(np.ptp(places[:, 1])), 1e-9)
        for name, (x, y) in zip(styles, apart(centres, np.ptp(places[:, 0]) * 0.13, height), strict=True):
            axis.text(
                x, y, name, ha="center", va="center", fontsize=6.5, fontweight="bold",
                color="black", path_effects=[withStroke(linewidth=1.8, foreground="white")],
            )  # fmt: skip
    axis.set(xticks=[], yticks=[])


def apart(centres: np.ndarray, width: float, height: float) -> np.ndarray:
    """Move labels (labels x 2) upwards until none lies within ``width`` and ``height`` of one below it."""
    placed = centres.astype(np.float64).copy()
    order = np.argsort(centres[:, 1], kind="stable")
    for rank, label in enumerate(order):
        moved = True
        while moved:
            moved = False
            for other in order[:rank]:
                gap = np.abs(placed[label] - placed[other])
                if gap[0] < width and gap[1] < height * 0.999:
                    placed[label, 1] = placed[other, 1] + height
                    moved = True
    return placed
