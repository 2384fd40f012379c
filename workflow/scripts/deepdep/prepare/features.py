"""Which features of an omic the models see: as given, the published ones, or by the paper's rules.

Every method gives one table: feature, kept, and where the method has them entrez, fill (what stands
for a missing value), chrom, start, end (bins) and the statistics it went by.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.rdata import FILES, read_feature_list
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.derive import derive_bins, derive_features

METHODS = ("as_given", "published", "derive")
MOST_BINS = 50_000


def published_features(path: str | Path, omic: str) -> pd.DataFrame:
    """Return a list of Prep4DeepDEP, all of it kept."""
    return read_feature_list(path, omic).assign(kept=True)


def published_file(omic: str) -> str:
    """Return the name of the list of an omic."""
    return FILES[omic].name


def given_features(lines: pd.DataFrame, entrez: Mapping[str, str], source: str) -> pd.DataFrame:
    """Keep the cell lines' features that have two different values at least.

    Parameters
    ----------
    lines
        Cell lines x features; NaN = not measured.
    entrez
        Feature to Entrez id, where known.
    source
        For messages.

    Raises
    ------
    InputError
        Every feature is missing or constant.
    """
    missing = lines.isna().all(axis=0)
    constant = ~missing & (lines.max() == lines.min())
    for which, what in ((missing, "missing in every sample"), (constant, "constant")):
        if which.any():
            dropped = few(lines.columns[which])
            logger.warning("%s: dropped %d features, %s: %s", source, which.sum(), what, dropped)
    kept = ~(missing | constant)
    if not kept.any():
        remedy = "Provide a table whose features differ between samples."
        raise InputError(f"{source}: every feature is missing or constant.", remedy)
    names = lines.columns.to_list()
    ids = [entrez.get(name, "") for name in names]
    return pd.DataFrame({"feature": names, "entrez": ids, "kept": kept.to_numpy()})


def derived_features(
    omic: str, tumors: pd.DataFrame, lines: pd.DataFrame, entrez: Mapping[str, str]
) -> pd.DataFrame:
    """Keep features that pass the paper's rules over tumours, and that differ between cell lines.

    Tumours have no labels, so nothing of a test line is seen but whether a feature varies at all.
    """
    given = given_features(lines, entrez, f"{omic} of the cell lines")
    table = derive_features(omic, tumors.reindex(columns=lines.columns)).rename(columns={"kept": "passes"})
    table = given.merge(table, on="feature", how="left")
    table["kept"] &= table["passes"].fillna(False).astype(bool)
    logger.info("%s: %d of %d features pass and vary in cell lines", omic, table["kept"].sum(), len(table))
    if not table["kept"].any():
        remedy = "Check units and gene names of both tables, or set `features` to as_given."
        raise InputError(f"{omic}: no feature that passes the rules varies in the cell lines.", remedy)
    return table


def derived_bins(segments: pd.DataFrame, build: str) -> pd.DataFrame:
    """Choose 10-kb bins by the paper's rules over the tumours' segments; only those kept are listed.

    Raises
    ------
    InputError
        More bins pass than a model can have as features (the paper has 7,460 of 300,000).
    """
    table = derive_bins(segments, build)
    kept = table[table["kept"]].reset_index(drop=True)
    if len(kept) > MOST_BINS:
        remedy = "Provide more tumours, or `positions` of genes: copy number is taken by gene then."
        raise InputError(f"copy_number: {len(kept):,} bins pass the rules, at most {MOST_BINS:,} do.", remedy)
    return kept


def kept_part(source: pd.DataFrame, features: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return samples x the features kept, NaN where the source lacks one; samples with none of them go.

    Raises
    ------
    InputError
        The source has none of the features.
    """
    wanted = pd.Index(features.loc[features["kept"], "feature"])
    shared = wanted.isin(source.columns)
    if not len(source):
        return source.reindex(columns=wanted).astype(np.float32)
    if not shared.any():
        seen = f"The table has {few(source.columns, 3)}; the cell lines have {few(wanted, 3)}"
        remedy = "Use the same feature ids as the cell lines' table."
        raise InputError(f"{what}: zero overlap of features with the cell lines. {seen}.", remedy)
    text = "%s: %d of %d features of the cell lines, %d others left out; lacking: %s"
    others = source.shape[1] - shared.sum()
    logger.info(text, what, shared.sum(), len(wanted), others, few(wanted[~shared]) or "none")
    frame = source.reindex(columns=wanted).astype(np.float32)
    empty = frame.isna().all(axis=1)
    if empty.any():
        names = few(frame.index[empty])
        logger.warning(
            "%s: %d samples without any of the features lose their row: %s", what, empty.sum(), names
        )
    return frame[~empty]
