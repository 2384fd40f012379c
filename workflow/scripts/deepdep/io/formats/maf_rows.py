"""Steps the readers of MAFs share: text columns as codes, so that millions of rows fit in memory."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, choose_samples
from deepdep.io.formats.genes import lacking
from deepdep.io.identifiers import GeneIndex, unique_symbols
from deepdep.io.ids import check_ids
from deepdep.io.maf import CLASS, DAMAGING, GENE, NO_SYMBOL, Variants, mutation_matrix
from deepdep.io.text import Layout, few, position_of, read_columns
from deepdep.log import logger

UNITS = "0/1, 1 = damaging variant"


def read_codes(layout: Layout, names: list[str]) -> pd.DataFrame:
    """Read text columns by their exact names (Strand is not STRAND) as categories."""
    at = [position_of(layout, name) for name in names]
    table = read_columns(layout, dict.fromkeys(at, pa.dictionary(pa.int32(), pa.string())))
    columns = [table.column(str(i)).to_pandas() for i in at]
    return pd.concat(columns, axis=1).set_axis(names, axis=1)


def flags(column: pd.Series, true: set[str] | tuple[str, ...]) -> np.ndarray:
    """Tell per row whether a column of categories has one of the values."""
    of_category = np.append(column.cat.categories.isin(true), False)
    return of_category[column.cat.codes]


def maf_table(
    rows: pd.DataFrame, sample: str, damaging: np.ndarray, wanted: Wanted, path: str | Path
) -> Table:
    """Make samples x genes of rows: 1 where a sample has a damaging variant of a gene.

    A sample with any row was sequenced; a gene wanted that never occurs is 0 in all samples,
    since a MAF covers the exome.
    """
    names = [str(name) for name in rows[sample].cat.remove_unused_categories().cat.categories]
    names = [name for name in names if name not in ("", "NA")]
    samples = choose_samples(names, wanted, path)
    ids = pd.Series(samples.ids, index=[names[at] for at in samples.positions])
    pairs = rows.loc[damaging & flags(rows[sample], set(ids.index)), [sample, GENE]].drop_duplicates()
    pairs = pairs.astype(str).set_axis(["sample", "gene"], axis=1)
    pairs = pairs[~pairs["gene"].isin(NO_SYMBOL)]
    pairs, genes, notes = wanted_genes(pairs.assign(sample=pairs["sample"].map(ids)), wanted, path)
    logger.info("%s: %d rows, %d of them damaging", path, len(rows), damaging.sum())
    if not genes:
        raise InputError(f"{path}: no damaging variant of a named gene.", "Check the variants' classes.")
    check_ids(genes, path, "gene")
    frame = mutation_matrix(Variants(sorted(set(ids)), pairs.drop_duplicates()), genes)
    counts = {"rows": len(rows), "damaging_rows": int(damaging.sum())}
    return Table(frame, UNITS, {**samples.notes, **notes, **counts})


def wanted_genes(
    pairs: pd.DataFrame, wanted: Wanted, path: str | Path
) -> tuple[pd.DataFrame, list[str], dict[str, Any]]:
    """Name the genes of pairs as wanted; pairs, features and counts."""
    symbols = list(pairs["gene"].unique())
    if wanted.features is None:
        names, notes = unique_symbols(symbols, path)
    else:
        found = GeneIndex(wanted.features, wanted.names).find(symbols)
        names = found["wanted"]
        absent = sorted(set(wanted.features) - set(names.dropna()))
        notes = {f"joined_by_{how}": int(n) for how, n in found["how"].value_counts().items()}
        notes["features_lacking"] = absent
        if len(absent) == len(wanted.features):
            raise InputError(f"{path}: {lacking(absent)}.", "Check the genes' symbols.")
        logger.info("%s: genes without a damaging variant: %d (%s)", path, len(absent), few(absent))
    named = pairs.assign(gene=pairs["gene"].map(dict(zip(symbols, names, strict=True)))).dropna()
    genes = list(wanted.features) if wanted.features is not None else sorted(named["gene"].unique())
    return named, genes, notes


def damaging_class(rows: pd.DataFrame) -> np.ndarray:
    """Tell which rows are of the five classes of Chiu et al. 2021."""
    return flags(rows[CLASS], DAMAGING)
