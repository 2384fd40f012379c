"""Gene sets at the ends of decoded signatures: preranked enrichment (Subramanian et al. 2005)."""

from collections.abc import Mapping, Sequence

import gseapy
import pandas as pd

from deepdep.tumors.enrichment import usable_sets

COLUMNS = ["node", "gene_set", "genes", "es", "nes", "p", "fdr", "leading_genes"]


def enriched(
    signatures: pd.DataFrame, sets: Mapping[str, Sequence[str]], permutations: int, smallest: int, seed: int
) -> pd.DataFrame:
    """Test all gene sets along every signature.

    Parameters
    ----------
    signatures
        Features (gene symbols) x nodes.
    sets
        Gene sets; those with fewer than ``smallest`` genes among the features, or all, are not tested.
    permutations
        Of the gene labels; a p is no smaller than one of them.

    Returns
    -------
    DataFrame
        node, gene_set, genes (number tested), es, nes (enrichment score, and normalised), p (of
        permutations), fdr (of the sets of one signature, by gseapy), leading_genes; the strongest first.
        Empty if no set is large enough.
    """
    usable = usable_sets(sets, list(signatures.index), (smallest, len(signatures) - 1))
    if not usable:
        return pd.DataFrame(columns=COLUMNS)
    parts = [
        one_signature(signatures[node], usable, permutations, seed).assign(node=node)
        for node in signatures.columns
        if signatures[node].std() > 0
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def one_signature(
    signature: pd.Series, sets: Mapping[str, list[str]], permutations: int, seed: int
) -> pd.DataFrame:
    """Test all sets along one signature."""
    # a name breaks ties, so that the order of equal values does not depend on the sort
    ranked = signature.rename("value").rename_axis("gene").reset_index()
    ranked = ranked.sort_values(["value", "gene"], ascending=[False, True], kind="stable")
    found = gseapy.prerank(
        rnk=ranked.set_index("gene")["value"],
        gene_sets=dict(sets),
        permutation_num=permutations,
        min_size=1,
        max_size=len(ranked),
        outdir=None,
        no_plot=True,
        seed=seed,
        threads=1,
        verbose=False,
    ).res2d
    table = pd.DataFrame(
        {
            "gene_set": found["Term"],
            "es": found["ES"].astype(float),
            "nes": found["NES"].astype(float),
            "p": found["NOM p-val"].astype(float).clip(lower=1 / permutations),
            "fdr": found["FDR q-val"].astype(float),
            "leading_genes": found["Lead_genes"],
        }
    )
    table["genes"] = [len(sets[name]) for name in table["gene_set"]]
    return table.sort_values("nes", key=abs, ascending=False, kind="stable")
