"""A model against a baseline, gene by gene."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.errors import InputError
from deepdep.plot.style import GREY, PALETTE, new_panel, percent, say_empty, wrapped


def versus_baseline(per_gene: pd.DataFrame, model: str, baseline: str = "ridge") -> Figure:
    """Draw per-gene r of a model against that of a baseline, one point per reported gene.

    Parameters
    ----------
    per_gene
        One row per model and gene: ``model``, ``gene``, ``r``, ``reported`` (bool).
    model, baseline
        Names in the column ``model``.

    Raises
    ------
    InputError
        If the table has no row of one of the two.
    """
    paired = paired_r(per_gene, model, baseline)
    figure, axis = new_panel(4.2, 4.4)
    if paired.empty:
        say_empty(axis, f"n = 0: no gene has a defined r for both {model} and {baseline}")
    else:
        draw_genes(axis, paired)
        axis.set_title(share_text(paired), loc="left", fontsize=8)
    axis.set_xlabel(f"per-gene Pearson r, out of fold (no unit)\n{wrapped(baseline, 50)}")
    axis.set_ylabel(f"{wrapped(model, 50)}\nper-gene Pearson r, out of fold (no unit)")
    return figure


def paired_r(per_gene: pd.DataFrame, model: str, baseline: str) -> pd.DataFrame:
    """Give r of both for the reported genes where both are defined, columns model, baseline."""
    reported = per_gene[per_gene["reported"].astype(bool)]
    for name in (model, baseline):
        if name not in set(reported["model"]):
            raise InputError(f"no per-gene r of model '{name}'.", "Name a model that this study evaluates.")
    by_model = {name: rows.set_index("gene")["r"] for name, rows in reported.groupby("model")}
    return pd.DataFrame({"model": by_model[model], "baseline": by_model[baseline]}).dropna()


def draw_genes(axis: Axes, paired: pd.DataFrame) -> None:
    """Draw the genes and the identity line on equal axes."""
    limits = np.array([paired.to_numpy().min(), paired.to_numpy().max()]) + np.array([-0.05, 0.05])
    axis.plot(limits, limits, color=GREY, linewidth=0.9, linestyle="--")
    axis.axhline(0, color=GREY, linewidth=0.5)
    axis.axvline(0, color=GREY, linewidth=0.5)
    axis.plot(paired["baseline"], paired["model"], ".", color=PALETTE[0], markersize=4, alpha=0.45,
              markeredgewidth=0)  # fmt: skip
    axis.set(xlim=limits, ylim=limits, box_aspect=1)


def share_text(paired: pd.DataFrame) -> str:
    """Say how many genes are compared, and how often and by how much the model is ahead."""
    gain = paired["model"] - paired["baseline"]
    above = f"{percent((gain > 0).mean())} of genes above the line"
    return f"n = {len(paired):,} genes, {above}\nmean r {paired['model'].mean():.3f} against " + (
        f"{paired['baseline'].mean():.3f}, mean difference {gain.mean():+.3f}"
    )
