"""How much of the planted truth every model recovers: per class of gene and per planted pair."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.evaluate.compare import GENE_MEAN
from deepdep.evaluate.truth import EVERY, class_recovery, pair_recovery, pair_scores, roc_points

logger = logging.getLogger("deepdep")

GRID = np.linspace(0, 1, 201)  # false positive rates at which ROC curves are averaged


@dataclass(frozen=True)
class Recovery:
    """Tables over models.

    ``classes``: model, class, n, mean_r (out-of-fold, within folds), low, high (95 % interval
    over genes), mean_r_pooled. ``pairs``: model, omic, class, pairs, auroc,
    median_rank, others (pairs of all omics that are not planted).
    ``roc``: model, fpr, tpr.
    """

    classes: pd.DataFrame
    pairs: pd.DataFrame
    roc: pd.DataFrame


def recovery(
    omics: dict[str, pd.DataFrame],
    predictions: Mapping[str, pd.DataFrame],
    per_gene: pd.DataFrame,
    pairs: pd.DataFrame,
    genes: pd.DataFrame,
    seed: int,
) -> Recovery:
    """Compare out-of-fold predictions with the planted truth.

    Pairs are ranked by what a model predicts beside the training mean of the gene: that mean differs from
    fold to fold, low where the labels held out are high, and so tells of labels, not of features.

    Parameters
    ----------
    omics
        Omic to samples x features.
    predictions
        Model to lines x genes, out-of-fold; ``gene_mean`` is one of them.
    per_gene
        model, gene, r, r_fold.
    pairs, genes
        Planted truth: omic, feature, gene, class; and gene, class.
    """
    by_model = per_gene.groupby("model", sort=False)
    classes = [classes_of(rows, genes, seed).assign(model=model) for model, rows in by_model]
    found, curves = [], []
    for model, frame in predictions.items():
        if per_gene.loc[per_gene["model"] == model, "r"].isna().all():
            logger.info("%s ranks no pair: its predictions are constant within a fold", model)
            continue
        scores = pair_scores(omics, frame - predictions[GENE_MEAN])
        table = pair_recovery(scores, pairs)
        others = sum(part.size for part in scores.values()) - int(table["pairs"].iloc[0])
        found.append(table.assign(model=model, others=others))
        curves.append(mean_roc(roc_points(scores, pairs), table).assign(model=model))
    tables = (pd.concat(parts, ignore_index=True) for parts in (classes, found, curves))
    return Recovery(*tables)


def classes_of(per_gene: pd.DataFrame, genes: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Average r of the genes of each planted class, within folds first.

    The pooled r of a gene that nothing predicts is below 0: its predictions are close to the
    mean of the other folds, which is low where the test fold is high.
    """
    folds = per_gene[["gene", "r_fold"]].rename(columns={"r_fold": "r"})
    within = class_recovery(folds, genes, np.random.default_rng(seed))
    pooled = class_recovery(per_gene[["gene", "r"]], genes, np.random.default_rng(seed))
    table = within.rename(columns={"r": "mean_r", "genes": "n"}).drop(columns=["absent", "undefined"])
    return table.assign(mean_r_pooled=pooled["r"].to_numpy())


def mean_roc(points: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Average the omics' ROC curves, weighted by their planted pairs as the AUROC is."""
    whole = table[(table["class"] == EVERY) & (table["omic"] != EVERY)].set_index("omic")["pairs"]
    curves = {omic: np.interp(GRID, part["fpr"], part["tpr"]) for omic, part in points.groupby("omic")}
    weights = [whole[omic] for omic in curves]
    return pd.DataFrame({"fpr": GRID, "tpr": np.average(list(curves.values()), axis=0, weights=weights)})
