"""Predicted scores of tumours by cancer type, beside measured and predicted scores of the cell lines."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.errors import InputError
from deepdep.plot.style import GREY, PALETTE, new_panel, percent, wrapped

QUANTILES = [0.005, 0.05, 0.25, 0.5, 0.75, 0.95, 0.995]


def map_distributions(rows: list[tuple[str, int, np.ndarray]], label: str) -> Figure:
    """Draw the quantiles of the scores of each row.

    Parameters
    ----------
    rows
        Name, number of samples and quantiles (those of ``score_quantiles``); the rows of cell lines,
        whose name begins with ``cell lines``, first.
    label
        Name and unit of the score.

    Raises
    ------
    InputError
        If there is no row.
    """
    if not rows:
        raise InputError("no score to draw.", "Check the predictions of this study.")
    figure, axis = new_panel(6.6, 1.5 + 0.21 * len(rows))
    for place, (name, _, quantiles) in enumerate(rows):
        color = PALETTE[1] if name.startswith("cell lines") else PALETTE[0]
        draw_row(axis, len(rows) - 1 - place, quantiles, color)
    names = [f"{name} (n = {count:,})" for name, count, _ in rows]
    axis.set_yticks(range(len(rows) - 1, -1, -1), names)
    axis.axvline(0, color=GREY, linewidth=0.6, linestyle=":")
    axis.set(xlabel=wrapped(label, 44), ylim=(-0.7, len(rows) - 0.3))
    figure.suptitle(
        "bar: 25–75 %, line: 5–95 %, dots: 0.5 and 99.5 %, tick: median", fontsize=7.5, color=GREY
    )
    return figure


def draw_row(axis: Axes, y: float, quantiles: np.ndarray, color: str) -> None:
    """Draw one row of quantiles."""
    outer_low, low, first, middle, third, high, outer_high = quantiles
    axis.plot([low, high], [y, y], color=color, linewidth=1)
    axis.barh(y, third - first, left=first, height=0.6, color=color, alpha=0.5)
    axis.plot([middle, middle], [y - 0.3, y + 0.3], color="black", linewidth=1.2)
    axis.plot([outer_low, outer_high], [y, y], ".", color=color, markersize=3)


def score_quantiles(values: np.ndarray) -> np.ndarray:
    """Return the quantiles that are drawn, of all finite scores of samples x genes."""
    return np.quantile(values[np.isfinite(values)], QUANTILES)


def distribution_rows(
    observed: pd.DataFrame, samples: pd.DataFrame, scores: pd.DataFrame, genes: list[str]
) -> list[tuple[str, int, np.ndarray]]:
    """Return the rows of ``map_distributions``: lines measured, lines predicted, each cancer type.

    Parameters
    ----------
    observed
        Measured scores, cell lines x genes.
    samples
        One row per predicted sample: cohort, group, domain, in_training, outside.
    scores
        The same rows x genes.
    genes
        Genes whose scores are drawn.
    """
    lines, tumors = samples["domain"].eq("cell_line"), samples["domain"].eq("tumor")
    parts = {
        "cell lines, measured": observed[genes],
        "cell lines, predicted out of fold": scores.loc[lines & samples["in_training"], genes],
        "cell lines, predicted, unlabelled": scores.loc[lines & ~samples["in_training"], genes],
    }
    parts |= {
        str(name) + outside_text(own["outside"]): scores.loc[own.index, genes]
        for name, own in samples[tumors].groupby("group", sort=True)
    }
    return [
        (name, len(part), score_quantiles(values))
        for name, part in parts.items()
        if len(part) and np.isfinite(values := part.to_numpy()).any()
    ]


def outside_text(flags: pd.Series) -> str:
    """Say which share of samples is out of domain, of those where that is known."""
    known = flags.dropna().astype(float)
    return f", {percent(known.mean(), 0)} out of domain" if len(known) else ""
