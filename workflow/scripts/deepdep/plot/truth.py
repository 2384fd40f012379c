"""How much of a simulated cohort's planted truth comes back."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, model_colors, new_panel, say_empty, wrapped

TITLE = "SIMULATED cohort, planted truth"


def class_recovery(table: pd.DataFrame, colors: dict[str, str] | None = None) -> Figure:
    """Draw mean per-gene r with its interval for each planted class of genes and each model.

    Parameters
    ----------
    table
        One row per model and class: ``model``, ``class``, ``mean_r``, ``low``, ``high`` (95 %
        interval), ``n`` (genes of the class). Rows without ``mean_r`` are named as undefined.
    colors
        Colour by model.
    """
    colors = colors or model_colors(table["model"])
    drawn = table.dropna(subset=["mean_r"])
    models, classes = list(dict.fromkeys(drawn["model"])), list(dict.fromkeys(table["class"]))
    figure, axis = new_panel(6.4, 1.4 + len(classes) * (0.28 + 0.11 * len(models)))
    for place, name in enumerate(models):
        rows = drawn[drawn["model"] == name]
        shift = (place - (len(models) - 1) / 2) * 0.8 / len(models)
        draw_model(axis, rows, [classes.index(kind) + shift for kind in rows["class"]], colors[name])
    if models:
        axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    else:
        say_empty(axis, "r is undefined for every model")
    label_classes(axis, table, classes)
    axis.set_title(recovery_title(table, models), loc="left")
    return figure


def label_classes(axis: Axes, table: pd.DataFrame, classes: list[str]) -> None:
    """Name the classes with their numbers of genes, the first on top, with a line between them."""
    counts = table.groupby("class")["n"].max()
    names = [f"{wrapped(kind, 26)}\n(n = {counts[kind]:,} genes)" for kind in classes]
    axis.set_yticks(range(len(classes)), names)
    axis.set_ylim(len(classes) - 0.5, -0.5)
    for edge in range(1, len(classes)):
        axis.axhline(edge - 0.5, color="#DDDDDD", linewidth=0.6)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel("mean per-gene Pearson r, out of fold, within folds (95 % interval)")


def draw_model(axis: Axes, rows: pd.DataFrame, places: list[float], color: str) -> None:
    """Draw one model's means and intervals at the given heights."""
    axis.hlines(places, rows["low"], rows["high"], color=color, linewidth=1.4)
    axis.plot(
        rows["mean_r"], places, "o", color=color, markersize=4.5, label=wrapped(rows["model"].iloc[0], 24)
    )


def recovery_title(table: pd.DataFrame, models: list[str]) -> str:
    """Name the data as simulated, and the models or single classes without a defined r."""
    missing = table[table["mean_r"].isna()]
    undefined = list(dict.fromkeys(name for name in missing["model"] if name not in models))
    single = missing[missing["model"].isin(models)]
    undefined += [f"{name} ({kind})" for name, kind in zip(single["model"], single["class"], strict=True)]
    text = f"{TITLE}: recovery by class of gene"
    return text + "\n" + wrapped(f"r undefined: {', '.join(undefined)}", 70) if undefined else text


def pair_roc(
    points: pd.DataFrame,
    auroc: dict[str, float],
    counts: tuple[int, int] | None = None,
    colors: dict[str, str] | None = None,
) -> Figure:
    """Draw how well each model ranks planted pairs (feature, gene) above all other pairs.

    Parameters
    ----------
    points
        Points of the ROC curves: ``model``, ``fpr``, ``tpr``.
    auroc
        Area under the curve by model.
    counts
        Numbers of planted and of other pairs, printed at the axes.
    colors
        Colour by model.
    """
    colors = colors or model_colors(points["model"])
    planted, other = (f" (n = {n:,})" for n in counts) if counts else ("", "")
    figure, axis = new_panel(6.6, 3.9)
    axis.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle="--", label="chance: AUROC 0.50")
    for name in points["model"].unique():
        rows = points[points["model"] == name]
        text = f"{wrapped(name, 22)}: AUROC {auroc.get(name, np.nan):.2f}"
        axis.plot(rows["fpr"], rows["tpr"], color=colors[name], linewidth=1.4, label=text)
    axis.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), box_aspect=1, anchor="W")
    axis.set_xlabel(f"false positive rate\nshare of other pairs{other}")
    axis.set_ylabel(f"true positive rate\nshare of planted pairs{planted}")
    axis.set_title(f"{TITLE}: ranking of planted pairs", loc="left")
    axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    return figure
