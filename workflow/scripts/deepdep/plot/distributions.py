"""Distributions of measured and predicted scores (figure 2A of Chiu et al. 2021)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.errors import InputError
from deepdep.plot.style import GREY, PALETTE, new_panel, percent

TAIL = 0.0005  # share of scores left out at each end of the common range
BINS = 120


def score_distributions(scores: dict[str, np.ndarray], label: str) -> Figure:
    """Draw step histograms (densities) of several score matrices over one common range.

    Parameters
    ----------
    scores
        Matrices samples x genes by name, in drawing order; NaN = not measured. The first one is
        drawn filled, as the reference for the others.
    label
        Name and unit of the score, the label of the x axis.

    Raises
    ------
    InputError
        If no matrix holds any finite score.
    """
    figure, axis = new_panel(6.6, 4.4)
    draw_scores(axis, scores, label)
    return figure


def draw_scores(axis: Axes, scores: dict[str, np.ndarray], label: str) -> None:
    """Draw ``score_distributions`` on axes."""
    finite = {name: values[np.isfinite(values)] for name, values in scores.items()}
    drawn = {name: values for name, values in finite.items() if values.size}
    if not drawn:
        raise InputError("no score to draw: every matrix is empty.", "Check the predictions of this study.")
    low, high = common_range(list(drawn.values()))
    for place, (name, values) in enumerate(drawn.items()):
        text = legend_text(name, scores[name].shape, values, np.mean((values < low) | (values > high)))
        draw_density(axis, values, np.linspace(low, high, BINS + 1), place, text)
    finish(axis, label)


def common_range(values: list[np.ndarray]) -> tuple[float, float]:
    """Give the range that leaves out at most ``TAIL`` of each matrix at either end."""
    low = min(float(np.quantile(scores, TAIL)) for scores in values)
    high = max(float(np.quantile(scores, 1 - TAIL)) for scores in values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def legend_text(name: str, shape: tuple[int, ...], values: np.ndarray, outside: float) -> str:
    """Say how large a matrix is, where its scores lie, and which share is not drawn."""
    size = f"n = {shape[0]:,} samples × {shape[1]:,} genes"
    return f"{name}: {size}; mean {values.mean():.2f}, SD {values.std():.2f}; {percent(outside, 2)} not drawn"


def draw_density(axis: Axes, values: np.ndarray, edges: np.ndarray, place: int, text: str) -> None:
    """Draw one histogram as a density of all its scores, also of those outside the edges."""
    counts, _ = np.histogram(values, bins=edges)
    density = counts / (values.size * np.diff(edges))
    color = PALETTE[place % len(PALETTE)]
    if place == 0:
        axis.stairs(density, edges, fill=True, color=color, alpha=0.25)
    axis.stairs(density, edges, color=color, linewidth=1.4, label=text)


def finish(axis: Axes, label: str) -> None:
    """Label the axes and put the legend below them."""
    axis.axvline(0, color=GREY, linewidth=0.6, linestyle=":")
    axis.set(xlabel=label, ylabel="density (per unit of score)", ylim=(0, None))
    axis.margins(x=0)
    axis.legend(loc="upper left", bbox_to_anchor=(-0.1, -0.14), borderaxespad=0, fontsize=7.5)


def split_scores(
    observed: pd.DataFrame, predictions: dict[str, pd.DataFrame], samples: pd.DataFrame, genes: list[str]
) -> dict[str, np.ndarray]:
    """Name the matrices of figure 2A: measured, out-of-fold, unlabelled lines, further cohorts.

    Parameters
    ----------
    observed
        Measured scores, cell lines x genes.
    predictions
        Cohort to samples x genes.
    samples
        One row per predicted sample: cohort, sample, in_training.
    genes
        Genes to show.
    """
    labelled = samples["cohort"].eq("ccl") & samples["in_training"]
    lines = predictions["ccl"][genes]
    seen = lines.index.isin(samples.loc[labelled, "sample"])
    scores = {
        "measured": observed[genes],
        "predicted, out of fold": lines[seen],
        "predicted, unlabelled cell lines": lines[~seen],
    }
    scores |= {f"predicted, {name}": table[genes] for name, table in predictions.items() if name != "ccl"}
    return {name: table.to_numpy() for name, table in scores.items() if len(table)}
