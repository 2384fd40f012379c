"""Clusters of tumours by predicted dependency: what types are in them, which genes set them apart."""

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from deepdep.tumors.embedding import prepared, principal_components
from deepdep.tumors.profiles import KEY, Profiles, known_group
from deepdep.tumors.welch import welch

STARTS = 20  # of k-means, the best of which is taken
GENE_COLUMNS = ["cluster", "gene", "n", "n_rest", "mean", "difference", "d"]


def cluster_tumors(tumors: Profiles, clusters: int, components: int, seed: int) -> np.ndarray:
    """Return the cluster of each tumour, C1 (the largest) onwards, by k-means on principal components.

    Fewer clusters are made where there are fewer than twice as many tumours.
    """
    features, _ = prepared(tumors.scores, scale=False)
    count = max(1, min(clusters, len(features) // 2))
    if not features.size or count == 1:
        return np.full(len(tumors.samples), "C1", object)
    points = principal_components(features, components, seed)
    labels = KMeans(count, n_init=STARTS, random_state=seed).fit_predict(points)
    order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    names = np.empty(count, object)
    names[order] = [f"C{place}" for place in range(1, count + 1)]
    return names[labels]


def cluster_order(names: pd.Series | np.ndarray) -> list[str]:
    """Return the clusters in the order of their numbers."""
    return sorted(set(names), key=lambda name: int(str(name)[1:]))


def members(tumors: Profiles, clusters: np.ndarray) -> pd.DataFrame:
    """Return cohort, sample, group and cluster of each tumour."""
    return tumors.samples[KEY].assign(group=known_group(tumors.samples), cluster=clusters)


def composition(table: pd.DataFrame) -> pd.DataFrame:
    """Count the cancer types of each cluster.

    Parameters
    ----------
    table
        group and cluster of each tumour.

    Returns
    -------
    DataFrame
        cluster, group, ``n``, ``n_cluster``, ``n_type``, ``share_of_cluster``, ``share_of_type``; types
        that are in the cluster, the largest share first.
    """
    counts = table.groupby(["cluster", "group"], sort=True).size().rename("n").reset_index()
    counts["n_cluster"] = counts["cluster"].map(table["cluster"].value_counts())
    counts["n_type"] = counts["group"].map(table["group"].value_counts())
    counts["share_of_cluster"] = counts["n"] / counts["n_cluster"]
    counts["share_of_type"] = counts["n"] / counts["n_type"]
    place = counts["cluster"].map({name: i for i, name in enumerate(cluster_order(counts["cluster"]))})
    order = counts.assign(place=place).sort_values(["place", "n"], ascending=[True, False], kind="stable")
    return order.drop(columns="place").reset_index(drop=True)


def cluster_genes(tumors: Profiles, clusters: np.ndarray) -> pd.DataFrame:
    """Compare each cluster with the other tumours, gene by gene, most negative d first.

    There is no p value: the clusters were made from the same predictions, so that differences between
    them are certain beforehand (double dipping). With a single cluster the table is empty.
    """
    names = cluster_order(clusters)
    if len(names) < 2:
        return pd.DataFrame(columns=GENE_COLUMNS)
    table = welch(tumors.scores, clusters, names).rename(columns={"group": "cluster"})[GENE_COLUMNS]
    place = table["cluster"].map({name: i for i, name in enumerate(names)})
    order = table.assign(place=place).sort_values(["place", "d"], kind="stable", ignore_index=True)
    return order.drop(columns="place")


def gene_lists(table: pd.DataFrame, count: int) -> dict[str, list[str]]:
    """Return the genes that a cluster depends on more than the others: the ``count`` of most negative d."""
    chosen = table[table["d"] < 0].groupby("cluster", sort=False).head(count)
    return {str(name): list(genes) for name, genes in chosen.groupby("cluster", sort=False)["gene"]}
