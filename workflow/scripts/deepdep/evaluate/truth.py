"""How much of a planted truth a model's predictions recover: pairs of feature and gene, classes of genes.

Recovery says whether a prediction moves with the planted feature, not that the model uses this
feature: neighbours on the chromosome arm or in the same programme move with it too.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score, roc_curve

from deepdep.errors import InputError
from deepdep.log import logger

LEAST_SAMPLES = 3
POINTS = 200
DRAWS = 1000
EVERY = "all"


def standardise(values: np.ndarray) -> np.ndarray:
    """Centre columns and scale them to unit length; a constant column becomes zero.

    A missing value counts as its column's mean, so it adds nothing to a correlation.
    """
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    centred = np.where(known, values - total / np.maximum(known.sum(axis=0), 1), 0.0)
    length = np.sqrt((centred**2).sum(axis=0))
    largest = np.abs(np.where(known, values, 0.0)).max(axis=0, initial=0.0)
    constant = length <= 1e-12 * np.maximum(largest, 1.0) * np.sqrt(len(values))
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, length))


def pair_scores(omics: dict[str, pd.DataFrame], predictions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Score every feature of every omic against every gene's prediction.

    The score is the absolute Pearson correlation over the samples that have both the omic and a
    prediction. Missing values of a feature are filled with its mean over these samples; a
    constant feature or prediction, whose correlation is undefined, scores 0.

    Parameters
    ----------
    omics
        Per omic: samples x features, NaN = not measured.
    predictions
        Samples x genes, out-of-fold; no NaN.

    Returns
    -------
    dict
        Per omic: features x genes, values from 0 to 1.

    Raises
    ------
    InputError
        If predictions hold missing values, or fewer than three samples have omic and prediction.
    """
    if not np.isfinite(predictions.to_numpy(dtype=float)).all():
        gene = predictions.columns[~np.isfinite(predictions.to_numpy(dtype=float)).all(axis=0)][0]
        raise InputError(
            f"Predictions hold missing or infinite values, first in gene {gene}.",
            "Give predictions of the samples that have one.",
        )
    return {omic: score_omic(omic, values, predictions) for omic, values in omics.items()}


