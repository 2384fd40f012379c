"""How alike the predicted profiles of cell lines and tumours are: Pearson r over genes, pair by pair.

Raw profiles share the means of the genes, so that any two of them are alike; only after subtracting
these (per domain, so that a shift between lines and tumours goes too) does r speak of the samples.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from deepdep.tumors.association import one_hot
from deepdep.tumors.profiles import Profiles, known_group

EDGES = np.linspace(-1, 1, 1001)
ROWS = 500  # tumours at a time, so that samples x lines is never whole in memory
KINDS = {"raw": False, "centred": True}


def unit_profiles(scores: pd.DataFrame, centre: bool) -> np.ndarray:
    """Return profiles (samples x genes, float32) of mean 0 and length 1, so that r is an inner product.

    With ``centre``, the mean of each gene over these samples is subtracted first. A profile that does not
    vary has no r: it becomes NaN.
    """
    values = scores.to_numpy(np.float64)
    if centre:
        values = values - values.mean(axis=0)
    values = values - values.mean(axis=1, keepdims=True)
    length = np.sqrt(np.square(values).sum(axis=1, keepdims=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(length > 1e-9, values / length, np.nan).astype(np.float32)


def pair_blocks(left: np.ndarray, right: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the first row and r (rows of ``left`` x rows of ``right``) of some rows at a time."""
    for first in range(0, len(left), ROWS):
        yield first, left[first : first + ROWS] @ right.T


def count_pairs(left: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    """Count pairs by r in ``EDGES``; without ``right``, pairs of different rows of ``left``, once each."""
    counts = np.zeros(len(EDGES) - 1, np.int64)
    for first, block in pair_blocks(left, left if right is None else right):
        if right is None:
            rows = first + np.arange(len(block))[:, None]
            block = block[np.arange(len(left)) > rows]
        counts += np.histogram(np.clip(block[np.isfinite(block)], -1, 1), EDGES)[0]
    return counts


def pair_histograms(profiles: Profiles) -> pd.DataFrame:
    """Count the pairs of lines, and of lines and tumours, by their r, raw and centred.

    Returns
    -------
    DataFrame
        ``kind`` (raw, centred), ``pairs`` (line-line, line-tumour), ``low`` and ``high`` edge, ``count``.
    """
    lines, tumors = profiles.lines().scores, profiles.tumors().scores
    parts = []
    for kind, centre in KINDS.items():
        own, other = unit_profiles(lines, centre), unit_profiles(tumors, centre)
        for pairs, counts in (("line-line", count_pairs(own)), ("line-tumour", count_pairs(other, own))):
            frame = pd.DataFrame({"low": EDGES[:-1], "high": EDGES[1:], "count": counts})
            parts.append(frame.assign(kind=kind, pairs=pairs))
    return pd.concat(parts, ignore_index=True)[["kind", "pairs", "low", "high", "count"]]


def alike_lineages(profiles: Profiles) -> pd.DataFrame:
    """Summarise r of each cancer type's tumours with each lineage's cell lines.

    The lineages are those of the sample sheet. Mean and SD are over pairs of tumour and line.

    Returns
    -------
    DataFrame
        Long: group (cancer type), lineage, ``n`` tumours, ``n_lines``, ``raw_mean``, ``raw_sd``,
        ``centred_mean``, ``centred_sd``, ``rank`` (1: of largest centred mean within the type).
    """
    lines, tumors = profiles.lines(), profiles.tumors()
    lineage, group = known_group(lines.samples), known_group(tumors.samples)
    names, types = sorted(lineage.unique()), sorted(group.unique())
    table = pd.DataFrame(
        {"group": np.repeat(types, len(names)), "lineage": np.tile(np.array(names, object), len(types))}
    )
    table["n"] = table["group"].map(group.value_counts())
    table["n_lines"] = table["lineage"].map(lineage.value_counts())
    of_line = one_hot(lineage.to_numpy(str), names)
    of_tumor = one_hot(group.to_numpy(str), types)
    for kind, centre in KINDS.items():
        own, other = unit_profiles(lines.scores, centre), unit_profiles(tumors.scores, centre)
        mean, sd = pair_moments(other, own, of_tumor, of_line)
        table[f"{kind}_mean"], table[f"{kind}_sd"] = mean.ravel(), sd.ravel()
    table["rank"] = (
        table.groupby("group")["centred_mean"].rank(ascending=False, method="first").astype("Int64")
    )
    return table.sort_values(["group", "rank"], kind="stable", ignore_index=True)


def pair_moments(
    left: np.ndarray, right: np.ndarray, of_left: np.ndarray, of_right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and SD of r over the pairs of each group of ``left`` with each group of ``right``."""
    sums = np.zeros((3, of_left.shape[1], of_right.shape[1]))
    for first, block in pair_blocks(left, right):
        known, owner = np.isfinite(block), of_left[first : first + len(block)].T
        r = np.where(known, block, 0).astype(np.float64)
        for place, part in enumerate((known.astype(np.float64), r, np.square(r))):
            sums[place] += owner @ (part @ of_right)
    count, total, squares = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        variance = (squares - count * mean**2) / (count - 1)
    return mean, np.sqrt(np.maximum(variance, 0))
