"""Loss by epoch: of the models on the scores, and of the autoencoders on their omic."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from deepdep.plot.style import model_colors, new_panels, say_empty, wrapped

LOSSES = ("train", "validation")
BEST_MARK: dict[str, Any] = {"markersize": 4, "markeredgecolor": "black", "markeredgewidth": 0.5}


def training_curves(history: pd.DataFrame, colors: dict[str, str] | None = None) -> Figure:
    """Draw training and validation loss by epoch, one panel per model, a thin line per run.

    Parameters
    ----------
    history
        One row per epoch: ``model``, ``run`` (a fold or the final fit), ``epoch``, ``train``,
        ``validation`` (MSE in score²; NaN where a run has no validation lines).
    colors
        Colour by model.
    """
    colors = colors or model_colors(history["model"])
    return loss_panels(history, "model", "MSE of the target (score² or SD²)", colors)


def reconstruction_curves(history: pd.DataFrame) -> Figure:
    """Draw the reconstruction loss of the autoencoders by epoch, one panel per omic.

    Parameters
    ----------
    history
        One row per epoch: ``omic``, ``epoch``, ``train``, ``validation`` (MSE of scaled values);
        ``run`` where an omic was trained more than once; ``pca``, the validation loss of as many
        principal components as the bottleneck is wide.
    """
    frame = history.assign(omic=history["omic"].str.replace("_", " "))
    frame = frame if "run" in frame else frame.assign(run="only")
    return loss_panels(frame, "omic", "MSE of scaled values (no unit)", model_colors(frame["omic"]))


def loss_panels(history: pd.DataFrame, by: str, label: str, colors: dict[str, str]) -> Figure:
    """Draw one panel per value of the column ``by``."""
    parts = {str(name): rows for name, rows in history.groupby(by, sort=False)}
    figure, axes = new_panels(max(len(parts), 1), (3.8, 2.9) if len(parts) < 2 else (2.6, 2.6))
    if not parts:
        say_empty(axes[0], "no epoch was recorded")
    for axis, (name, rows) in zip(axes, parts.items(), strict=False):
        draw_runs(axis, rows, colors[name])
        runs = rows["run"].nunique()
        axis.set_title(
            f"{wrapped(name, 32)}\nn = {runs} run{'s' if runs > 1 else ''}", loc="left", fontsize=8.5
        )
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    losses = [*LOSSES, "pca"] if "pca" in history else list(LOSSES)
    set_range(axes[0], history[losses])
    figure.supxlabel("epoch", fontsize=8.5)
    figure.supylabel(label, fontsize=8.5)
    add_legend(figure, "pca" in history)
    return figure


def draw_runs(axis: Axes, rows: pd.DataFrame, color: str) -> None:
    """Draw the two losses of every run, and mark the epoch of least validation loss."""
    for _, run in rows.groupby("run", sort=False):
        run = run.sort_values("epoch")
        axis.plot(run["epoch"], run["train"], color=color, linewidth=0.8, linestyle=":")
        axis.plot(run["epoch"], run["validation"], color=color, linewidth=0.8)
        if run["validation"].notna().any():
            best = run.loc[run["validation"].idxmin()]
            axis.plot(best["epoch"], best["validation"], "o", color=color, **BEST_MARK)
        if "pca" in run:
            axis.axhline(run["pca"].iloc[0], color="black", linewidth=0.8, linestyle="--")


def set_range(axis: Axes, losses: pd.DataFrame) -> None:
    """Fit the y axis to the losses, logarithmic where they span more than a decade."""
    values = losses.to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if values.size and values.min() > 0 and values.max() > 10 * values.min():
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.yaxis.set_minor_formatter(NullFormatter())


def add_legend(figure: Figure, pca: bool) -> None:
    """Say once what the line styles and the mark mean, above the panels."""
    handles = [
        Line2D([], [], color="black", linewidth=0.8, linestyle=":", label="training"),
        Line2D([], [], color="black", linewidth=0.8, label="validation"),
        Line2D(
            [],
            [],
            color="black",
            marker="o",
            markersize=4,
            linestyle="",
            label="best epoch (least validation loss)",
        ),
    ]
    if pca:
        text = "validation, PCA of the same width"
        handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle="--", label=text))
    columns = {1: 1, 2: 2}.get(len(figure.axes), 2 if pca else 3)
    figure.legend(handles=handles, loc="outside upper left", ncols=columns)
