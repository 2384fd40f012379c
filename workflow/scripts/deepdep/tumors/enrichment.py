"""Over-represented gene sets among lists of genes, against a background: gseapy, without network."""

from collections.abc import Mapping, Sequence

import gseapy
import numpy as np
import pandas as pd
from scipy import stats

from deepdep.tumors.pvalues import fdr

COLUMNS = ["list", "set", "n", "n_list", "n_set", "n_background", "odds_ratio", "log10_p", "fdr", "genes"]
DIRECTIONS = ["direction", "gene_set", "overlap", "odds_ratio", "log10_p", "fdr", "genes"]
SET_SIZES = (5, 2000)  # genes of a set among those tested
LEAST_GENES = 5  # genes of a list


def usable_sets(
    sets: Mapping[str, Sequence[str]], background: Sequence[str], sizes: tuple[int, int]
) -> dict[str, list[str]]:
    """Return the genes of each set that are in the background, of sets with a number of them in ``sizes``."""
    known = set(background)
    cut = {name: [gene for gene in genes if gene in known] for name, genes in sets.items()}
    return {name: genes for name, genes in cut.items() if sizes[0] <= len(genes) <= sizes[1]}


def over_representation(
    lists: Mapping[str, Sequence[str]],
    sets: Mapping[str, Sequence[str]],
    background: Sequence[str],
    sizes: tuple[int, int],
) -> pd.DataFrame:
    """Test which gene sets hold more genes of each list than drawing from the background would give.

    Parameters
    ----------
    lists
        Name to genes, all of the background.
    sets
        Gene sets; only genes in the background count, only sets with a number of these in ``sizes``.
    background
        Genes that could have been in a list: those that are modelled.
    sizes
        Fewest and most genes of a set.

    Returns
    -------
    DataFrame
        Sets that share a gene with a list: list, set, ``n`` shared genes, ``n_list``, ``n_set``,
        ``n_background``, ``odds_ratio`` (gseapy's), ``log10_p`` (hypergeometric, one-sided), ``fdr``
        (Benjamini and Hochberg over all lists and sets tested, those that share no gene with p = 1
        among them), ``genes`` (by semicolons). Sorted by list and p.
    """
    usable = usable_sets(sets, background, sizes)
    parts = [
        one_list(name, list(genes), usable, list(background)) for name, genes in lists.items() if len(genes)
    ]
    parts = [part for part in parts if len(part)]
    if not usable or not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True)
    tests = len(usable) * sum(len(genes) > 0 for genes in lists.values())
    unshared = np.zeros(tests - len(table))  # log10 of p = 1
    table["fdr"] = fdr(np.concatenate([table["log10_p"].to_numpy(), unshared]))[: len(table)]
    order = table.sort_values(["list", "log10_p"], kind="stable", ignore_index=True)
    return order[COLUMNS]


def by_direction(
    lists: Mapping[str, Sequence[str]], sets: Mapping[str, Sequence[str]], tested: Sequence[str]
) -> pd.DataFrame:
    """Test the genes that a grouping tells apart, direction by direction, among all that were tested.

    Returns
    -------
    DataFrame
        As of ``over_representation``: ``direction``, ``gene_set``, ``overlap`` (hits/size), ``odds_ratio``,
        ``log10_p``, ``fdr``, ``genes``; empty if no list has five genes.
    """
    long = {name: genes for name, genes in lists.items() if len(genes) >= LEAST_GENES}
    table = over_representation(long, sets, sorted(set(tested)), SET_SIZES)
    overlap = table["n"].astype(str) + "/" + table["n_set"].astype(str)
    return table.assign(overlap=overlap).rename(columns={"list": "direction", "set": "gene_set"})[DIRECTIONS]


def one_list(name: str, genes: list[str], sets: dict[str, list[str]], background: list[str]) -> pd.DataFrame:
    """Return the sets that share a gene with one list."""
    shared = {key: [gene for gene in genes if gene in members] for key, members in sets.items()}
    if not any(shared.values()):
        return pd.DataFrame()
    result = gseapy.enrich(genes, sets, background=background, outdir=None, no_plot=True).results
    found = result["Term"].to_numpy(object)
    n = np.array([len(shared[term]) for term in found])
    n_set = np.array([len(sets[term]) for term in found])
    log_p = stats.hypergeom.logsf(n - 1, len(background), n_set, len(genes)) / np.log(10)
    return pd.DataFrame(
        {
            "list": name,
            "set": found,
            "n": n,
            "n_list": len(genes),
            "n_set": n_set,
            "n_background": len(background),
            "odds_ratio": result["Odds Ratio"].to_numpy(np.float64),
            "log10_p": log_p,
            "genes": [";".join(sorted(shared[term])) for term in found],
        }
    )
