"""How much predictions vary beside what was measured: a model that is unsure stays near the gene means."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deepdep.plot.style import GREY, PALETTE, new_panel, say_empty, wrapped


def spreads(observed: pd.DataFrame, predicted: pd.DataFrame, model: str) -> Figure:
    """Draw each gene's SD over lines, predicted out of fold against measured.

    Parameters
    ----------
    observed, predicted
        Lines x genes, NaN = not measured; lines and genes of both count.
    model
        Name of the model.
    """
    figure, axis = new_panel(4.2, 4.4)
    observed, predicted = observed.align(predicted, join="inner")
    measured = observed.std()
    held_out = predicted.where(observed.notna()).std()
    genes = measured.notna() & held_out.notna()
    axis.set_xlabel("SD of measured scores over lines")
    axis.set_ylabel(f"SD of scores predicted out of fold\n{wrapped(model, 50)}")
    if not genes.any():
        say_empty(axis, "n = 0: no gene has two lines that were measured and predicted")
        return figure
    limit = 1.05 * max(measured[genes].max(), held_out[genes].max())
    axis.plot([0, limit], [0, limit], color=GREY, linewidth=0.9, linestyle="--")
    axis.plot(measured[genes], held_out[genes], ".", color=PALETTE[0], markersize=4, alpha=0.5)
    ratio = np.median(held_out[genes] / measured[genes])
    axis.set_title(f"n = {genes.sum():,} genes, median ratio {ratio:.2f}", loc="left")
    return figure
