"""Rows named by Ensembl gene ids: to symbols, one row per symbol."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Wanted, suspect
from deepdep.io.formats.genes import check_agree, lacking
from deepdep.io.identifiers import GeneIndex
from deepdep.io.text import few

PAR_Y = "_PAR_Y"


def bare(ensembl: str) -> str:
    """Return an Ensembl id without its version."""
    return ensembl.partition(".")[0]


def ensembl_rows(
    symbols: dict[str, str], wanted: Wanted, path: str | Path
) -> Callable[[list[str]], str | None]:
    """Return what names rows by their Ensembl id; rows without a symbol wanted are not parsed.

    An id is looked up as it stands, then without its version. The copies of X genes on Y
    (``_PAR_Y``) are left out.
    """
    by_bare = {bare(name): symbol for name, symbol in symbols.items() if not name.endswith(PAR_Y)}
    index = None if wanted.features is None else GeneIndex(wanted.features, wanted.names)

    def name_row(cells: list[str]) -> str | None:
        symbol = symbols.get(cells[0], by_bare.get(bare(cells[0])))
        if symbol is None or cells[0].endswith(PAR_Y) or (index and not index.claims(symbol)):
            return None
        symbols.setdefault(cells[0], symbol)
        return cells[0]

    if not by_bare:
        raise InputError(f"{path}: no names for the Ensembl ids.", "Provide the table of gene names.")
    return name_row


def means_of(values: np.ndarray) -> np.ndarray:
    """Return the mean of each row, NaN where all is missing."""
    known = (~np.isnan(values)).sum(axis=1)
    sums = np.nansum(values, axis=1, dtype=np.float64)
    return np.divide(sums, known, out=np.full(len(values), np.nan), where=known > 0)


def best_rows(
    ids: list[str], values: np.ndarray, symbols: dict[str, str], wanted: Wanted, path: str | Path
) -> tuple[np.ndarray, list[str], dict[str, Any]]:
    """Choose one row per symbol, that of the highest mean; rows, features, counts.

    An id that stands twice has to agree: two genes of one symbol may differ, one gene may not.
    """
    rows = pd.Series(ids, dtype=object)
    check_agree(rows, rows[rows.duplicated()], values, path)
    names = [symbols[name] for name in ids]
    if wanted.features is None:
        features = pd.Series(names, dtype=object)
    else:
        features = GeneIndex(wanted.features, wanted.names).find(names)["wanted"]
    if features.isna().all():
        raise InputError(f"{path}: none of the genes wanted; it has {few(ids, 3)}.", "Check the genes' ids.")
    means = pd.Series(means_of(values))
    ranked = pd.DataFrame({"feature": features, "mean": means}).dropna(subset="feature")
    ranked = ranked.sort_values("mean", ascending=False, kind="stable", na_position="last")
    best = ranked[~ranked["feature"].duplicated()].sort_index()
    notes: dict[str, Any] = {"further_rows_of_a_symbol": len(ranked) - len(best)}
    if wanted.features is not None:
        order = pd.Series(range(len(wanted.features)), index=list(wanted.features))
        best = best.iloc[np.argsort(best["feature"].map(order), kind="stable")]
        notes["features_lacking"] = sorted(set(wanted.features) - set(best["feature"]))
        suspect(not notes["features_lacking"], path, lacking(notes["features_lacking"]))
    return best.index.to_numpy(), best["feature"].to_list(), notes
