"""Copy number at the places that a study asks for: 10-kb bins, or genes by their positions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import check_build
from deepdep.io.gtf import one_row_per_symbol, read_genes
from deepdep.io.segments import normal_chromosome, segments_at
from deepdep.io.sheets import check_column, read_cells
from deepdep.io.text import few, read_layout
from deepdep.log import logger
from deepdep.prepare.bins import bin_copy_number
from deepdep.prepare.gene_copy_number import gene_copy_number

BINS_BUILD = "hg19"  # of the published bins, and of those derived from TCGA


def on_bins(segments: pd.DataFrame, build: str, bins: pd.DataFrame, path: str) -> pd.DataFrame:
    """Return samples x bins.

    Parameters
    ----------
    segments
        Columns sample, chrom, start, end, mean (log2(CN/2)).
    build
        hg19 or hg38: of the segments.
    bins
        Columns feature, chrom, start, end.
    path
        Where the segments come from, for messages.

    Raises
    ------
    InputError
        Segments of another build than the bins.
    """
    check_same(build, BINS_BUILD, path, "bins")
    check_build(segments, build, f"{path}: segments")
    return bin_copy_number(segments, bins)


def on_genes(
    segments: pd.DataFrame, build: str, table: Mapping[str, Any], genes: list[str] | None
) -> pd.DataFrame:
    """Return samples x genes.

    Parameters
    ----------
    segments, build
        As in ``on_bins``.
    table
        Entry in the config: ``path`` of the segments, ``positions`` of build ``build`` (hg19 if not said).
    genes
        Genes wanted; None for all of the positions.

    Raises
    ------
    InputError
        No positions, or segments and positions of different builds.
    """
    path = table["path"]
    if not table.get("positions"):
        remedy = "Name a GTF or a table of Gene, chrom, pos as `positions` in the config."
        raise InputError(f"{path}: segments need gene positions.", remedy)
    check_same(build, table.get("build", BINS_BUILD), path, "positions")
    check_build(segments, build, f"{path}: segments")
    places = read_places(table["positions"])
    if genes is not None:
        places = places[places["gene"].isin(genes)].reset_index(drop=True)
    return segments_at(segments, places) if "pos" in places else gene_copy_number(segments, places, build)


def check_same(segments: str, places: str, path: str, what: str) -> None:
    """Raise InputError for segments of another build than the places."""
    if segments != places:
        remedy = f"Give {what} of {segments} (GENCODE v19 is hg19, v38 is hg38), or segments of {places}."
        raise InputError(f"{path}: the segments are of {segments}, the {what} of {places}.", remedy)


def read_places(path: str | Path) -> pd.DataFrame:
    """Read gene positions: gene, chrom, then start and end, or pos (base pairs); one row per symbol.

    Parameters
    ----------
    path
        GTF (the gene's body counts), or a table with Gene, chrom, start and end, or Gene, chrom and
        pos (the segment that covers this base counts). The first of repeated genes wins in a table.
    """
    if str(path).removesuffix(".gz").endswith(".gtf"):
        return one_row_per_symbol(read_genes(path))[["gene", "chrom", "start", "end"]]
    layout = read_layout(path)
    ends = ["start", "end"] if "start" in layout.names else ["pos"]
    for name in ("Gene", "chrom", *ends):
        check_column(layout, name)
    places = read_cells(layout)[0][["Gene", "chrom", *ends]].rename(columns={"Gene": "gene"})
    places[ends] = places[ends].apply(pd.to_numeric, errors="coerce")
    wrong = places["gene"][places.isna().any(axis=1)]
    if len(wrong):
        raise InputError(f"{path}: genes without a position: {few(wrong)}.", "Correct or remove these rows.")
    repeated = places["gene"].duplicated()
    if repeated.any():
        names = few(places["gene"][repeated])
        logger.warning("%s: %d repeated genes, the first one wins: %s", path, repeated.sum(), names)
    return places.assign(chrom=normal_chromosome(places["chrom"]))[~repeated].reset_index(drop=True)
