"""Genes that training has not seen: which fold holds out which genes, and what is tested then.

Fold f of repeat r holds out gene fold (f + r) mod folds beside its lines, so that in each repeat every
line and every gene is tested once, and a gene meets other lines in the next.
"""

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.splits import fold_of_test_lines


def deal_genes(genes: list[str], folds: int, seed: int) -> pd.DataFrame:
    """Deal genes to folds at random.

    Returns
    -------
    DataFrame
        gene, fold (0 to ``folds`` - 1), in the order of ``genes``; folds differ by one gene at most.
    """
    if len(genes) < 2 * folds:
        raise InputError(
            f"{len(genes)} genes cannot make {folds} folds of two or more.",
            "lower the protocol's folds, or model more genes.",
        )
    dealt = np.arange(len(genes)) % folds
    return pd.DataFrame({"gene": genes, "fold": np.random.default_rng([seed, folds]).permutation(dealt)})


def no_gene_folds() -> pd.DataFrame:
    """Return the empty table of protocols that hold out no gene."""
    return pd.DataFrame({"gene": pd.Series(dtype=str), "fold": pd.Series(dtype=np.int64)})


def gene_fold_of(folds: np.ndarray | int, repeat: int, count: int) -> np.ndarray | int:
    """Return the gene fold that each fold of lines holds out in a repeat."""
    return (folds + repeat) % count


def held_out_genes(gene_folds: pd.DataFrame, repeat: int, fold: int) -> list[str]:
    """Return the genes whose labels a fold's model must not see; none where no gene is held out."""
    if gene_folds.empty:
        return []
    own = gene_fold_of(fold, repeat, gene_folds["fold"].max() + 1)
    return gene_folds.loc[gene_folds["fold"] == own, "gene"].tolist()


def tested_labels(
    dependency: pd.DataFrame, splits: pd.DataFrame, gene_folds: pd.DataFrame, repeat: int
) -> pd.DataFrame:
    """Return the labels that a repeat tests.

    Parameters
    ----------
    dependency
        Lines x genes; NaN = not measured.
    splits, gene_folds
        The protocol's.

    Returns
    -------
    DataFrame
        Of the shape of ``dependency``; NaN = not measured, no test line of the repeat, or a gene that
        the line's fold has not held out.
    """
    folds = fold_of_test_lines(splits, repeat).reindex(dependency.index)
    tested = folds.notna().to_numpy()[:, None]
    if not gene_folds.empty:
        own = gene_fold_of(folds.to_numpy()[:, None], repeat, gene_folds["fold"].max() + 1)
        tested = np.equal(own, gene_folds.set_index("gene")["fold"].loc[dependency.columns].to_numpy())
    return dependency.where(np.broadcast_to(tested, dependency.shape))
