"""The strongest dependencies of each tumour, and the tumours that depend most on each gene."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Strongest:
    """Lists of one length, row by row: of tumours, genes; of genes, tumours.

    ``place`` (rows x each): columns of what is listed. ``score``, ``sd``, ``relative``: as ``place``.
    """

    place: np.ndarray
    score: np.ndarray
    sd: np.ndarray
    relative: np.ndarray


def relative_scores(scores: np.ndarray) -> np.ndarray:
    """Return scores less the mean of their gene over the tumours, in its standard deviations.

    What every tumour depends on leads every list of raw scores; this tells tumours apart.

    Parameters
    ----------
    scores
        Tumours x genes; NaN = not predicted.

    Returns
    -------
    numpy.ndarray
        As ``scores``; 0 for a gene that does not vary.
    """
    mean, spread = np.nanmean(scores, axis=0), np.nanstd(scores, axis=0)
    return (scores - mean) / np.where(spread > 0, spread, 1)


def lowest(values: np.ndarray, each: int) -> np.ndarray:
    """Return the columns of the ``each`` lowest values of every row, lowest first, NaN last."""
    filled = np.where(np.isnan(values), np.inf, values)
    each = min(each, values.shape[1])
    found = np.argpartition(filled, each - 1, axis=1)[:, :each]
    order = np.argsort(np.take_along_axis(filled, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def strongest_of_tumors(scores: pd.DataFrame, sd: pd.DataFrame, each: int) -> Strongest:
    """List for each tumour (rows) the genes of lowest relative score."""
    relative = relative_scores(scores.to_numpy())
    return listed(lowest(relative, each), scores.to_numpy(), sd.to_numpy(), relative)


def strongest_of_genes(scores: pd.DataFrame, sd: pd.DataFrame, each: int) -> Strongest:
    """List for each gene (columns) the tumours of lowest score."""
    relative = relative_scores(scores.to_numpy())
    turned = scores.to_numpy().T
    return listed(lowest(turned, each), turned, sd.to_numpy().T, relative.T)


def listed(place: np.ndarray, *tables: np.ndarray) -> Strongest:
    """Take what stands at the listed places of score, sd and relative score."""
    return Strongest(place, *(np.take_along_axis(table, place, axis=1) for table in tables))
