"""Functional fingerprints: which gene sets each gene belongs to (Chiu et al. 2021, Methods)."""

from itertools import chain

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger


def fingerprinted(sets: dict[str, list[str]]) -> set[str]:
    """Return the genes that are in at least one set."""
    return set(chain.from_iterable(sets.values()))


def build_fingerprints(sets: dict[str, list[str]], genes: list[str]) -> pd.DataFrame:
    """Return genes x sets, uint8: 1 where the gene is in the set.

    Sets keep their order; those without any of the genes are left out.

    Raises
    ------
    InputError
        A gene that is in no set.
    """
    rows, columns = pd.Index(genes, name="gene"), pd.Index(list(sets))
    row = rows.get_indexer(pd.Index(list(chain.from_iterable(sets.values()))))
    column = np.repeat(np.arange(len(columns)), [len(members) for members in sets.values()])
    values = np.zeros((len(rows), len(columns)), dtype=np.uint8)
    values[row[row >= 0], column[row >= 0]] = 1
    bare = rows[~np.any(values, axis=1)]
    if len(bare):
        remedy = "Leave these genes out, or provide gene sets that have them."
        raise InputError(
            f"{len(bare)} genes are in no gene set and have no fingerprint: {few(bare)}.", remedy
        )
    used = np.any(values, axis=0)
    logger.info(
        "fingerprints: %d genes, %d sets; %d sets have none of them", len(rows), used.sum(), (~used).sum()
    )
    return pd.DataFrame(values[:, used], index=rows, columns=columns[used])
