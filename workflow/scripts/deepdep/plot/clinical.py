"""Predicted dependencies by clinical group, per cancer type, beside the gene's own expression."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from deepdep.plot.style import GREY, PALETTE, bands, empty_figure, new_figure, say_empty
from deepdep.plot.words import interval_text, p_text

PREDICTED, EXPRESSION, TYPE_MEAN = "predicted dependency", "own expression", "cancer-type mean"
POOLED, WITHIN = "pooled", "pooled within cancer type"
MOST_GENES, MOST_TYPES = 4, 5
SIZES = {"Welch t": "d", "Spearman": "rho", "Kruskal-Wallis": "epsilon²"}
WIDTH, HEIGHT = 9.4, 2.75  # inches of the figure, and of one gene
HIDDEN = 0.005  # share of values at each end that an axis may leave out: expression has far outliers


def clinical_groups(table: pd.DataFrame, values: pd.DataFrame, label: str, reasons: list[str]) -> Figure:
    """Draw a row per gene: predicted scores at the left, own expression at the right.

    Parameters
    ----------
    table, values
        As ``deepdep.tumors.clinical.associate`` returns them.
    label
        Name and unit of the predicted score.
    reasons
        Why nothing could be compared, said if the table is empty.
    """
    if table.empty:
        return empty_figure("nothing could be compared: " + "; ".join(reasons[:3]))
    keys = values[["cohort", "gene"]].drop_duplicates().head(MOST_GENES)
    whole = new_figure(WIDTH, HEIGHT * len(keys) + 0.35)
    (figure,) = bands(whole)
    axes = figure.subplots(len(keys), 2, squeeze=False)
    for row, (cohort, gene) in zip(axes, keys.itertuples(index=False), strict=True):
        for axis, score in zip(row, (PREDICTED, EXPRESSION), strict=True):
            own = table[(table["cohort"] == cohort) & (table["gene"] == gene)]
            points = values[(values["cohort"] == cohort) & (values["gene"] == gene)]
            what = (
                f"{gene}, predicted\n{label}"
                if score == PREDICTED
                else f"{gene}, expression\n(as models see it)"
            )
            draw_score(axis, own, points[points["score"] == score], score)
            axis.set_ylabel(what, fontsize=7.5)
    names = names_of(table)
    if names:
        handles = [Line2D([], [], color=color, marker="s", linestyle="", label=name) for name, color in names]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 5))
    return whole


def names_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    """List the groups with their colours, the reference first; none along a number."""
    first = table.iloc[0]
    if first["test"] == "Spearman":
        return []
    rest = str(first["other"]).split(", ") if first["test"] == "Kruskal-Wallis" else [first["other"]]
    names = [*([first["reference"]] if first["test"] == "Welch t" else []), *rest]
    return [(name, PALETTE[i % len(PALETTE)]) for i, name in enumerate(names)]


def draw_score(axis: Axes, table: pd.DataFrame, points: pd.DataFrame, score: str) -> None:
    """Draw one score of one gene by group and cancer type, with the pooled tests above."""
    own = table[table["score"] == score].set_index("cancer_type")
    if points.empty or own.empty:
        say_empty(axis, f"{score}: not among the features that were measured")
        return
    axis.set_title(heading(table, score), fontsize=7, loc="left")
    low, high = np.nanquantile(points["value"], [HIDDEN, 1 - HIDDEN])
    axis.set_ylim(low - 0.1 * (high - low), high + 0.42 * (high - low))  # room for the texts
    if own["test"].iloc[0] == "Spearman":
        draw_numbers(axis, points)
    else:
        draw_boxes(axis, own, points, names_of(table))


def heading(table: pd.DataFrame, score: str) -> str:
    """Write the pooled tests of a score: as it is, within cancer types, and by the cancer-type mean."""
    lines = []
    wanted = [(POOLED, score, "all"), (WITHIN, score, "within cancer type"), (POOLED, TYPE_MEAN, TYPE_MEAN)]
    for scope, kind, name in wanted[: 3 if score == PREDICTED else 2]:
        found = table[(table["cancer_type"] == scope) & (table["score"] == kind)]
        lines += [f"{name}: {effect_text(row)}" for row in found.itertuples()]
    return "\n".join(lines)


def effect_text(row: Any, line: str = ", ") -> str:
    """Write effect, interval, p and n of a test."""
    low = getattr(row, "low", np.nan)
    value = f"{row.effect:.2f}" if np.isnan(low) else interval_text(row.effect, low, row.high)
    return f"{SIZES[row.test]} = {value}{line}{p_text(row.log10_p)}, n = {int(row.n):,}"


def draw_numbers(axis: Axes, points: pd.DataFrame) -> None:
    """Draw the score of all samples along a number."""
    axis.scatter(
        points["label"].astype(float), points["value"], s=4, alpha=0.4, color=PALETTE[0], linewidths=0
    )


def draw_boxes(axis: Axes, own: pd.DataFrame, points: pd.DataFrame, names: list[tuple[str, str]]) -> None:
    """Draw boxes and samples of every group in the largest cancer types, and in all."""
    kinds = [name for name in own.sort_values("n", ascending=False).index if name not in (POOLED, WITHIN)]
    kinds = [*([POOLED] if POOLED in own.index else []), *kinds[:MOST_TYPES]]
    width = 0.8 / len(names)
    rng = np.random.default_rng(0)  # of the points' places only
    for place, kind in enumerate(kinds):
        there = points if kind == POOLED else points[points["cancer_type"] == kind]
        counts = []
        for number, (name, color) in enumerate(names):
            group = there.loc[there["label"] == name, "value"].dropna()
            counts.append(f"{len(group):,}")
            at = place + (number - (len(names) - 1) / 2) * width
            draw_box(axis, group.to_numpy(), at, 0.8 * width, color)
            jitter = at + rng.uniform(-0.28, 0.28, len(group)) * width
            axis.scatter(jitter, group, s=1.8, color=color, alpha=0.35, linewidths=0)
        test = own.loc[kind]
        text = f"{SIZES[test['test']]} = {test['effect']:.2f}\n{p_text(test['log10_p'])}"
        axis.text(
            place, 0.985, text, transform=axis.get_xaxis_transform(), ha="center", va="top", fontsize=6.3
        )
        kinds[place] = f"{'all' if kind == POOLED else kind}\n{' | '.join(counts)}"
    axis.set_xticks(range(len(kinds)), kinds, fontsize=6.5)
    room = 0.55 + max(0, 2 - len(kinds)) / 2  # a single cancer type stands in the middle
    axis.set_xlim(-room, len(kinds) - 1 + room)


def draw_box(axis: Axes, group: np.ndarray, at: float, width: float, color: str) -> None:
    """Draw one box: quartiles, median, whiskers to 1.5 interquartile ranges."""
    if len(group):
        line = {"color": color, "linewidth": 1.0}
        axis.boxplot(
            [group], positions=[at], widths=width, showfliers=False, manage_ticks=False,
            boxprops=line, whiskerprops=line, capprops=line, medianprops={"color": GREY, "linewidth": 1.6},
        )  # fmt: skip
