"""Mutation annotation format: which genes are mutated in which sample."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from deepdep.errors import InputError
from deepdep.io.barcodes import reduce_tcga
from deepdep.io.ids import check_ids
from deepdep.io.text import few, position_of, read_columns, read_layout
from deepdep.log import logger

# The five classes of Chiu et al. 2021, Methods: missense, nonsense, frameshift, splice site.
DAMAGING = ("Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site")
GENE, CLASS, SAMPLE, FILTER = "Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode", "FILTER"
NO_SYMBOL = ("", ".", "Unknown")


@dataclass(frozen=True)
class Variants:
    """Sequenced samples, and the distinct (sample, gene) pairs with a damaging variant."""

    samples: list[str]
    pairs: pd.DataFrame


def read_maf(path: str | Path, genes: list[str], ids: str) -> pd.DataFrame:
    """Read a MAF as samples x genes, float32: 1 where a gene has a damaging variant, else 0.

    Damaging are missense, nonsense, frameshift and splice-site variants (Chiu et al. 2021,
    Methods). A sample with a row of any class was sequenced. Genes that never occur stay 0,
    since a MAF covers the exome.

    Parameters
    ----------
    path
        Tab- or comma-separated, gzipped or not; ``#`` lines above the header are skipped.
    genes
        Symbols wanted, in the order wanted.
    ids
        ``as_is``, or ``tcga_patient`` for one tumour aliquot per patient (see ``reduce_tcga``).

    Raises
    ------
    InputError
        A column is missing, no row is left, or a barcode is none of TCGA.
    """
    return mutation_matrix(read_variants(path, ids), genes)


def read_variants(path: str | Path, ids: str) -> Variants:
    """Read the sequenced samples and damaging (sample, gene) pairs of a MAF; see ``read_maf``."""
    rows = passed(read_rows(path), path)
    if ids == "tcga_patient":
        patients = reduce_tcga(rows[SAMPLE], source=path)
        rows = rows[rows[SAMPLE].isin(patients.index)]
        rows = rows.assign(**{SAMPLE: rows[SAMPLE].map(patients)})
    check_ids(rows[SAMPLE].unique(), path, "sample")
    damaging = rows[rows[CLASS].isin(DAMAGING) & ~rows[GENE].isin(NO_SYMBOL)]
    logger.info("%s: %d of %d rows are damaging variants of named genes", path, len(damaging), len(rows))
    pairs = damaging[[SAMPLE, GENE]].drop_duplicates()
    return Variants(sorted(rows[SAMPLE].unique()), pairs.set_axis(["sample", "gene"], axis=1))


def read_rows(path: str | Path) -> pd.DataFrame:
    """Read the columns needed, selected by exact name, as text."""
    layout = read_layout(path, comment="#", quoted=False)
    names = [GENE, CLASS, SAMPLE] + ([FILTER] if FILTER in layout.names else [])
    positions = [position_of(layout, name) for name in names]
    table = read_columns(layout, dict.fromkeys(positions, pa.string()))
    rows = table.select([str(i) for i in positions]).to_pandas().set_axis(names, axis=1)
    nameless = rows[SAMPLE].isin(["", "NA"])
    if nameless.any():
        logger.warning("%s: %d rows without %s left out", path, nameless.sum(), SAMPLE)
    return rows[~nameless]


def passed(rows: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Keep rows that passed all filters, where the MAF has a FILTER column.

    A sample that loses every row has no usable calls: it counts as not sequenced.
    """
    if FILTER not in rows:
        return rows
    kept = rows[rows[FILTER] == "PASS"]
    logger.info("%s: %d of %d rows without FILTER PASS dropped", path, len(rows) - len(kept), len(rows))
    if kept.empty:
        remedy = "Remove the FILTER column if the variants are filtered already."
        raise InputError(f"{path}: no row has FILTER PASS.", remedy)
    lost = sorted(set(rows[SAMPLE]) - set(kept[SAMPLE]))
    if lost:
        logger.warning("%s: %d samples have no PASS row and are left out: %s", path, len(lost), few(lost))
    return kept


def mutation_matrix(variants: Variants, genes: list[str]) -> pd.DataFrame:
    """Return samples x ``genes``, 1 for mutated and 0 for not, float32."""
    samples, columns = pd.Index(variants.samples, name="sample"), pd.Index(genes)
    row = samples.get_indexer(variants.pairs["sample"])
    column = columns.get_indexer(variants.pairs["gene"])
    values = np.zeros((len(samples), len(columns)), dtype=np.float32)
    values[row[column >= 0], column[column >= 0]] = 1
    silent = columns[values.sum(axis=0) == 0]
    logger.info("MAF: %d of %d genes mutated in no sample: %s", len(silent), len(columns), few(silent))
    return pd.DataFrame(values, index=samples, columns=columns)


def frequent_genes(variants: Variants, samples: list[str], share: float) -> list[str]:
    """Return genes mutated in at least ``share`` of those of ``samples`` that were sequenced, sorted."""
    sequenced = set(variants.samples) & set(samples)
    pairs = variants.pairs[variants.pairs["sample"].isin(sequenced)]
    counts = pairs["gene"].value_counts()
    return sorted(counts.index[counts >= share * len(sequenced)])
