"""Figures of protocols that may have no result."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header
from deepdep.plot.style import empty_figure


def figure_or_reason(table: str | Path, draw: Callable[[], Figure]) -> Figure:
    """Draw, or say why there is nothing to draw where the table's header says that it has no result."""
    reason = read_header(table).get(IMPOSSIBLE)
    return empty_figure(reason) if reason else draw()
