"""Predicted against observed scores, all pairs of one model per panel (figure 2C of Chiu et al. 2021)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from deepdep.errors import InputError
from deepdep.plot.style import new_panels, percent, wrapped

BASELINE = "gene_mean"
TAIL = 0.0005  # share of pairs that may lie outside the common axes at each end
HEXAGONS = 60  # across a panel
Pairs = tuple[np.ndarray, np.ndarray]


def observed_vs_predicted(
    observed: pd.DataFrame, predictions: dict[str, pd.DataFrame], summary: pd.DataFrame, label: str
) -> Figure:
    """Draw the log density of predicted against observed scores, one panel per model.

    Parameters
    ----------
    observed
        Measured scores, samples x genes; NaN = not measured.
    predictions
        Out-of-fold predictions by model, samples x genes; pairs are matched by sample and gene.
    summary
        One row per model: ``model``, ``overall_r`` (Pearson r over all pairs). The row of the gene
        mean is printed in every panel, because overall r is mostly what gene means alone give.
    label
        Name and unit of the score.

    Raises
    ------
    InputError
        If a model shares no measured sample and gene with ``observed``.
    """
    pairs = {name: matched(observed, table, name) for name, table in predictions.items()}
    low, high = common_limits(pairs)
    overall = summary.set_index("model")["overall_r"]
    figure, axes = new_panels(len(pairs), (2.7, 3.3) if len(pairs) > 1 else (4.2, 4.2))
    drawn = [draw_pairs(axis, pair, (low, high)) for axis, pair in zip(axes, pairs.values(), strict=True)]
    norm = LogNorm(1, max(2, *(np.max(np.asarray(hexagons.get_array()), initial=1) for hexagons in drawn)))
    for axis, (name, pair), hexagons in zip(axes, pairs.items(), drawn, strict=True):
        hexagons.set_norm(norm)
        panel_title(axis, name, overall, pair[0].size)
    wide = int(13 * figure.get_figwidth())  # characters that fit, at 13 per inch
    figure.supxlabel(wrapped(f"observed: {label}", wide), fontsize=8.5)
    figure.supylabel("predicted, out of fold (same score)", fontsize=8.5)
    figure.colorbar(
        drawn[0],
        ax=axes,
        label="pairs (sample × gene) per hexagon",
        pad=0.02,
        aspect=10 * figure.get_figheight(),
    )
    figure.suptitle(wrapped(outside_text(pairs, low, high), wide), fontsize=8, x=0.01, ha="left")
    return figure


def matched(observed: pd.DataFrame, predicted: pd.DataFrame, name: str) -> Pairs:
    """Give the observed and the predicted scores of the pairs that have both."""
    aligned = predicted.reindex(index=observed.index, columns=observed.columns).to_numpy(np.float64)
    truth = observed.to_numpy(np.float64)
    both = np.isfinite(truth) & np.isfinite(aligned)
    if not both.any():
        raise InputError(
            f"model '{name}' shares no measured sample and gene with the observed scores.",
            "Check that its predictions carry the same sample and gene names.",
        )
    return truth[both], aligned[both]


def common_limits(pairs: dict[str, Pairs]) -> tuple[float, float]:
    """Give one range for both axes of all panels."""
    values = [side for pair in pairs.values() for side in pair]
    low = min(float(np.quantile(side, TAIL)) for side in values)
    high = max(float(np.quantile(side, 1 - TAIL)) for side in values)
    margin = 0.03 * (high - low) or 0.5
    return low - margin, high + margin


def inside(pair: Pairs, low: float, high: float) -> np.ndarray:
    """Mark the pairs that lie within the axes."""
    return (np.minimum(*pair) >= low) & (np.maximum(*pair) <= high)


def draw_pairs(axis: Axes, pair: Pairs, limits: tuple[float, float]) -> PolyCollection:
    """Draw one model's pairs as hexagons, with the identity line."""
    keep = inside(pair, *limits)
    hexagons = axis.hexbin(
        pair[0][keep], pair[1][keep], gridsize=HEXAGONS, extent=(*limits, *limits), mincnt=1, cmap="viridis",
        linewidths=0.1,
    )  # fmt: skip
    axis.plot(limits, limits, color="#D55E00", linewidth=0.9, linestyle="--")
    axis.set(xlim=limits, ylim=limits, box_aspect=1)
    return hexagons


def panel_title(axis: Axes, name: str, overall: pd.Series, count: int) -> None:
    """Name the model over its panel, with n, its overall r and that of the gene means."""
    lines = [wrapped(name), f"n = {count:,} pairs", f"overall r = {r_text(overall, name)}"]
    if name != BASELINE:
        lines.append(f"gene mean alone: r = {r_text(overall, BASELINE)}")
    axis.set_title("\n".join(lines), loc="left", fontsize=8)


def r_text(overall: pd.Series, name: str) -> str:
    """Write a model's overall r, or that there is none."""
    return f"{overall[name]:.3f}" if name in overall.index and pd.notna(overall[name]) else "not computed"


def outside_text(pairs: dict[str, Pairs], low: float, high: float) -> str:
    """Say which share of the pairs is not drawn: the largest over the models."""
    shares = [1 - inside(pair, low, high).mean() for pair in pairs.values()]
    return f"pairs outside the axes, not drawn: {percent(max(shares), 2)} or less"
