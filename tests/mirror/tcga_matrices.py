"""TCGA: expression, methylation and copy number segments."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mirror.aliquots import METHYLATION, RNA, SNP, Aliquots, make_aliquots, of_patients
from mirror.files import quoted, save_rows, save_wide, wide_rows
from mirror.world import World

ATLAS = "pancanatlas/2018"
EXPRESSION = f"{ATLAS}/EBPlusPlusAdjustPANCAN_IlluminaHiSeq_RNASeqV2.geneExp.tsv"
MERGED = f"{ATLAS}/jhu-usc.edu_PANCAN_merged_HumanMethylation27_HumanMethylation450.betaValue_whitelisted.tsv"
SEGMENTS = f"{ATLAS}/broad.mit.edu_PANCAN_Genome_Wide_SNP_6_whitelisted.seg"
TPM = "toil/2016/tcga_RSEM_gene_tpm.gz"
PROBEMAP = "toil/2016/gencode.v23.annotation.gene.probemap"
ZERO_TPM = -9.9658
NAMELESS = ("?|100130426", "?|100133144")
# Where they lie in hg38 is not looked at: places of hg19, moved a little.
MOVED = 70_000
PAR, DOUBLE = "CD99", "CDKN2A"


def rsem_of(expression: pd.DataFrame) -> pd.DataFrame:
    """Return linear RSEM of log2(TPM+1)."""
    return (np.exp2(expression) - 1) * 40


def write_expression(folder: Path, world: World) -> tuple[pd.DataFrame, dict[str, int]]:
    """Write EB++ expression; patients x symbols as log2(RSEM+1), and counts of the traps."""
    aliquots, rng = make_aliquots(world, RNA), world.rng(21)
    first = rsem_of(world.tumors_omics.expression)
    first = first.where(rng.random(first.shape) > 0.006, -3.25).round(4)
    few = rng.choice(first.shape[1], 3, replace=False)
    first.iloc[rng.choice(len(first), 10, replace=False), few] = np.nan
    second = (first.clip(lower=0) + 500).round(4)
    columns = [(first if row.copy == 0 else second).loc[row.sample] for row in values_of(aliquots, world)]
    matrix = pd.DataFrame(columns).T.set_axis(aliquots.table["barcode"], axis=1)
    symbols = world.genes["symbol"].replace({"SLC35E2B": "SLC35E2"})
    matrix.index = symbols + "|" + world.genes["entrez"]
    nameless = pd.DataFrame(0.0, index=NAMELESS, columns=matrix.columns)
    rows = wide_rows(pd.concat([nameless, matrix]), "gene_id", digits=4)
    save_rows(folder / EXPRESSION, [quoted(rows[0]), *rows[1:]])
    truth = np.log2(of_patients(first, second, aliquots.used).clip(lower=0) + 1)
    counts = {"negative_rsem": int((matrix < 0).sum().sum()), "missing_rsem": int(matrix.isna().sum().sum())}
    return truth.drop(columns=["SLC35E2", "SLC35E2B"]), counts


def values_of(aliquots: Aliquots, world: World) -> list:
    """Return aliquots as rows; a normal one has the values of some tumour."""
    other = world.tumors["sample"].iloc[-1]
    table = aliquots.table.assign(sample=aliquots.table["sample"].mask(aliquots.table["normal"], other))
    return list(table.itertuples())


def write_toil(folder: Path, world: World) -> pd.DataFrame:
    """Write Toil TPM and its probemap; return patients x symbols as log2(TPM+1)."""
    table = make_aliquots(world, RNA).table.drop_duplicates("sample")
    other = world.tumors["sample"].iloc[-1]
    source = table["sample"].mask(table["normal"], other)
    expression = world.tumors_omics.expression
    logs = np.log2((np.exp2(expression.loc[source]) - 1).clip(lower=0) + 0.001).round(4)
    matrix = logs.T.set_axis(table["sample"], axis=1)
    matrix.index = [f"{ensembl}.7" for ensembl in world.genes["ensembl"]]
    copies = pd.DataFrame(ZERO_TPM, index=extra_ids(world), columns=matrix.columns)
    save_wide(folder / TPM, pd.concat([matrix, copies]), "sample", digits=4)
    write_probemap(folder, world)
    main = world.tumors[world.tumors["main"] & world.tumors["sample"].isin(table["sample"])]
    return expression.loc[main["sample"]].set_axis(main["patient"].rename("sample")).sort_index()


def extra_ids(world: World) -> list[str]:
    """Return ids of a second gene of one symbol, and of the copy on Y of a pseudoautosomal gene."""
    ids = world.genes.set_index("symbol")["ensembl"]
    return ["ENSG00000999001.1", f"{ids[PAR]}.7_PAR_Y"]


def write_probemap(folder: Path, world: World) -> None:
    """Write Ensembl ids with symbols of GENCODE v23."""
    places = [(f"chr{g.chrom}", g.start + MOVED, g.end + MOVED, "+") for g in world.genes.itertuples()]
    names = zip(world.genes["ensembl"], world.genes["symbol"], places, strict=True)
    rows = [(f"{ensembl}.7", symbol, *place) for ensembl, symbol, place in names]
    double, on_y = extra_ids(world)
    rows += [(double, DOUBLE, "chr9", 100_001, 100_900, "-"), (on_y, PAR, "chrY", 2_691_187, 2_741_309, "+")]
    save_rows(folder / PROBEMAP, [("id", "gene", "chrom", "chromStart", "chromEnd", "strand"), *rows])


def write_methylation(folder: Path, world: World) -> tuple[pd.DataFrame, dict[str, int]]:
    """Write merged methylation; patients x probes, and counts of the traps."""
    aliquots, rng = make_aliquots(world, METHYLATION), world.rng(22)
    first = world.tumors_omics.methylation.copy()
    first = first.mask(rng.random(first.shape) < 0.01)
    first.iloc[::3, 5] = np.nan
    second = (1 - first).round(4)
    columns = [(first if row.copy == 0 else second).loc[row.sample] for row in values_of(aliquots, world)]
    matrix = pd.DataFrame(columns).T.set_axis(aliquots.table["barcode"], axis=1)
    rows = wide_rows(matrix, "Composite Element REF", digits=4)
    rows[3::4] = [["" if cell == "NA" else cell for cell in row] for row in rows[3::4]]
    save_rows(folder / MERGED, rows)
    missing = {"missing_beta": int(matrix.isna().sum().sum())}
    return of_patients(first, second, aliquots.used), missing


def write_segments(folder: Path, world: World) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Write SNP6 segments; patients x genes, patients x bins (log2(CN/2)), and counts of the traps."""
    aliquots, omics = make_aliquots(world, SNP), world.tumors_omics
    by_sample = dict(iter(omics.segments.groupby("sample", sort=False)))
    rows = [row for one in values_of(aliquots, world) for row in segment_rows(one, by_sample[one.sample])]
    header = ("Sample", "Chromosome", "Start", "End", "Num_Probes", "Segment_Mean")
    save_rows(folder / SEGMENTS, [header, *rows])
    genes, bins = (
        of_patients(frame, (frame / 2).round(4), aliquots.used) for frame in (omics.copy_number, omics.bins)
    )
    return genes, bins, {"scientific_positions": sum("E+" in row[3] for row in rows)}


def segment_rows(aliquot: Any, segments: pd.DataFrame) -> list[tuple]:
    """Return the rows of an aliquot: a second one has half the means, a normal one none to speak of."""
    scale = 0.02 if aliquot.normal else 0.5 if aliquot.copy == 1 else 1.0
    return [
        (
            aliquot.barcode,
            "23" if row.chrom == "X" else row.chrom,
            row.start,
            scientific(row.end),
            (row.end - row.start) // 1_600 + 2,
            np.round(row.mean * scale, 4),
        )
        for row in segments.itertuples()
    ]


def scientific(position: int) -> str:
    """Return tens of millions of base pairs as R writes them (8.7E+07), other positions in full."""
    return f"{position:.1E}" if position % 1_000_000 == 0 and position < 10**8 else str(position)
