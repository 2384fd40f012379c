"""All models of a protocol side by side (figure 2D of Chiu et al. 2021), with floors and references."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from deepdep.plot.style import GREY, PALETTE, bands, new_figure, wrapped

LEAST_SKILL = -0.5  # worse ones are named at the edge, so that the others stay legible
ROW = 0.3  # inches
OVER_LINES = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a text is not crossed out by lines
NAME = 34  # characters of a model's name in a row
DOTS: dict[str, dict[str, Any]] = {
    "mean_r": {"marker": "o", "color": PALETTE[0], "label": "folds pooled"},
    "mean_r_fold_weighted": {
        "marker": "s",
        "color": PALETTE[1],
        "markerfacecolor": "white",
        "label": "within folds, weighted by their lines",
    },
    "skill": {"marker": "D", "color": PALETTE[2], "label": "MSE skill"},
}


@dataclass(frozen=True)
class Guides:
    """Models that the others are read against: ``floors`` learn from shuffled labels, ``references``."""

    floors: Sequence[str] = ()
    references: Sequence[str] = ()

    def name(self, model: str) -> str:
        """Name a model, with what it is there for."""
        text = wrapped(model, NAME)
        if model in self.floors:
            return f"{text} (floor: labels shuffled)"
        return f"{text} (reference)" if model in self.references else text


def model_comparison(summary: pd.DataFrame, guides: Guides) -> Figure:
    """Draw mean per-gene r and skill of every model with 95 % intervals, the best model on top.

    Parameters
    ----------
    summary
        One row per model: ``model``, ``lines``, ``patients``, ``genes``, ``repeats``; ``mean_r``,
        ``mean_r_fold_weighted`` and ``skill``, each with ``_low`` and ``_high`` (NaN = undefined).
    guides
        Models marked by lines.
    """
    figure = new_figure(7.8, height_of(len(summary)))
    draw_models(bands(figure)[0], summary, guides)
    return figure


def height_of(models: int) -> float:
    """Give the height, inches, of a comparison of so many models."""
    return 1.5 + ROW * max(models, 3)


def draw_models(figure: FigureBase, summary: pd.DataFrame, guides: Guides) -> None:
    """Draw ``model_comparison`` on a figure or a part of one."""
    rows = ranked(summary)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    draw_guides(left, rows, guides, "mean_r")
    draw_guides(right, rows, guides, "skill")
    right.axvline(0, color="black", linewidth=0.9)
    left.axvline(0, color="black", linewidth=0.5)
    draw_dots(left, rows, "mean_r", -0.16)
    draw_dots(left, rows, "mean_r_fold_weighted", 0.16)
    draw_dots(right, clip_skill(right, rows), "skill", 0)
    say_undefined(left, rows)
    left.set_yticks(range(len(rows)), [guides.name(name) for name in rows["model"]])
    left.set(ylim=(len(rows) - 0.5, -0.5), xlabel="mean per-gene Pearson r (no unit)")
    for axis in (left, right):
        axis.xaxis.set_major_locator(MaxNLocator(5))
    right.set(xlabel="MSE skill (no unit)\n0 = the gene mean")
    figure.suptitle(heading(rows), fontsize=8.5, x=0.01, ha="left")
    figure.legend(loc="outside lower center", ncols=3, fontsize=7.5)


def ranked(summary: pd.DataFrame) -> pd.DataFrame:
    """Order models by mean r, the best first and those without one last."""
    return summary.sort_values(
        "mean_r", ascending=False, na_position="last", kind="stable", ignore_index=True
    )


def heading(rows: pd.DataFrame) -> str:
    """Say how many lines, patients, genes and repeats there are."""
    first, last = int(rows["repeats"].min()), int(rows["repeats"].max())
    repeats = f"{last} repeat{'s' if last > 1 else ''}" if first == last else f"{first} to {last} repeats"
    lines, patients, genes = (int(rows[key].max()) for key in ("lines", "patients", "genes"))
    return f"n = {lines:,} lines of {patients:,} patients, {genes:,} genes, {repeats}; bars: 95 % intervals"


def draw_dots(axis: Axes, rows: pd.DataFrame, key: str, shift: float) -> None:
    """Draw a metric of each model that has it, with its interval."""
    defined = rows[rows[key].notna()]
    places = defined.index.to_numpy() + shift
    style = DOTS[key]
    axis.hlines(places, defined[f"{key}_low"], defined[f"{key}_high"], color=style["color"], linewidth=1.3)
    axis.plot(defined[key], places, linestyle="", markersize=4.5, **style)


def draw_guides(axis: Axes, rows: pd.DataFrame, guides: Guides, key: str) -> None:
    """Draw a line through all rows where floors and references lie."""
    values = rows.set_index("model")[key]
    for models, style in ((guides.floors, ":"), (guides.references, "--")):
        for value in values.reindex([name for name in models if name in values.index]).dropna():
            if key != "skill" or value >= LEAST_SKILL:
                axis.axvline(value, color=GREY, linewidth=0.9, linestyle=style)


def clip_skill(axis: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    """Name the models that are far worse than the gene mean at the edge; give the rows of the others."""
    far = rows["skill"] < LEAST_SKILL
    for place in rows.index[far]:
        text = f"< {LEAST_SKILL}: {rows.loc[place, 'skill']:.2f}"
        axis.text(0.02, place, text, transform=axis.get_yaxis_transform(), va="center", fontsize=7,
                  bbox=OVER_LINES)  # fmt: skip
    shown = rows.assign(skill=rows["skill"].mask(far))
    return shown.assign(skill_low=shown["skill_low"].clip(lower=LEAST_SKILL))


def say_undefined(axis: Axes, rows: pd.DataFrame) -> None:
    """Say in their rows which models have no r within genes."""
    for place in rows.index[rows["mean_r"].isna() & rows["mean_r_fold_weighted"].isna()]:
        axis.text(0.02, place, "undefined: constant within a fold", transform=axis.get_yaxis_transform(),
                  va="center", fontsize=7, color=GREY, bbox=OVER_LINES)  # fmt: skip
