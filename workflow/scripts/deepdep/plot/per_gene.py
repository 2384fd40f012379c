"""Correlation within genes, by model: the measure that gene means cannot earn (figure 2D)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, model_colors, new_figure, say_empty, wrapped

HIGH_R = 0.4


def per_gene_r(per_gene: pd.DataFrame, summary: pd.DataFrame, colors: dict[str, str] | None = None) -> Figure:
    """Draw per-gene r by model: violin with mean and interval, and the cumulative share of genes.

    Parameters
    ----------
    per_gene
        One row per model and gene: ``model``, ``gene``, ``r`` (Pearson, out of fold; NaN where
        undefined), ``reported`` (bool; only these genes are drawn).
    summary
        One row per model: ``model``, ``mean_r``, ``mean_r_low``, ``mean_r_high`` (95 % interval).
    colors
        Colour by model; by default ``model_colors`` over the models in order of ``summary``.
    """
    values = reported_r(per_gene, list(summary["model"]))
    defined = {name: r for name, r in values.items() if np.isfinite(r).any()}
    undefined = [name for name in values if name not in defined]
    colors = colors or model_colors(values)
    figure = new_figure(7.6, 1.6 + 0.5 * max(len(defined), 3))
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    if defined:
        draw_violins(left, defined, colors)
        draw_means(left, summary.set_index("model"), list(defined))
        draw_shares(right, defined, colors)
    else:
        say_empty(left, "r is undefined for every model")
        right.set_visible(False)
    figure.suptitle(heading(values, undefined), fontsize=8.5, x=0.01, ha="left")
    return figure


def reported_r(per_gene: pd.DataFrame, models: list[str]) -> dict[str, np.ndarray]:
    """Give r of the reported genes by model, in the order of ``models``; none where a model has no row."""
    reported = per_gene[per_gene["reported"].astype(bool)]
    parts = reported.groupby("model", sort=False)["r"]
    groups = {str(name): r.to_numpy(np.float64) for name, r in parts}
    return {name: groups.get(name, np.empty(0)) for name in dict.fromkeys([*models, *groups])}


def heading(values: dict[str, np.ndarray], undefined: list[str]) -> str:
    """Say how many genes there are, and for which models r is undefined."""
    genes = max((r.size for r in values.values()), default=0)
    lines = [
        f"n = {genes:,} reported genes; circle and number: mean (95 % interval); bar: middle half of genes"
    ]
    if undefined:
        lines.append(wrapped(f"undefined: {', '.join(undefined)} (prediction constant within a fold)", 115))
    return "\n".join(lines)


def count_text(name: str, r: np.ndarray) -> str:
    """Name a model, with how many genes have an r and how many a high one."""
    usable = r[np.isfinite(r)]
    return f"{wrapped(name, 24)}\nn = {usable.size:,}, r > {HIGH_R}: {np.sum(usable > HIGH_R):,}"


def draw_violins(axis: Axes, defined: dict[str, np.ndarray], colors: dict[str, str]) -> None:
    """Draw one violin with its quartiles per model, the first model on top."""
    finite = [r[np.isfinite(r)] for r in defined.values()]
    places = np.arange(len(finite))
    for place, name, r in zip(places, defined, finite, strict=True):
        if r.size > 1 and np.ptp(r) > 0:
            parts: Any = axis.violinplot(r, [place], orientation="horizontal", widths=0.85, showextrema=False)
            parts["bodies"][0].set(facecolor=colors[name], alpha=0.45, edgecolor=colors[name])
        low, high = np.quantile(r, (0.25, 0.75))
        axis.plot((low, high), (place + 0.2, place + 0.2), color="#333333", linewidth=1.6)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(places, [count_text(name, r) for name, r in defined.items()])
    axis.set_ylim(len(finite) - 0.4, -0.6)
    axis.set_xlabel("per-gene Pearson r, out of fold (no unit)")


def draw_means(axis: Axes, summary: pd.DataFrame, names: list[str]) -> None:
    """Mark the mean of each model with its 95 % interval, and print them."""
    for place, name in enumerate(names):
        if name not in summary.index:
            continue
        mean, low, high = (float(summary[key].loc[name]) for key in ("mean_r", "mean_r_low", "mean_r_high"))
        axis.plot((low, high), (place, place), "|-", color="black", linewidth=1.2, markersize=5)
        axis.plot(mean, place, "o", color="white", markeredgecolor="black", markersize=5)
        text = f"{mean:.3f}\n({low:.3f}, {high:.3f})"
        axis.text(1.01, place, text, transform=axis.get_yaxis_transform(), va="center", fontsize=7)


def draw_shares(axis: Axes, defined: dict[str, np.ndarray], colors: dict[str, str]) -> None:
    """Draw the share of genes whose r is above a value, one line per model."""
    for name, r in defined.items():
        usable = np.sort(r[np.isfinite(r)])
        above = 1 - np.arange(usable.size) / usable.size
        axis.step(usable, above, where="pre", color=colors[name], linewidth=1.3)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.axvline(HIGH_R, color=GREY, linewidth=0.8, linestyle=":")
    axis.set(xlabel="per-gene Pearson r (no unit)", ylabel="share of genes with r above", ylim=(0, 1.02))
    axis.set_title("colours as at the left", loc="left", fontsize=8)
