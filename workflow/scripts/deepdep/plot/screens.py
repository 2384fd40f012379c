"""Lines of a second screen predicted by models of the first (figure 2E-G of Chiu et al. 2021)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure, FigureBase

from deepdep.evaluate.metrics import pearson
from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.plot.per_gene import draw_violins
from deepdep.plot.scatter import BASELINE, Pairs, common_limits, draw_pairs, inside, matched
from deepdep.plot.style import GREY, PALETTE, new_figure, percent, say_empty, wrapped

BETWEEN = "between screens"


@dataclass(frozen=True)
class Screen:
    """A second screen and what is known of it.

    ``scores``: the screen's scores, lines x genes, on the scale of ``labels``, those of the first screen.
    ``predictions``: model to predictions of lines without a label in the first, the model of interest
    first, then gene_mean. ``per_gene``: model, gene, r over these lines. ``agreement``: gene, n, r
    between the screens' scores. ``fault``: why there are no predictions.
    """

    name: str
    scores: pd.DataFrame
    labels: pd.DataFrame
    predictions: Mapping[str, pd.DataFrame]
    per_gene: pd.DataFrame
    agreement: pd.DataFrame
    fault: str = ""

    @property
    def genes(self) -> list[str]:
        """Genes that are reported and of both screens."""
        reported = set(self.per_gene["gene"])
        return [gene for gene in self.scores.columns if gene in reported]


def read_screens(models: Mapping[str, Sequence[str]], labels: pd.DataFrame, files: Any) -> list[Screen]:
    """Read what is drawn of second screens.

    Parameters
    ----------
    models
        Screen to the models whose predictions there are; none where its lines cannot be predicted.
    labels
        Scores of the first screen, lines x genes.
    files
        Paths, by attribute: ``ceiling``; ``screens`` and ``screen_genes`` in the order of ``models``;
        ``screen_predictions`` screen by screen, model by model.
    """
    agreement, predictions = read_table(files.ceiling[0]), iter(files.screen_predictions)
    screens = []
    for (name, known), path, genes in zip(models.items(), files.screens, files.screen_genes, strict=True):
        fault = read_header(path).get(IMPOSSIBLE) or read_header(genes).get(IMPOSSIBLE, "")
        own = agreement[agreement["screen"] == name]
        tables = {model: read_matrix(next(predictions)) for model in known}
        screens.append(Screen(name, read_matrix(path), labels, tables, read_table(genes), own, fault))
    return screens


def second_screen(screen: Screen, label: str) -> Figure:
    """Draw predicted against measured scores of new lines, and r within genes beside what screens share.

    Parameters
    ----------
    label
        Name and unit of the score.
    """
    figure = new_figure(8.6, 3.9)
    draw_screen(figure, screen, label)
    return figure


def draw_screen(figure: FigureBase, screen: Screen, label: str) -> None:
    """Draw ``second_screen`` on a figure or a part of one."""
    if screen.fault:
        say_empty(figure.subplots(), f"{screen.name}: {screen.fault}")
        return
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.3))
    draw_scores(figure, left, screen, label)
    draw_genes(right, screen)
    figure.suptitle(wrapped(heading(screen), 115), fontsize=8.5, x=0.01, ha="left")


def overall_r(pairs: Pairs) -> float:
    """Correlate all pairs of line and gene."""
    return pearson(pairs[0][:, None], pairs[1][:, None]).item()


def draw_scores(figure: FigureBase, axis: Axes, screen: Screen, label: str) -> None:
    """Draw the pairs of new lines and genes of the model of interest."""
    scores = screen.scores[screen.genes]
    pairs = {name: matched(scores, table, name) for name, table in screen.predictions.items()}
    model = next(iter(pairs))
    limits = common_limits({model: pairs[model]})
    hexagons = draw_pairs(axis, pairs[model], limits)
    hexagons.set_norm(LogNorm(1, max(2, np.max(np.asarray(hexagons.get_array()), initial=1))))
    figure.colorbar(hexagons, ax=axis, label="pairs per hexagon", shrink=0.7)
    outside = percent(1 - inside(pairs[model], *limits).mean(), 2)
    lines = [f"n = {pairs[model][0].size:,} pairs ({outside} not drawn)"]
    lines += [f"overall r = {overall_r(pairs[model]):.3f}"]
    if model != BASELINE and BASELINE in pairs:
        lines += [f"gene mean alone: r = {overall_r(pairs[BASELINE]):.3f}"]
    axis.set_title("\n".join(lines), loc="left", fontsize=8)
    axis.set_xlabel(wrapped(f"{screen.name}: {label}", 40))
    axis.set_ylabel(f"predicted by {wrapped(model, 30)}")


def draw_genes(axis: Axes, screen: Screen) -> None:
    """Draw r within genes of the models, and between the two screens."""
    rows = screen.per_gene.groupby("model")["r"]
    values = {name: rows.get_group(name).to_numpy(np.float64) for name in screen.predictions}
    agreement = screen.agreement.set_index("gene")["r"].reindex(screen.genes)
    values[BETWEEN] = agreement.to_numpy(np.float64)
    defined = {name: r for name, r in values.items() if np.isfinite(r).any()}
    undefined = [name for name in values if name not in defined]
    if defined:
        colors = dict(zip(values, PALETTE, strict=False)) | {BETWEEN: GREY}
        draw_violins(axis, defined, colors)
        for place, r in enumerate(defined.values()):
            mean = float(np.nanmean(r))
            axis.plot(mean, place, "o", color="white", markeredgecolor="black", markersize=5)
            axis.text(1.01, place, f"mean\n{mean:.3f}", transform=axis.get_yaxis_transform(),
                      va="center", fontsize=7)  # fmt: skip
        axis.set_xlabel("per-gene Pearson r (no unit)")
    else:
        say_empty(axis, "r is undefined for every gene")
        axis.set_xlabel("")
    if undefined:
        axis.set_title(wrapped(f"undefined: {', '.join(undefined)}", 50), loc="left", fontsize=8)


def heading(screen: Screen) -> str:
    """Say how many lines are new, how many are common, and how far the two screens agree over all."""
    model = next(iter(screen.predictions))
    new = screen.scores.index.intersection(screen.predictions[model].index)
    common = screen.scores.index.intersection(screen.labels.index)
    text = f"{screen.name}: n = {len(new):,} lines without a label in the study, {len(screen.genes):,} genes"
    if common.empty:
        return f"{text}; no line of both screens"
    both = [table.loc[common, screen.genes] for table in (screen.labels, screen.scores)]
    r = overall_r(matched(both[0], both[1], "second screen"))
    return f"{text}; both screens: n = {len(common):,} common lines, overall r = {r:.3f}"
