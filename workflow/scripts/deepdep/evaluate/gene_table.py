"""The table of metrics by gene, and the means over genes that the summary has of it."""

import numpy as np
import pandas as pd

from deepdep.evaluate.bootstrap import fold_r_weighted
from deepdep.evaluate.metrics import Predictions, mean_of_finite, per_gene
from deepdep.evaluate.permutation import false_discovery, first_p
from deepdep.evaluate.ranks import auprc, fold_spearman, pooled_spearman
from deepdep.evaluate.within import gene_slopes, lineage_r

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.7)  # of r; from 0.4 on a gene counts as predictable (DepMap portal)
FALSE_DISCOVERIES = 0.05
FEWEST_CEILING = 0.2  # r between two screens of a gene; below, there is nothing that could be predicted


def gene_table(
    repeats: list[Predictions],
    genes: list[str],
    lineages: list[np.ndarray],
    below: float,
    permutations: int,
    seed: int,
) -> pd.DataFrame:
    """Return one row per gene with all its metrics, those of the repeats averaged.

    Parameters
    ----------
    repeats
        Labels and predictions of each repeat.
    genes
        The genes, in the order of their columns.
    lineages
        Lineage of each line of each repeat; none where lineages are not given.
    below
        Gene effect below which a line depends on a gene.
    permutations, seed
        Of the lines' labels (``first_p``).

    Returns
    -------
    DataFrame
        The columns of ``per_gene``, and r_fold_weighted, spearman, spearman_fold, r_within_lineage,
        auprc, prevalence, slope, p, q.
    """
    precision, prevalence = zip(*(auprc(data, below) for data in repeats), strict=True)
    within = [lineage_r(data, own) for data, own in zip(repeats, lineages, strict=False)]
    each = {
        "r_fold_weighted": [fold_r_weighted(data) for data in repeats],
        "spearman": [pooled_spearman(data) for data in repeats],
        "spearman_fold": [fold_spearman(data) for data in repeats],
        "r_within_lineage": within or [np.full(len(genes), np.nan)],
        "auprc": precision,
        "prevalence": prevalence,
        "slope": [gene_slopes(data) for data in repeats],
    }
    more = {name: mean_of_finite(np.stack(values)) for name, values in each.items()}
    p = first_p(repeats, permutations, seed)
    return per_gene(repeats, genes).assign(**more, p=p, q=false_discovery(p))


def means_over_genes(table: pd.DataFrame) -> dict[str, float]:
    """Return means and medians over the genes that have a value, and counts of genes."""
    row: dict[str, float] = {
        "genes": len(table),
        "genes_with_r": int(table["r"].notna().sum()),
        "mean_r": table["r"].mean(),
        "median_r": table["r"].median(),
        "mean_r_fold": table["r_fold"].mean(),
        "median_r_fold": table["r_fold"].median(),
        "mean_r_fold_weighted": table["r_fold_weighted"].mean(),
        "mean_spearman": table["spearman"].mean(),
        "mean_spearman_fold": table["spearman_fold"].mean(),
        "mean_r_within_lineage": table["r_within_lineage"].mean(),
        "mean_gene_skill": table["skill"].mean(),
        "median_gene_skill": table["skill"].median(),
    }
    row |= {f"genes_r_above_{limit}": int((table["r"] > limit).sum()) for limit in THRESHOLDS}
    return row | {
        "genes_q_below_0.05": int((table["q"] < FALSE_DISCOVERIES).sum()),
        "genes_with_auprc": int(table["auprc"].notna().sum()),
        "mean_auprc": table["auprc"].mean(),
        "mean_prevalence": table["prevalence"].mean(),
        "median_slope": table["slope"].median(),
    }


def fraction_of_ceiling(table: pd.DataFrame, ceilings: pd.DataFrame | None) -> dict[str, float]:
    """Return the mean r over the mean ceiling of the genes whose ceiling is above ``FEWEST_CEILING``.

    Parameters
    ----------
    table
        gene and r.
    ceilings
        gene and r between two screens of the same lines (of several second screens, r is their mean);
        None where there is none.

    Returns
    -------
    dict
        fraction_of_ceiling (a ratio of means: ratios by gene would be those of the noisiest), NaN
        without ceilings, and genes_with_ceiling, the genes with both.
    """
    if ceilings is None:
        return {"fraction_of_ceiling": np.nan, "genes_with_ceiling": 0}
    own = ceilings.groupby("gene")["r"].mean().reindex(table["gene"]).to_numpy()
    r = table["r"].to_numpy()
    both = np.isfinite(r) & (own > FEWEST_CEILING)
    ratio = float(r[both].mean() / own[both].mean()) if both.any() else np.nan
    return {"fraction_of_ceiling": ratio, "genes_with_ceiling": int(both.sum())}


def genes_by_model(genes: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Put the models side by side, a row per gene, the genes that are predicted best first.

    Parameters
    ----------
    genes
        Metrics by model and gene; maybe no row.
    summary
        The protocol's summary: the best model is that of the largest mean_r.

    Returns
    -------
    DataFrame
        gene, n (lines measured), r (pooled) of each model as ``r_<model>``, and of the best model skill,
        q and r_within_lineage, named likewise; in the order of the best model's r.
    """
    if genes.empty:
        return genes[["gene"]]
    scores = summary.loc[summary["gene_set"] == "reported"].set_index("model")["mean_r"]
    best = scores.idxmax() if scores.notna().any() else scores.index[0]
    tables = {model: part.set_index("gene") for model, part in genes.groupby("model")}
    own = tables[best]
    wide = pd.DataFrame({"n": own["n"]} | {f"r_{model}": tables[model]["r"] for model in scores.index})
    for name in ("skill", "q", "r_within_lineage"):
        wide[f"{name}_{best}"] = own[name]
    ordered = wide.sort_values([f"r_{best}", "gene"], ascending=[False, True], na_position="last")
    return ordered.reset_index().rename_axis(columns=None)
