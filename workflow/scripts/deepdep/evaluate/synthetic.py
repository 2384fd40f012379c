"""Synthetic essentiality against what was measured: mutated lines against others, and planted pairs."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from deepdep.errors import InputError

LEAST_GENES = 3


def measured_difference(
    mutations: pd.DataFrame, dependency: pd.DataFrame, least: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how measured gene effects of mutated lines differ from those of others.

    Parameters
    ----------
    mutations
        Lines x mutations, 0 or 1; NaN = not measured.
    dependency
        Lines x genes; NaN = not measured.
    least
        Fewest mutated lines, and fewest others, of a mutation.

    Returns
    -------
    difference, counts
        Mutations x genes: mean of mutated minus mean of other lines, NaN with fewer than ``least`` labels
        on a side; and mutated, wild_type: labelled lines of each mutation.
    """
    lines = mutations.index.intersection(dependency.index)
    status, scores = mutations.loc[lines], dependency.loc[lines].to_numpy(float)
    known = np.isfinite(scores).astype(float)
    filled = np.where(known > 0, scores, 0)
    groups = {"mutated": status == 1, "wild_type": status == 0}
    counts = pd.DataFrame({name: group.sum() for name, group in groups.items()})
    names = counts.index[(counts >= least).all(axis=1)]
    means = []
    for group in groups.values():
        rows = group[names].to_numpy(float).T
        labels = rows @ known
        means.append(np.where(labels >= least, rows @ filled / np.maximum(labels, 1), np.nan))
    return pd.DataFrame(means[0] - means[1], names, dependency.columns), counts.loc[names]


def agreement(mean: pd.DataFrame, difference: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Correlate mean synthetic essentiality with the measured difference, over genes.

    What every mutation has in common with every other (genes that differ more anyway, lines with many
    mutations) is seen in ``r_others``.

    Returns
    -------
    DataFrame
        mutation, mutated, wild_type (labelled lines), genes, r (Pearson, its own difference), r_others (mean
        r with the differences of the other mutations, NaN for a single one); by falling ``mutated``.
    """
    columns = ["mutation", "mutated", "wild_type", "genes", "r", "r_others"]
    names = difference.index.intersection(mean.index)
    genes = difference.columns.intersection(mean.columns)
    change, measured = mean.loc[names, genes].to_numpy(float), difference.loc[names, genes].to_numpy(float)
    r = row_correlations(change, measured)
    own, count = np.diag(r), len(names)
    with np.errstate(invalid="ignore"):
        others = (np.nansum(r, axis=1) - np.nan_to_num(own)) / np.maximum(
            np.isfinite(r).sum(axis=1) - np.isfinite(own), 1
        )
    others = np.where(np.isfinite(r).sum(axis=1) - np.isfinite(own) > 0, others, np.nan)
    table = pd.DataFrame(
        {"mutation": names, "genes": np.isfinite(measured).sum(1), "r": own, "r_others": others}
    )
    if not count:
        return pd.DataFrame(columns=columns)
    table = table.join(counts, on="mutation")[columns]
    return table.sort_values(["mutated", "mutation"], ascending=[False, True], ignore_index=True)


def row_correlations(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return Pearson r of every row of ``one`` (whole) with each of ``other``, over its finite columns."""
    known = np.isfinite(other).astype(float)
    filled = np.where(known > 0, other, 0)
    count = known.sum(axis=1)
    sums, squares = one @ known.T, one**2 @ known.T
    product = one @ filled.T - sums * filled.sum(1) / np.maximum(count, 1)
    spread = (squares - sums**2 / np.maximum(count, 1)) * (
        (filled**2).sum(1) - filled.sum(1) ** 2 / np.maximum(count, 1)
    )
    usable = (spread > 1e-20) & (count >= LEAST_GENES)
    return np.where(usable, product / np.sqrt(np.where(usable, spread, 1)), np.nan)


def planted_auroc(scores: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> pd.DataFrame:
    """Rank planted pairs of mutation and gene by the size of several scores.

    Parameters
    ----------
    scores
        Name to mutations x genes; NaN is left out.
    pairs
        Planted truth: omic, feature, gene, effect.

    Returns
    -------
    DataFrame
        score, pairs (planted, in the table), others, auroc, same_sign (share of planted pairs whose score
        has the sign of the planted effect).
    """
    planted = pairs[pairs["omic"] == "mutation"]
    rows = []
    for name, table in scores.items():
        effects = np.zeros(table.shape)
        at = [
            axis.get_indexer(pd.Index(planted[key]))
            for axis, key in zip(table.axes, ("feature", "gene"), strict=True)
        ]
        there = (at[0] >= 0) & (at[1] >= 0)
        effects[at[0][there], at[1][there]] = planted["effect"].to_numpy()[there]
        values, truth = table.to_numpy().ravel(), effects.ravel()
        values, truth = values[np.isfinite(values)], truth[np.isfinite(values)]
        hits = truth != 0
        both = 0 < hits.sum() < hits.size
        auroc = roc_auc_score(hits, np.abs(values)) if both else np.nan
        sign = np.mean(np.sign(values[hits]) == np.sign(truth[hits])) if hits.any() else np.nan
        rows.append((name, int(hits.sum()), int((~hits).sum()), auroc, sign))
    return pd.DataFrame(rows, columns=["score", "pairs", "others", "auroc", "same_sign"])


def mean_r(per_gene: pd.DataFrame, model: str) -> tuple[float, int]:
    """Return the mean out-of-fold r per gene of a model, and of how many genes.

    Raises
    ------
    InputError
        If the table has no row of the model.
    """
    r = per_gene.loc[per_gene["model"] == model, "r"].dropna()
    if r.empty:
        raise InputError(f"No per-gene r of model '{model}'.", "name a model of compare in synthetic.model.")
    return float(r.mean()), len(r)
