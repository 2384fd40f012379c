"""Sets of genes over which metrics are averaged, chosen from training lines where labels choose them.

A set is a mask of labels: one table per repeat, NaN where a label does not count. A set chosen inside the
folds differs from fold to fold, and so a gene may count in some folds and not in others.
"""

import logging
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from deepdep.evaluate.splits import lines_of

logger = logging.getLogger("deepdep")

REPORTED, VARIABLE, SELECTIVE = "reported", "variable", "selective"
FEWEST_EACH = 5  # dependent lines, and others, of a selective gene (TCGADEPMAP's rule; docs: benchmark)
TRAINING = ("train", "validation")  # all lines that a model of the fold may learn from


def gene_sets(
    labels: pd.DataFrame, splits: pd.DataFrame, share: float, below: float
) -> dict[str, list[pd.DataFrame]]:
    """Return the labels of each set of genes.

    Parameters
    ----------
    labels
        Gene effect of the reported genes, lines x genes; NaN = not measured.
    splits
        The protocol's splits.
    share
        Share of genes that are variable: those of the largest SD over the training lines of a fold.
    below
        Gene effect below which a line depends on a gene.

    Returns
    -------
    dict
        Set to its labels, one table per repeat: ``reported``, all labels in each; ``variable`` and
        ``selective`` (at least ``FEWEST_EACH`` training lines that depend on the gene and as many
        that do not), the labels of the test lines of the folds in which the gene is chosen.
    """
    repeats = sorted(splits["repeat"].unique())
    found = {REPORTED: [labels] * len(repeats)}
    rules = {VARIABLE: partial(most_variable, share=share), SELECTIVE: partial(selective, below=below)}
    for name, choose in rules.items():
        found[name] = [chosen_labels(labels, splits, repeat, choose) for repeat in repeats]
    for name, tables in found.items():
        counts = [int(table.notna().any().sum()) for table in tables]
        logger.info("gene set %s: %d to %d genes count in a repeat", name, min(counts), max(counts))
    return found


def chosen_labels(
    labels: pd.DataFrame, splits: pd.DataFrame, repeat: int, choose: Callable[[pd.DataFrame], np.ndarray]
) -> pd.DataFrame:
    """Keep, for the test lines of each fold, the labels of the genes chosen from its training lines.

    ``choose``: from labels of training lines to one truth value per gene.
    """
    kept = pd.DataFrame(np.nan, labels.index, labels.columns)
    for fold in sorted(splits.loc[splits["repeat"] == repeat, "fold"].unique()):
        training = [line for role in TRAINING for line in lines_of(splits, repeat, fold, role)]
        tested = lines_of(splits, repeat, fold, "test")
        genes = labels.columns[choose(labels.loc[training])]
        kept.loc[tested, genes] = labels.loc[tested, genes]
    return kept


def most_variable(labels: pd.DataFrame, share: float) -> np.ndarray:
    """Tell which genes are in the share with the largest SD over the lines; none without two labels."""
    spread = labels.std()
    number = max(1, round(share * len(spread)))
    return spread.index.isin(spread.dropna().nlargest(number).index)


def selective(labels: pd.DataFrame, below: float) -> np.ndarray:
    """Tell which genes at least ``FEWEST_EACH`` lines depend on, and at least as many do not."""
    dependent = (labels < below).sum()
    return ((dependent >= FEWEST_EACH) & (labels.notna().sum() - dependent >= FEWEST_EACH)).to_numpy()
