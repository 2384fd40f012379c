"""Figure 2 of Chiu et al. 2021 for any study: its panels drawn by the functions of the single figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure, FigureBase

from deepdep.plot.distributions import draw_scores
from deepdep.plot.fingerprints import draw_fingerprint_ones
from deepdep.plot.models import Guides, draw_models, height_of
from deepdep.plot.roles import draw_roles
from deepdep.plot.screens import Screen, draw_screen
from deepdep.plot.style import bands, new_figure

WIDTH = 11.0  # inches
STRIP = 0.3  # inches at the left of a panel, for its letter
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Draw = Callable[[FigureBase], None]
Row = tuple[float, list[tuple[float, Draw]]]  # height, and width and drawing of each panel (inches)


@dataclass(frozen=True)
class Panels:
    """What the panels are drawn from.

    ``scores``: as of ``score_distributions``. ``fingerprints``: genes x gene sets. ``observed``,
    ``fold`` (model to predictions) and ``roles``: as of ``fit_by_role``. ``summary`` and ``guides``: as of
    ``model_comparison``. ``screens``: a panel each. ``label``: name and unit of the score.
    """

    scores: dict[str, np.ndarray]
    fingerprints: pd.DataFrame
    observed: pd.DataFrame
    fold: Mapping[str, pd.DataFrame]
    roles: pd.Series
    summary: pd.DataFrame
    guides: Guides
    label: str
    screens: Sequence[Screen] = ()


def figure_two(panels: Panels) -> Figure:
    """Draw all panels, A to D and one for each second screen, on one page."""
    rows = rows_of(panels)
    figure = new_figure(WIDTH, sum(height for height, _ in rows))
    letters = iter(LETTERS)
    for band, (_, parts) in zip(bands(figure, [height for height, _ in rows]), rows, strict=True):
        widths = [size for width, _ in parts for size in (STRIP, width - STRIP)]
        cells = band.subfigures(1, len(widths), squeeze=False, width_ratios=widths).ravel()
        for place, (_, draw) in enumerate(parts):
            strip, body = cells[2 * place : 2 * place + 2]
            strip.text(0.5, 0.98, next(letters), fontsize=14, fontweight="bold", ha="center", va="top")
            draw(body)
    return figure


def rows_of(panels: Panels) -> list[Row]:
    """Give the rows of the page."""
    fit = partial(
        draw_roles,
        observed=panels.observed,
        predictions=panels.fold,
        roles=panels.roles,
        label=panels.label,
    )
    first = [
        (6.6, lambda part: draw_scores(part.subplots(), panels.scores, panels.label)),
        (WIDTH - 6.6, lambda part: draw_fingerprint_ones(part.subplots(), panels.fingerprints)),
    ]
    models = partial(draw_models, summary=panels.summary, guides=panels.guides)
    screens: list[Row] = [
        (3.9, [(WIDTH, partial(draw_screen, screen=one, label=panels.label))]) for one in panels.screens
    ]
    return [
        (4.4, first),
        (0.8 + 2.85 * len(panels.fold), [(WIDTH, fit)]),
        (height_of(len(panels.summary)), [(WIDTH, models)]),
        *screens,
    ]
