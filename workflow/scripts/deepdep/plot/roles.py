"""Predicted against observed scores of training, validation and test lines (figure 2C of Chiu et al. 2021).

The paper shows one split of the lines. The row below is what the gene means of the same training lines give.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure, FigureBase

from deepdep.evaluate.metrics import pearson
from deepdep.plot.scatter import BASELINE, common_limits, draw_pairs, inside, matched
from deepdep.plot.style import new_figure, percent, wrapped

ROLES = {"train": "training lines", "validation": "validation lines", "test": "test lines"}
ONE_FOLD = "one fold; models without early stopping are fitted on the validation lines too"
Scores = tuple[pd.DataFrame, pd.DataFrame]  # observed and predicted, of the same lines and genes


def fit_by_role(
    observed: pd.DataFrame, predictions: Mapping[str, pd.DataFrame], roles: pd.Series, label: str
) -> Figure:
    """Draw the log density of predicted against observed scores, a row per model and a column per role.

    Parameters
    ----------
    observed
        Measured scores, samples x genes; NaN = not measured.
    predictions
        Model to what it, fitted in one fold, predicts for all lines of the fold, samples x genes. The
        model of interest first, then the gene mean.
    roles
        train, validation or test of each line (index: sample).
    label
        Name and unit of the score.
    """
    figure = new_figure(7.8, 0.8 + 2.85 * len(predictions))
    draw_roles(figure, observed, predictions, roles, label)
    return figure


def draw_roles(
    figure: FigureBase,
    observed: pd.DataFrame,
    predictions: Mapping[str, pd.DataFrame],
    roles: pd.Series,
    label: str,
) -> None:
    """Draw ``fit_by_role`` on a figure or a part of one."""
    scores = scores_by_role(observed, predictions, roles)
    pairs = {f"{model}, {role}": matched(*both, model) for (model, role), both in scores.items()}
    limits = common_limits(pairs)
    axes = figure.subplots(len(predictions), len(ROLES), sharex=True, sharey=True, squeeze=False)
    drawn = []
    for row, model in enumerate(predictions):
        for axis, role in zip(axes[row], ROLES, strict=True):
            both = scores.get((model, role))
            drawn += [draw_role(axis, both, model, role, limits)] if both else say_none(axis, role)
        axes[row, 0].set_ylabel(f"predicted by {wrapped(model, 26)}")
    share_colors(figure, drawn, list(axes.ravel()))
    figure.supxlabel(wrapped(f"observed: {label}", 95), fontsize=8.5)
    outside = max(1 - inside(pair, *limits).mean() for pair in pairs.values())
    text = f"{ONE_FOLD}; pairs outside the axes, not drawn: {percent(outside, 2)} or less"
    figure.suptitle(wrapped(text, 125), fontsize=8, x=0.01, ha="left")


def scores_by_role(
    observed: pd.DataFrame, predictions: Mapping[str, pd.DataFrame], roles: pd.Series
) -> dict[tuple[str, str], Scores]:
    """Give observed and predicted scores by model and role; no entry for a role without lines."""
    lines = {role: observed.index[observed.index.isin(roles.index[roles == role])] for role in ROLES}
    return {
        (model, role): (observed.loc[names], table.loc[names, observed.columns])
        for model, table in predictions.items()
        for role, names in lines.items()
        if len(names)
    }


def draw_role(
    axis: Axes, scores: Scores, model: str, role: str, limits: tuple[float, float]
) -> PolyCollection:
    """Draw the pairs of one role, with n, overall r and mean per-gene r."""
    pair = matched(*scores, model)
    axis.set_title(f"{ROLES[role]}: {role_text(scores, model)}", loc="left", fontsize=8)
    return draw_pairs(axis, pair, limits)


def role_text(scores: Scores, model: str) -> str:
    """Say how many lines and pairs there are and how they correlate, over all pairs and within genes."""
    observed, predicted = (table.to_numpy(np.float64) for table in scores)
    both = np.isfinite(observed) & np.isfinite(predicted)
    overall = pearson(observed[both][:, None], predicted[both][:, None]).item()
    within = np.full(1, np.nan) if model == BASELINE else np.ravel(pearson(observed, predicted))
    defined = np.isfinite(within)
    per_gene = f"{np.mean(within[defined]):.3f}" if np.any(defined) else "undefined"
    size = f"n = {len(observed):,}\n{both.sum():,} pairs of line and gene"
    return f"{size}\noverall r = {overall:.3f}\nmean per-gene r = {per_gene}"


def say_none(axis: Axes, role: str) -> list[PolyCollection]:
    """Say that a role has no lines; nothing is drawn."""
    axis.text(0.5, 0.5, f"no {ROLES[role]}", transform=axis.transAxes, ha="center")
    axis.set_box_aspect(1)
    return []


def share_colors(figure: FigureBase, drawn: list[PolyCollection], axes: list[Axes]) -> None:
    """Give all hexagons one scale of colours, and draw it."""
    norm = LogNorm(1, max(2, *(np.max(np.asarray(part.get_array()), initial=1) for part in drawn)))
    for part in drawn:
        part.set_norm(norm)
    figure.colorbar(drawn[0], ax=axes, label="pairs per hexagon", pad=0.02, aspect=40)
