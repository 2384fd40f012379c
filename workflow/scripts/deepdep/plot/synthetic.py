"""Figures of synthetic essentiality: what single mutations do to predicted dependencies (figure 4)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from deepdep.plot.style import (
    GREY,
    PALETTE,
    empty_figure,
    model_colors,
    new_figure,
    new_panel,
    new_panels,
    percent,
    say_empty,
    wrapped,
)

SHOWN_GENES = 15
SHOWN_LINEAGES = 20
SHOWN_MUTATIONS = 3
NAMES = {False: "wild type", True: "mutated"}


def score_histogram(table: pd.DataFrame, score: str) -> Figure:
    """Draw all changes, counts on a log scale.

    Parameters
    ----------
    table
        change (centre of a bin of equal width), count; changes beyond are in the outermost bins.
    score
        What the scores are.
    """
    figure, axis = new_panel(5.2, 3.4)
    kept = table[table["count"] > 0]
    width = table["change"].diff().median()
    total = int(table["count"].sum())
    axis.bar(kept["change"], kept["count"], width=width, color=PALETTE[0], linewidth=0)
    axis.axvline(0, color=GREY, linewidth=0.6)
    reach = max(0.02, 1.1 * kept["change"].abs().max())
    axis.set(yscale="log", xlim=(-reach, reach), ylabel=f"flips x genes x lines, per bin of {width:.3f}")
    axis.set_xlabel(wrapped(f"change of predicted {score}, with the mutation minus without", 60))
    still = table["change"].abs() < width / 2
    near, below, above = (
        percent(table.loc[part, "count"].sum() / total)
        for part in (still, ~still & (table["change"] < 0), ~still & (table["change"] > 0))
    )
    axis.set_title(
        f"n = {total:,} changes: {near} within ±{width / 2:.4f},\n"
        f"{below} below (more dependent), {above} above",
        loc="left",
        fontsize=8,
    )
    return figure


def line_correlation(table: pd.DataFrame, lineages: pd.Series, over: int) -> Figure:
    """Draw the correlation of the lines' changes, lines clustered (average linkage of 1 - r).

    Parameters
    ----------
    table
        Lines x lines; a line without any change has NaN and is left out.
    lineages
        Lineage of each line.
    over
        Number of pairs of mutation and gene that r is over.
    """
    known = np.isfinite(table.to_numpy()).any(axis=1)
    values = table.to_numpy(float)[np.ix_(known, known)]
    if len(values) < 3:
        return empty_figure(f"n = {len(values)}: too few lines whose scores a flip changes")
    order = leaves_list(linkage(squareform(np.clip(1 - values, 0, 2), checks=False), "average"))
    names = lineages.loc[table.index[known][order]].fillna("not given")
    common = list(names.value_counts().index[:SHOWN_LINEAGES])
    colors = model_colors(common)
    figure = new_figure(6.4, 6.2)
    side, axis, key = figure.subplot_mosaic(
        [["side", "lines"], ["key", "key"]], width_ratios=[0.03, 1], height_ratios=[1, 0.14]
    ).values()
    shown = values[np.ix_(order, order)]
    image = axis.imshow(shown, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest", aspect="auto")
    codes = [common.index(name) if name in common else len(common) for name in names]
    side.imshow(np.array(codes)[:, None], cmap=ListedColormap([*colors.values(), "#FFFFFF"]), vmin=0,
                vmax=len(common), aspect="auto", interpolation="nearest")  # fmt: skip
    for one in (side, axis):
        one.set(xticks=[], yticks=[])
    side.set_ylabel("lineage of the line")
    axis.set_title(correlation_text(values, int((~known).sum()), over), loc="left", fontsize=8)
    figure.colorbar(image, ax=axis, shrink=0.5, label="r of the changes of two lines")
    handles = [
        Patch(color=color, label=f"{wrapped(name, 18)} ({(names == name).sum()})")
        for name, color in colors.items()
    ]
    key.axis("off")
    key.legend(handles=handles, loc="center", ncols=4, fontsize=6.5)
    return figure


def correlation_text(values: np.ndarray, flat: int, over: int) -> str:
    """Say how many lines are compared, over what, and how their correlations are spread."""
    low, middle, high = np.quantile(values[np.triu_indices(len(values), 1)], [0.05, 0.5, 0.95])
    left_out = f" ({flat} more without any change left out)" if flat else ""
    return (
        f"n = {len(values):,} lines{left_out}, Pearson r over {over:,} pairs of mutation and gene;\n"
        f"median {middle:.2f}, 5 to 95 %: {low:.2f} to {high:.2f}"
    )


def known_pairs(table: pd.DataFrame, score: str) -> Figure:
    """Draw the changes of named pairs, lines with and without the mutation.

    Parameters
    ----------
    table
        mutation, gene, trained, line, mutated, change.
    """
    if table.empty:
        return empty_figure("n = 0: no pair that the config names can be scored")
    pairs = list(table.groupby(["mutation", "gene"], sort=False))
    figure, axes = new_panels(len(pairs), (2.9, 3.2))
    for axis, ((mutation, gene), rows) in zip(axes, pairs, strict=True):
        groups = [rows.loc[rows["mutated"] == status, "change"].to_numpy() for status in NAMES]
        for place, (values, color) in enumerate(zip(groups, PALETTE, strict=False)):
            spread = np.random.default_rng(1).uniform(-0.22, 0.22, len(values))
            axis.plot(place + spread, values, ".", color=color, markersize=3, alpha=0.6, markeredgewidth=0)
            if len(values):
                axis.hlines(np.median(values), place - 0.3, place + 0.3, color="black", linewidth=1.4)
        axis.axhline(0, color=GREY, linewidth=0.6)
        axis.set_xticks([0, 1], [f"{NAMES[s]}\nn = {len(g)}" for s, g in zip(NAMES, groups, strict=True)])
        axis.set_xlim(-0.6, 1.6)
        negative = percent((rows["change"] < 0).mean(), 0)
        how = "" if rows["trained"].all() else "\n(gene not trained on, by its fingerprint)"
        axis.set_title(f"{mutation} mutation, {gene}{how}\nnegative in {negative} of lines", fontsize=8)
    axes[0].set_ylabel(wrapped(f"change of predicted {score}, with the mutation minus without", 36))
    return figure


def partner_bars(table: pd.DataFrame, least: float, share: float) -> Figure:
    """Draw, for each named mutation, the genes with which it makes a strong pair in most lines.

    Parameters
    ----------
    table
        mutation, gene, lines, strong_negative, strong_positive.
    least, share
        What makes a pair strong, for the title.
    """
    groups = list(table.groupby("mutation", sort=False))
    if not groups:
        return empty_figure("n = 0: no mutation that the config names for partners is flipped")
    figure = new_figure(6.4, 3.8 * len(groups))
    for axis, (mutation, rows) in zip(
        figure.subplots(len(groups), 1, squeeze=False)[:, 0], groups, strict=True
    ):
        draw_partners(axis, rows.assign(strong=rows["strong_negative"] + rows["strong_positive"]))
        number = int((rows[["strong_negative", "strong_positive"]].sum(axis=1) > 0).sum())
        axis.set_title(
            f"Partners of the {mutation} mutation: {number} of {len(rows):,} genes in at least one line\n"
            f"change ≥ {percent(least, 0)} of the score without it, "
            f"among the {percent(share, 0)} largest of the line",
            loc="left",
            fontsize=8,
        )
    return figure


def draw_partners(axis: Axes, rows: pd.DataFrame) -> None:
    """Draw bars of the partners that are strong in most lines, by sign of the change."""
    shown = rows[rows["strong"] > 0].sort_values(["strong", "gene"], ascending=[False, True])[:SHOWN_GENES]
    if shown.empty:
        say_empty(axis, "no gene meets both criteria in any line")
        return
    places = np.arange(len(shown))
    axis.barh(places, shown["strong_negative"], color=PALETTE[1], label="more dependent with the mutation")
    axis.barh(places, shown["strong_positive"], left=shown["strong_negative"], color=PALETTE[0],
              label="less dependent")  # fmt: skip
    axis.set_yticks(places, shown["gene"])
    axis.invert_yaxis()
    axis.set(xlabel=f"lines with a strong pair (of {int(shown['lines'].iloc[0]):,})")
    axis.legend(loc="lower right", fontsize=7, frameon=True)


def against_measured(table: pd.DataFrame, mean: pd.DataFrame, difference: pd.DataFrame, least: int) -> Figure:
    """Draw predicted against measured effects of the most frequent mutations, and r of all mutations.

    Parameters
    ----------
    table
        mutation, mutated, wild_type, genes, r, r_others; the most frequent first.
    mean, difference
        Mutations x genes: mean change, measured difference of mutated and other lines.
    least
        Fewest lines on a side.
    """
    if table["r"].notna().sum() == 0:
        return empty_figure(f"n = 0: no mutation with {least} mutated and {least} other labelled lines")
    shown = table.dropna(subset=["r"]).head(SHOWN_MUTATIONS)
    figure = new_figure(6.6, 5.2)
    axes = figure.subplots(2, 2).ravel()
    for spare in axes[1 + len(shown) :]:
        spare.set_visible(False)
    draw_r(axes[0], table, least)
    row: Any
    for axis, row in zip(axes[1:], shown.itertuples(), strict=False):
        measured = difference.loc[row.mutation].dropna()
        change = mean.loc[row.mutation, measured.index]
        axis.plot(measured, change, ".", color=PALETTE[0], markersize=3, alpha=0.5, markeredgewidth=0)
        axis.axhline(0, color=GREY, linewidth=0.5)
        axis.axvline(0, color=GREY, linewidth=0.5)
        axis.set_title(f"{row.mutation}: r = {row.r:.2f}, n = {row.genes:,} genes\n"
                       f"{row.mutated} mutated and {row.wild_type} other lines", fontsize=8)  # fmt: skip
        axis.set_xlabel("measured, mutated minus others\n(mean gene effect)")
        axis.set_ylabel("predicted by flips\n(mean change)")
    return figure


def draw_r(axis: Axes, table: pd.DataFrame, least: int) -> None:
    """Draw r of all mutations beside their mean r with the measured effects of other mutations."""
    bins = np.linspace(-1, 1, 41)
    for column, color, label in (
        ("r", PALETTE[1], "own measured effect"),
        ("r_others", GREY, "those of others"),
    ):
        values = table[column].dropna()
        label = f"{label}: mean {values.mean():.2f}" if len(values) else f"{label}: none"
        axis.hist(values, bins.tolist(), histtype="step", color=color, linewidth=1.3, label=label)
    axis.axvline(0, color=GREY, linewidth=0.5)
    axis.set(xlabel="r over genes, predicted and measured", ylabel="mutations")
    axis.set_title(
        f"n = {table['r'].notna().sum():,} mutations with ≥ {least} mutated\nand other lines", fontsize=8
    )
    axis.set_ylim(top=1.3 * axis.get_ylim()[1])  # room for the legend above the bars
    axis.legend(fontsize=6.5, loc="upper left", frameon=True, framealpha=1, edgecolor="none")