def score_omic(omic: str, values: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Return |Pearson r| of one omic's features (rows) and the genes' predictions (columns)."""
    samples = predictions.index.intersection(values.index)
    if len(samples) < LEAST_SAMPLES:
        raise InputError(
            f"Only {len(samples)} samples have both {omic} and a prediction.",
            f"Give tables that share at least {LEAST_SAMPLES} sample ids.",
        )
    features = standardise(values.loc[samples].to_numpy(dtype=float))
    genes = standardise(predictions.loc[samples].to_numpy(dtype=float))
    flat = int((~features.any(axis=0)).sum())
    if flat:
        logger.warning("%s: %d features are constant or missing everywhere and score 0", omic, flat)
    scores = np.minimum(np.abs(features.T @ genes), 1.0)
    return pd.DataFrame(scores, index=values.columns, columns=predictions.columns)


@dataclass(frozen=True)
class Placed:
    """One omic's planted pairs among its scores."""

    asked: pd.DataFrame  # every planted pair once
    present: pd.DataFrame  # those scored, with `score` and `rank` (1 = highest of the gene's features)
    others: np.ndarray  # scores of all pairs that are not planted
    features: int


def place(scores: pd.DataFrame, pairs: pd.DataFrame) -> Placed:
    """Find one omic's planted pairs in its scores; pairs that are not there are logged."""
    asked = pairs.drop_duplicates(["feature", "gene"])
    row = scores.index.get_indexer(pd.Index(asked["feature"]))
    column = scores.columns.get_indexer(pd.Index(asked["gene"]))
    there = (row >= 0) & (column >= 0)
    if not there.all():
        first = ", ".join(asked["feature"][~there].head(3) + "-" + asked["gene"][~there].head(3))
        logger.warning("%d planted pairs are not among the scores, first %s", int((~there).sum()), first)
    row, column, values = row[there], column[there], scores.to_numpy()
    planted = np.zeros(values.shape, dtype=bool)
    planted[row, column] = True
    rank = (values[:, column] > values[row, column]).sum(axis=0) + 1
    present = asked[there].assign(score=values[row, column], rank=rank)
    return Placed(asked, present, values[~planted], len(scores))


def place_all(scores: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> dict[str, Placed]:
    """Find the planted pairs of every scored omic that has some."""
    require(pairs, ("omic", "feature", "gene", "class"), "planted pairs")
    unscored = int((~pairs["omic"].isin(list(scores))).sum())
    if unscored:
        logger.warning("%d planted pairs belong to omics without scores", unscored)
    parts = {omic: pairs[pairs["omic"] == omic] for omic in scores}
    return {omic: place(scores[omic], part) for omic, part in parts.items() if len(part)}


def area(planted: np.ndarray, others: np.ndarray) -> float:
    """Return the area under the ROC curve of planted pairs against others, NaN if either is empty."""
    if not len(planted) or not len(others):
        return float("nan")
    truth = np.repeat([1, 0], [len(planted), len(others)])
    return float(roc_auc_score(truth, np.concatenate([planted, others])))


def omic_recovery(omic: str, placed: Placed) -> pd.DataFrame:
    """Return recovery in one omic: a row of all planted pairs, then one per class."""
    rows = []
    for kind in [EVERY, *sorted(placed.asked["class"].unique())]:
        asked, there = (
            part if kind == EVERY else part[part["class"] == kind] for part in (placed.asked, placed.present)
        )
        rows.append(
            {
                "omic": omic,
                "class": kind,
                "pairs": len(there),
                "absent": len(asked) - len(there),
                "auroc": area(there["score"].to_numpy(), placed.others),
                "median_rank": there["rank"].median(),
                "features": placed.features,
            }
        )
    return pd.DataFrame(rows)


def pair_recovery(scores: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> pd.DataFrame:
    """Measure how far planted pairs stand above all other pairs of their omic.

    Parameters
    ----------
    scores
        What ``pair_scores`` returns.
    pairs
        Planted truth: columns omic, feature, gene, class.

    Returns
    -------
    DataFrame
        Columns omic, class, pairs (scored), absent (planted but not among features or genes),
        auroc (planted pairs of the row against all pairs of the omic that are not planted),
        median_rank of the planted feature within its gene, features (the largest rank).
        Rows per omic and class; ``all`` stands for all classes, and in the first row for all
        omics: there auroc is the mean over omics weighted by their pairs, since pairs are
        compared within an omic only, and median_rank is over all pairs.

    Raises
    ------
    InputError
        If a column of ``pairs`` is missing or no planted pair is among the scores.
    """
    placed = place_all(scores, pairs)
    present = [found.present for found in placed.values()]
    if not sum(map(len, present)):
        raise InputError(
            "No planted pair is among the scored features and genes.",
            "Give scores and truth of the same study.",
        )
    table = pd.concat([omic_recovery(omic, found) for omic, found in placed.items()], ignore_index=True)
    whole = table[table["class"] == EVERY]
    ranked = whole[whole["auroc"].notna()]
    first = {
        "omic": EVERY,
        "class": EVERY,
        "pairs": whole["pairs"].sum(),
        "absent": len(pairs.drop_duplicates(["omic", "feature", "gene"])) - whole["pairs"].sum(),
        "auroc": np.average(ranked["auroc"], weights=ranked["pairs"]) if len(ranked) else np.nan,
        "median_rank": pd.concat(present)["rank"].median(),
        "features": whole["features"].max(),
    }
    return pd.concat([pd.DataFrame([first]), table], ignore_index=True)


def roc_points(scores: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> pd.DataFrame:
    """Return ROC curves of planted pairs, one per omic, thinned to at most 200 points each.

    Columns omic, fpr, tpr; arguments as in ``pair_recovery``. Thinning keeps both ends.
    """
    curves = []
    for omic, found in place_all(scores, pairs).items():
        planted, others = found.present["score"], found.others
        if not len(planted) or not len(others):
            continue
        truth = np.repeat([1, 0], [len(planted), len(others)])
        fpr, tpr, _ = roc_curve(truth, np.concatenate([planted, others]))
        kept = np.unique(np.linspace(0, len(fpr) - 1, min(POINTS, len(fpr))).round().astype(int))
        curves.append(pd.DataFrame({"omic": omic, "fpr": fpr[kept], "tpr": tpr[kept]}))
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=["omic", "fpr", "tpr"])


def class_recovery(
    per_gene: pd.Series | pd.DataFrame, truth_genes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Average per-gene correlations within each planted class.

    Parameters
    ----------
    per_gene
        Correlation of prediction and observation per gene: a series with the gene as index, or
        a frame with columns gene and r.
    truth_genes
        Planted truth: columns gene, class.
    rng
        Draws the bootstrap samples of genes.

    Returns
    -------
    DataFrame
        Columns class, genes (averaged), absent (in the truth, without prediction), undefined
        (predicted, r is NaN), r (mean), low, high (95 % percentile bootstrap over genes).
        First row: ``all`` genes of the truth.

    Raises
    ------
    InputError
        If a column is missing, a class is empty or a gene comes twice.
    """
    require(truth_genes, ("gene", "class"), "planted genes")
    if truth_genes["class"].isna().any() or truth_genes["gene"].duplicated().any():
        raise InputError(
            "Planted genes: a class is missing or a gene comes twice.", "Give each gene once, with its class."
        )
    if isinstance(per_gene, pd.DataFrame):
        require(per_gene, ("gene", "r"), "per-gene correlations")
        per_gene = per_gene.set_index("gene")["r"]
    table = truth_genes.assign(
        there=truth_genes["gene"].isin(per_gene.index), r=truth_genes["gene"].map(per_gene)
    )
    if not table["there"].all():
        logger.warning("%d genes of the truth have no prediction", int((~table["there"]).sum()))
    groups = [(EVERY, table), *table.groupby("class")]
    return pd.DataFrame([class_row(str(kind), part, rng) for kind, part in groups])


def class_row(kind: str, part: pd.DataFrame, rng: np.random.Generator) -> dict[str, object]:
    """Return one class's mean correlation with its interval."""
    r = part["r"].dropna().to_numpy(dtype=float)
    means = r[rng.integers(len(r), size=(DRAWS, len(r)))].mean(axis=1) if len(r) else np.array([np.nan])
    low, high = np.quantile(means, [0.025, 0.975])
    return {
        "class": kind,
        "genes": len(r),
        "absent": int((~part["there"]).sum()),
        "undefined": int((part["there"] & part["r"].isna()).sum()),
        "r": r.mean() if len(r) else np.nan,
        "low": low,
        "high": high,
    }


def require(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Refuse a table that lacks a column."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            f"Table of {what}: no column {missing[0]}.", f"Give the columns {', '.join(columns)}."
        )
