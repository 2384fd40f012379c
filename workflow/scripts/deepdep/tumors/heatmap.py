"""What the heatmap of tumours x genes shows: the most variable genes, some tumours of each type, in order."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage

from deepdep.tumors.profiles import Profiles, known_group


def drawn_tumors(groups: pd.Series, most: int, seed: int) -> np.ndarray:
    """Return the rows of at most ``most`` tumours of each type, drawn at random, in ascending order."""
    rng = np.random.default_rng(seed)
    rows = [
        own if len(own) <= most else rng.choice(own, most, replace=False)
        for own in (np.flatnonzero(groups == name) for name in sorted(groups.unique()))
    ]
    return np.sort(np.concatenate(rows)) if rows else np.zeros(0, int)


def clustered_heatmap(tumors: Profiles, genes: int, most: int, seed: int) -> Profiles:
    """Choose and order what the heatmap shows.

    Parameters
    ----------
    tumors
        Tumours and predictions.
    genes
        Number of genes, those of the largest SD over all tumours.
    most
        Most tumours of one type; of larger types that many are drawn.
    seed
        Seed of the draw.

    Returns
    -------
    Profiles
        The drawn tumours and genes, each ordered by average linkage (tumours: Euclidean; genes: 1 - r), the
        scores less the gene's mean over all tumours.
    """
    spread = tumors.scores.std()
    chosen = spread.sort_values(ascending=False, kind="stable").index[:genes]
    centred = tumors.scores[chosen] - tumors.scores[chosen].mean()
    rows = drawn_tumors(known_group(tumors.samples), most, seed)
    shown = centred.iloc[rows]
    rows = rows[order_of(shown.to_numpy(np.float64), "euclidean")]
    columns = chosen[order_of(shown.to_numpy(np.float64).T, "correlation")]
    return Profiles(
        tumors.samples.iloc[rows].reset_index(drop=True), centred.iloc[rows][columns].reset_index(drop=True)
    )


def order_of(values: np.ndarray, metric: Literal["euclidean", "correlation"]) -> np.ndarray:
    """Return the order of rows by average linkage; rows that do not vary come last where r is asked for."""
    able = values.std(axis=1) > 0 if metric == "correlation" else np.ones(len(values), bool)
    first, last = np.flatnonzero(able), np.flatnonzero(~able)
    if len(first) < 3:
        return np.concatenate([first, last])
    return np.concatenate([first[leaves_list(linkage(values[first], "average", metric))], last])
