"""Colours, markers and names of cancer types, of which there may be more than there are colours."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from deepdep.plot.style import PALETTE, model_colors

WIDTH, HEIGHT = 0.11, 0.036  # of a label, in shares of the map
ROUNDS = 500
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

    Names that would lie on each other are moved up and down; a thin line leads to the centre then.
    """
    size = float(np.clip(4000 / max(len(places), 1), 2.5, 14))
    styles = type_styles(groups)
    for name, (color, marker) in styles.items():
        own = places[groups.eq(name).to_numpy()]
        axis.scatter(
            own[:, 0],
            own[:, 1],
            s=size,
            color=color,
            marker=marker,
            linewidths=0,
            alpha=0.65,
            rasterized=True,
        )
    centres = np.array([np.median(places[groups.eq(name).to_numpy()], axis=0) for name in styles])
    extent = np.maximum(np.ptp(places, axis=0), 1e-9)
    moved = apart(centres / extent, WIDTH, HEIGHT) * extent
    for name, centre, (x, y) in zip(styles, centres, moved, strict=True):
        axis.plot([centre[0], x], [centre[1], y], color="black", linewidth=0.5)
        text: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": 6.5,
            "fontweight": "bold",
            "clip_on": False,
        }
        axis.text(x, y, name, path_effects=[withStroke(linewidth=1.8, foreground="white")], **text)
    axis.set(xticks=[], yticks=[])


def apart(centres: np.ndarray, width: float, height: float) -> np.ndarray:
    """Move labels (labels x 2) up and down until none is within ``width`` and ``height`` of another.

    Each overlapping pair is pushed apart by half its overlap, again and again (``ROUNDS`` at most).
    """
    placed = centres.astype(np.float64).copy()
    order = np.argsort(np.argsort(placed[:, 1], kind="stable"))
    sign = np.sign(order[:, None] - order)  # who of a pair goes up: the one that was above
    for _ in range(ROUNDS):
        gap = placed[:, None] - placed
        near = (np.abs(gap[..., 0]) < width) & (sign != 0)
        overlap = np.where(near, height - sign * gap[..., 1], 0).clip(0)
        if overlap.max(initial=0) < 1e-3 * height:
            break
        placed[:, 1] += (sign * overlap).sum(axis=1) / np.maximum((overlap > 0).sum(axis=1), 1) / 2
    return placed


def type_legend(figure: SubFigure, groups: pd.Series, columns: int) -> None:
    """Put colour, marker and number of samples of each type in the middle of a part of a figure."""
    counts = groups.value_counts()
    handles = [
        Line2D(
            [], [], color=color, marker=marker, linestyle="", markersize=4, label=f"{name} ({counts[name]:,})"
        )
        for name, (color, marker) in type_styles(groups).items()
    ]
    figure.legend(handles=handles, loc="center", ncols=columns, fontsize=6.5, handletextpad=0.1)
