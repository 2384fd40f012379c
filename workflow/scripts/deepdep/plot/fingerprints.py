"""How many gene sets a gene's fingerprint holds (figure 2B of Chiu et al. 2021)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepdep.plot.style import PALETTE, new_panel


def fingerprint_ones(fingerprints: pd.DataFrame) -> Figure:
    """Draw the histogram of gene sets per gene.

    Parameters
    ----------
    fingerprints
        Genes x gene sets, 0/1.
    """
    figure, axis = new_panel(5.2, 3.4)
    draw_fingerprint_ones(axis, fingerprints)
    return figure


def draw_fingerprint_ones(axis: Axes, fingerprints: pd.DataFrame) -> None:
    """Draw ``fingerprint_ones`` on axes."""
    ones = fingerprints.to_numpy().sum(axis=1, dtype=np.int64)
    step = max(1, -(-int(ones.max(initial=1)) // 60))  # whole numbers of sets per bar
    edges = np.arange(0, ones.max(initial=0) + 2 * step, step) - 0.5
    axis.hist(ones, bins=edges.tolist(), color=PALETTE[0], alpha=0.75)
    mean, median = (ones.mean(), np.median(ones)) if ones.size else (np.nan, np.nan)
    axis.axvline(mean, color="black", linewidth=1.2, label=f"mean {mean:.1f}")
    axis.axvline(median, color=PALETTE[1], linewidth=1.2, linestyle="--", label=f"median {median:g}")
    genes, sets = fingerprints.shape
    axis.set_xlabel(f"gene sets that hold the gene (of {sets:,}; {step} per bar)")
    axis.set_ylabel("genes")
    axis.set_title(
        f"n = {genes:,} genes, {sets:,} gene sets; {np.sum(ones == 0):,} genes in no set", loc="left"
    )
    axis.legend()
