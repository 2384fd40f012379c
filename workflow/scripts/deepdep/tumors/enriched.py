"""Over-representation of gene sets among genes that a grouping tells apart."""

from collections.abc import Mapping, Sequence

import gseapy
import numpy as np
import pandas as pd

COLUMNS = ["direction", "gene_set", "overlap", "odds_ratio", "log10_p", "fdr", "genes"]
LEAST_SET, MOST_SET = 5, 2000  # genes of a set among those tested
LEAST_GENES = 5  # genes of a list


def enriched_sets(
    lists: Mapping[str, Sequence[str]], sets: Mapping[str, Sequence[str]], tested: Sequence[str]
) -> pd.DataFrame:
    """Test each list of genes for each gene set, by the hypergeometric test of gseapy, offline.

    Parameters
    ----------
    lists
        Direction to genes.
    sets
        Gene set to genes; only genes that were tested count.
    tested
        The background: all genes that could have been in a list.

    Returns
    -------
    pd.DataFrame
        One row per list and overlapping set: ``direction``, ``gene_set``, ``overlap`` (hits/size),
        ``odds_ratio``, ``log10_p``, ``fdr`` (BH within a list), ``genes``; empty if no list has five genes.
    """
    background = set(tested)
    inside = {name: sorted(background & set(genes)) for name, genes in sets.items()}
    inside = {name: genes for name, genes in inside.items() if LEAST_SET <= len(genes) <= MOST_SET}
    parts = []
    for direction, genes in lists.items():
        if len(genes) < LEAST_GENES or not set(genes) & {g for own in inside.values() for g in own}:
            continue
        found = gseapy.enrich(
            gene_list=list(genes), gene_sets=inside, background=sorted(background), outdir=None, no_plot=True
        ).results
        parts.append(renamed(found, direction))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def renamed(found: pd.DataFrame, direction: str) -> pd.DataFrame:
    """Bring gseapy's table into the house's columns."""
    table = pd.DataFrame(
        {
            "direction": direction,
            "gene_set": found["Term"],
            "overlap": found["Overlap"],
            "odds_ratio": found["Odds Ratio"],
            "log10_p": np.log10(found["P-value"].clip(lower=1e-300)),
            "fdr": found["Adjusted P-value"],
            "genes": found["Genes"],
        }
    )
    return table.sort_values("log10_p", kind="stable", ignore_index=True)
