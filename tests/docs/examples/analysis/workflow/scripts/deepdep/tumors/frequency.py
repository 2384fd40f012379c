"""How many tumours of each cancer type are predicted to depend on a gene."""

import pandas as pd


def dependent_share(scores: pd.DataFrame, groups: pd.Series, below: float) -> pd.DataFrame:
    """Return the share of tumours whose predicted score is below a limit, by cancer type and gene.

    Parameters
    ----------
    scores
        Tumours x genes, predicted gene effect.
    groups
        Cancer type of each tumour (index: tumour).
    below
        The limit, in units of the scores.

    Returns
    -------
    pd.DataFrame
        Columns cancer_type, n (tumours), gene, share; the largest shares of a type first, no zeros.
    """
    types = groups.reindex(scores.index).rename("cancer_type")
    share = (scores < below).groupby(types).mean()
    table = share.melt(ignore_index=False, var_name="gene", value_name="share").reset_index()
    table.insert(1, "n", table["cancer_type"].map(types.value_counts()))
    order = ["cancer_type", "share", "gene"]
    return table[table["share"] > 0].sort_values(order, ascending=[True, False, True], ignore_index=True)
