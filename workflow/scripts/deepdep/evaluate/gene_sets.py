"""Sets of genes over which metrics are averaged, chosen from training lines where labels choose them.

A set is a mask of labels: one table per repeat, NaN where a label does not count. A set chosen inside the
folds differs from fold to fold, and so a gene may count in some folds and not in others.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from deepdep.evaluate.splits import lines_of

logger = logging.getLogger("deepdep")

REPORTED, VARIABLE, SELECTIVE = "reported", "variable", "selective"
FEWEST_EACH = 5  # dependent lines, and others, of a selective gene (TCGADEPMAP's rule; docs: benchmark)
TRAINING = ("train", "validation")  # all lines that a model of the fold may learn from


def gene_sets(
    labels: pd.DataFrame,
    splits: pd.DataFrame,
    share: float,
    below: float,
    tested: Sequence[pd.DataFrame] | None = None,
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
    tested
        The labels that each repeat tests (``tested_labels``), of the same genes, maybe of a second
        screen; without, ``labels`` in each. ``labels`` are those that genes are chosen by.

    Returns
    -------
    dict
        Set to its labels, one table per repeat: ``reported``, all of ``tested``; ``variable`` and
        ``selective`` (at least ``FEWEST_EACH`` training lines that depend on the gene and as many
        that do not), the labels of the test lines of the folds in which the gene is chosen.
    """
    repeats = sorted(splits["repeat"].unique())
    tested = [labels] * len(repeats) if tested is None else list(tested)
    found = {REPORTED: tested}
    rules = {VARIABLE: partial(most_variable, share=share), SELECTIVE: partial(selective, below=below)}
    for name, choose in rules.items():
        found[name] = [
            chosen_labels(labels, table, lines_by_fold(splits, repeat), choose)
            for repeat, table in zip(repeats, tested, strict=True)
        ]
    for name, tables in found.items():
        counts = [int(table.notna().any().sum()) for table in tables]
        logger.info("gene set %s: %d to %d genes count in a repeat", name, min(counts), max(counts))
    return found


def lines_by_fold(splits: pd.DataFrame, repeat: int) -> list[tuple[list[str], list[str]]]:
    """Return the lines that each fold of a repeat learns from, and those that it tests."""
    folds = sorted(splits.loc[splits["repeat"] == repeat, "fold"].unique())
    return [
        (
            [line for role in TRAINING for line in lines_of(splits, repeat, fold, role)],
            lines_of(splits, repeat, fold, "test"),
        )
        for fold in folds
    ]


def chosen_labels(
    labels: pd.DataFrame,
    tested: pd.DataFrame,
    folds: Sequence[tuple[list[str], list[str]]],
    choose: Callable[[pd.DataFrame], np.ndarray],
) -> pd.DataFrame:
    """Keep, for the test lines of each fold, the labels of the genes chosen from its training lines.

    ``choose``: from ``labels`` of training lines to one truth value per gene. ``tested``: the labels of
    which some are kept.
    """
    kept = pd.DataFrame(np.nan, tested.index, tested.columns)
    for training, lines in folds:
        genes = labels.columns[choose(labels.loc[training])]
        kept.loc[lines, genes] = tested.loc[lines, genes]
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
