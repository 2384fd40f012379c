"""The published feature set: features, order, fill values and rounding of Prep4DeepDEP.

Reproduces the tables the R package writes (Chiu et al. 2021; chenlabgccri/Prep4DeepDEP): the first
of repeated features wins, features stand in the published order, missing values are filled with
the published ones, expression and methylation are rounded to 4 decimals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.rdata import FILES, read_feature_list
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.bins import DECIMALS, bin_copy_number
from deepdep.prepare.fingerprints import build_fingerprints, fingerprinted

FILLED = ("expression", "mutation", "methylation")
ROUNDED = ("expression", "methylation")
MOST_MISSING = 0.20


@dataclass(frozen=True)
class PublishedFeatures:
    """The published lists.

    ``fills``: expression, mutation and methylation to fill values with features as index.
    ``bins``: feature, chrom, start, end. ``genes``: the 1,298 genes of interest.
    """

    fills: dict[str, pd.Series]
    bins: pd.DataFrame
    genes: list[str]


def load_published(folder: str | Path) -> PublishedFeatures:
    """Read the five lists from a folder that has them under their names in Prep4DeepDEP."""
    lists = {kind: read_feature_list(Path(folder) / file.name, kind) for kind, file in FILES.items()}
    fills = {omic: lists[omic].set_index("feature")["fill"] for omic in FILLED}
    return PublishedFeatures(fills, lists["copy_number"], lists["genes"]["feature"].to_list())


def published_omics(
    tables: Mapping[str, pd.DataFrame], features: PublishedFeatures
) -> dict[str, pd.DataFrame]:
    """Give the omics at hand the published features.

    Parameters
    ----------
    tables
        Omic to samples x features (NaN = missing); copy_number to segments with columns sample,
        chrom, start, end, mean (log2(CN/2)). At least one omic.
    features
        The published lists.

    Returns
    -------
    dict
        Omic to samples x published features, float32, nothing missing.

    Raises
    ------
    InputError
        No omic, an unknown one, or one without any published feature.
    """
    known = (*FILLED, "copy_number")
    strange = sorted(set(tables) - set(known))
    if strange or not tables:
        remedy = f"Provide at least one of {few(known)}."
        raise InputError(f"published features: {few(strange) or 'no omic'} cannot be prepared.", remedy)
    return {
        omic: bin_copy_number(table, features.bins)
        if omic == "copy_number"
        else published_values(table, features.fills[omic], omic)
        for omic, table in tables.items()
    }


def published_values(frame: pd.DataFrame, fills: pd.Series, omic: str) -> pd.DataFrame:
    """Return samples x published features: first of repeated ones, missing values filled, rounded.

    Parameters
    ----------
    frame
        Samples x features in any order; NaN = missing. A sample without any published feature
        loses its row.
    fills
        Fill values; the index has the published features.
    omic
        expression, mutation or methylation.
    """
    first = first_columns(frame, omic)
    table = first.reindex(columns=fills.index).astype(np.float64)
    table = measured_samples(table, omic)
    warn_of_gaps(table, first.columns, omic)
    values = np.where(table.isna(), fills.to_numpy(np.float64), table)
    if omic in ROUNDED:
        values = np.round(values, DECIMALS)
    index = table.index.rename("sample")
    return pd.DataFrame(values.astype(np.float32), index=index, columns=fills.index.to_list())


def first_columns(frame: pd.DataFrame, omic: str) -> pd.DataFrame:
    """Keep the first of repeated features."""
    repeated = frame.columns.duplicated()
    if not repeated.any():
        return frame
    names = few(frame.columns[repeated].unique())
    logger.warning("%s: %d repeated features, the first one wins: %s", omic, repeated.sum(), names)
    return frame.loc[:, ~repeated]


def measured_samples(table: pd.DataFrame, omic: str) -> pd.DataFrame:
    """Drop samples without any published feature; none left raises InputError."""
    empty = table.isna().all(axis=1)
    if empty.all():
        remedy = "Use gene symbols (expression, mutation) or 450k probe ids (methylation)."
        raise InputError(f"{omic}: none of the published features has a value.", remedy)
    if empty.any():
        names = few(table.index[empty])
        logger.warning("%s: %d samples without any published feature left out: %s", omic, empty.sum(), names)
    return table[~empty]


def warn_of_gaps(table: pd.DataFrame, given: pd.Index, omic: str) -> None:
    """Log what is filled in; warn where more than 20 % of the features are not there."""
    absent = table.columns[~table.columns.isin(given)]
    gaps = int(table.isna().to_numpy().sum()) - len(absent) * len(table)
    text = "%s: %d of %d published features absent and filled, %d further values filled: %s"
    level = logger.warning if len(absent) > MOST_MISSING * table.shape[1] else logger.info
    level(text, omic, len(absent), table.shape[1], gaps, few(absent) or "none absent")
    if len(absent) > MOST_MISSING * table.shape[1]:
        share = 100 * len(absent) / table.shape[1]
        logger.warning("%s: %.1f %% of the published features are missing (more than 20 %%)", omic, share)


def published_fingerprints(sets: dict[str, list[str]], genes: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return fingerprints over all sets, and the genes left out because no set has them.

    Parameters
    ----------
    sets
        Gene sets in the published order (``io.gmt``).
    genes
        Genes of interest (DepOIs); of repeated ones the first counts.

    Returns
    -------
    tuple
        genes x all sets (also those without any of the genes), uint8, and the excluded genes,
        both in the order of ``genes``.

    Raises
    ------
    InputError
        No gene has a fingerprint.
    """
    known, wanted = fingerprinted(sets), list(dict.fromkeys(genes))
    kept = [gene for gene in wanted if gene in known]
    excluded = [gene for gene in wanted if gene not in known]
    if not kept:
        remedy = "Name genes by the symbols the gene sets use."
        raise InputError(f"none of {len(wanted)} genes is in a gene set: {few(wanted)}.", remedy)
    if excluded:
        text = "fingerprints: %d genes without one are excluded: %s"
        logger.warning(text, len(excluded), few(excluded))
    return build_fingerprints(sets, kept).reindex(columns=list(sets), fill_value=0).astype(np.uint8), excluded
