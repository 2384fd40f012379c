"""One place for how figures look, and the one way in which they are written."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure, FigureBase, SubFigure
from matplotlib.transforms import Bbox

from deepdep.io.atomic import whole_file

# Okabe and Ito (2008), safe for colour-blind readers; yellow, weakest on white, comes last.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
GREY = "#6E6E6E"
NOTE_SIZE = 6.5  # points
NOTE_LINE = 0.13  # inches per line of the note
NOTE_CHARACTER = 0.058  # inches, a safe width of one character at NOTE_SIZE
RC: Any = {
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "figure.constrained_layout.use": True,
}


def use_style() -> None:
    """Set matplotlib to the project's style, drawing to files (no display needed)."""
    mpl.use("Agg")
    mpl.rcParams.update(RC)


def new_figure(width: float, height: float) -> Figure:
    """Give an empty figure of ``width`` x ``height`` inches in the project's style."""
    use_style()
    return Figure(figsize=(width, height), layout="constrained")


def new_panel(width: float, height: float) -> tuple[Figure, Axes]:
    """Give a figure (inches) with one pair of axes."""
    figure = new_figure(width, height)
    return figure, figure.subplots()


def bands(figure: FigureBase, heights: Sequence[float] = (1,)) -> list[SubFigure]:
    """Cut a figure into parts below each other.

    A single one serves figures with a legend or title outside the axes, which would leave the page.
    """
    return list(figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights).ravel())


def new_panels(count: int, size: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Give ``count`` panels of ``size`` inches with shared axes, in rows of three (four: two by two)."""
    across = 2 if count == 4 else min(max(count, 1), 3)  # wider figures would be too small in print
    down = -(-max(count, 1) // across)
    figure = new_figure(size[0] * across, size[1] * down)
    axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for spare in axes[count:]:
        spare.set_visible(False)
    for axis in axes[max(count - across, 0) : count]:
        axis.tick_params(labelbottom=True)
    return figure, list(axes[:count])


def empty_figure(text: str) -> Figure:
    """Give a figure that only says why there is nothing to draw."""
    figure, axis = new_panel(6, 2)
    say_empty(axis, text)
    return figure


def model_colors(names: Iterable[str]) -> dict[str, str]:
    """Give each model a colour by its place in ``names``; past the palette, paler rounds of it."""
    unique = list(dict.fromkeys(names))
    return {name: pale(PALETTE[i % len(PALETTE)], i // len(PALETTE)) for i, name in enumerate(unique)}


def pale(color: str, rounds: int) -> str:
    """Mix a colour with white, more so with each round; round 0 leaves it as it is."""
    red, green, blue = 1 - (1 - np.array(to_rgb(color))) * 0.6**rounds
    return to_hex((red, green, blue))


def wrapped(name: str, width: int = 28) -> str:
    """Break a long text over lines, at spaces or after underscores, so that it is never clipped."""
    lines = textwrap.fill(str(name).replace("_", "\0 "), width)
    return lines.replace("\0 ", "_").replace("\0", "_")


def percent(share: float, decimals: int = 1) -> str:
    """Write a share of one in per cent."""
    return f"{100 * share:.{decimals}f} %"


def say_empty(axis: Axes, text: str) -> None:
    """Say in the middle of axes why nothing is drawn in them."""
    axis.set(xticks=[], yticks=[])
    axis.text(0.5, 0.5, wrapped(text, 40), transform=axis.transAxes, ha="center", va="center", color=GREY)


def save_figure(figure: Figure, pdf_path: str | Path, png_path: str | Path, note: str) -> None:
    """Write a figure as PDF and PNG (200 dpi), each whole or not at all, and close it.

    Parameters
    ----------
    figure
        The figure; the same figure gives the same bytes on the same machine.
    pdf_path, png_path
        Where to write.
    note
        What the data are ("SIMULATED data - study demo"). It is printed in a strip added below the
        figure, at the left, where no axes can reach.
    """
    page = add_note(figure, note)
    metadata = {"CreationDate": None}
    with mpl.rc_context({"pdf.fonttype": 42}), whole_file(pdf_path) as pdf, whole_file(png_path) as png:
        figure.savefig(pdf, format="pdf", dpi=200, bbox_inches=page, metadata=metadata)
        figure.savefig(png, format="png", dpi=200, bbox_inches=page)
    plt.close(figure)


def add_note(figure: Figure, note: str) -> Bbox:
    """Print ``note`` below the figure; give the page (inches) that holds figure and note."""
    width, height = figure.get_size_inches()
    text = textwrap.fill(note, max(20, int(width / NOTE_CHARACTER)))
    strip = NOTE_LINE * (text.count("\n") + 1) + 0.08
    figure.text(
        0.06 / width,
        -0.04 / height,
        text,
        ha="left",
        va="top",
        fontsize=NOTE_SIZE,
        color="#333333",
        gid="note",
    )
    return Bbox([[0, -strip], [width, height]])
