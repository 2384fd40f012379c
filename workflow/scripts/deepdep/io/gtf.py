"""Gene annotation in GTF (GENCODE v19 for hg19, v38 for hg38): the gene rows only."""

import re
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.segments import normal_chromosome
from deepdep.io.text import few, open_text
from deepdep.log import logger

ATTRIBUTES = {name: re.compile(rf'\b{name} "([^"]*)"') for name in ("gene_name", "gene_id", "gene_type")}
PLACE = re.compile(r"[0-9]{1,10}")
PSEUDOAUTOSOMAL = "_PAR_Y"


def read_genes(path: str | Path) -> pd.DataFrame:
    """Read the genes of a GTF in the order of the file.

    The copies on Y of pseudoautosomal genes (``_PAR_Y``) are left out. A symbol may occur
    more than once; ``one_row_per_symbol`` chooses.

    Returns
    -------
    pd.DataFrame
        gene (symbol), chrom (text without chr; X is 23, Y 24, M stays), start, end (base pairs,
        both belong to the gene), ensembl (id without version), type (protein_coding, ...).

    Raises
    ------
    InputError
        No GTF: a gene row with other than nine fields, places that are no numbers, no symbol,
        or no gene row at all; a damaged file.
    """
    with open_text(path) as lines:
        rows = [gene_of(line, number, path) for number, line in enumerate(lines, 1) if "\tgene\t" in line]
    if not rows:
        remedy = "Provide the annotation as GTF, gzipped or not (GENCODE: gencode.v19.annotation.gtf.gz)."
        raise InputError(f"{path}: no gene rows.", remedy)
    genes = pd.DataFrame(rows, columns=["gene", "chrom", "start", "end", "ensembl", "type"])
    check_ids([*genes["gene"], *genes["ensembl"]], path, "name or id")
    copies = genes["ensembl"].str.endswith(PSEUDOAUTOSOMAL) | shadowed(genes)
    logger.info("%s: %d genes; %d pseudoautosomal copies on Y left out", path, len(genes), copies.sum())
    genes = genes[~copies].reset_index(drop=True)
    return genes.assign(
        chrom=normal_chromosome(genes["chrom"]).astype(object),
        ensembl=genes["ensembl"].str.split(".").str[0],
    )


def gene_of(line: str, number: int, path: str | Path) -> tuple[str, str, int, int, str, str]:
    """Return the cells wanted of one gene row."""
    cells = line.rstrip("\r\n").split("\t")
    found = {name: pattern.search(cells[-1]) for name, pattern in ATTRIBUTES.items()}
    sound = len(cells) == 9 and PLACE.fullmatch(cells[3]) and PLACE.fullmatch(cells[4])
    sound = sound and int(cells[3]) <= int(cells[4])
    if not sound or not found["gene_name"] or not found["gene_id"]:
        remedy = "Provide GTF: nine fields separated by tabs, start and end, gene_id and gene_name."
        raise InputError(f"{path}, line {number}: no gene row: {line[:80].rstrip()!r}.", remedy)
    kind = found["gene_type"][1] if found["gene_type"] else ""
    return found["gene_name"][1], cells[0], int(cells[3]), int(cells[4]), found["gene_id"][1], kind


def shadowed(genes: pd.DataFrame) -> pd.Series:
    """Tell which genes on Y bear an Ensembl number that X has too (``ENSGR...`` before GENCODE v25)."""
    bare = genes["ensembl"].str.split(".").str[0]
    return bare.str.startswith("ENSGR") & bare.str.replace("ENSGR", "ENSG0", n=1, regex=False).isin(bare)


def one_row_per_symbol(genes: pd.DataFrame) -> pd.DataFrame:
    """Keep one row of each symbol: a protein-coding one before others, else the first of the file."""
    order = genes["type"].ne("protein_coding").sort_values(kind="stable").index
    kept = genes.loc[order].drop_duplicates("gene").index
    lost = genes["gene"][~genes.index.isin(kept)]
    if len(lost):
        text = "genes: %d further rows of %d repeated symbols left out: %s"
        logger.info(text, len(lost), lost.nunique(), few(lost.unique()))
    return genes.loc[genes.index.isin(kept)].reset_index(drop=True)
