"""CCLE: expression, copy number segments and variants of cell lines; methylation of GSE68379."""

from pathlib import Path

import numpy as np
import pandas as pd

from mirror import headers
from mirror.files import save_rows, save_sheet, save_wide
from mirror.tcga_matrices import extra_ids
from mirror.world import World

TPM = "ccle/20180929/CCLE_RNAseq_rsem_genes_tpm_20180929.txt.gz"
SEGMENTS = "ccle/2013-12-03/CCLE_copynumber_2013-12-03.seg.txt"
MAF = "ccle/18Q2/CCLE_DepMap_18Q2_maf_20180502.txt"
GSE = "gdsc/GSE68379/GSE68379_Matrix.processed.txt.gz"
# Excel's spelling, in the MAF alone.
MANGLED = {"SEPT9": "9-Sep"}
HARMLESS = ("Silent", "Intron", "5'Flank", "De_novo_Start_OutOfFrame", "IGR")
REPLICATED, UNDETECTED = "HCT116", 0.01


def write_tpm(folder: Path, world: World) -> pd.DataFrame:
    """Write linear TPM; lines (ACH) x symbols as log2(TPM+1)."""
    tpm = (np.exp2(world.lines_omics.expression) - 1).round(4)
    table = tpm.rename(index=world.ccle_of).T
    table.index = [f"{ensembl}.4" for ensembl in world.genes["ensembl"]]
    table.loc[extra_ids(world)[0]] = 0.0
    table = table.sort_index()
    table.insert(
        0, "transcript_ids", [f"{name.replace('ENSG', 'ENST')},ENST00000999.1" for name in table.index]
    )
    save_wide(folder / TPM, table, "gene_id", digits=4)
    return np.log2(tpm + 1)


def write_segments(folder: Path, world: World) -> None:
    """Write the segments of all lines."""
    segments = world.lines_omics.segments
    columns = (segments["sample"].map(world.ccle_of), segments["chrom"], segments["start"], segments["end"])
    rows = zip(*columns, (segments["end"] - segments["start"]) // 1600, segments["mean"], strict=True)
    header = ("CCLE_name", "Chromosome", "Start", "End", "Num_Probes", "Segment_Mean")
    save_rows(folder / SEGMENTS, [header, *rows])


def write_maf(folder: Path, world: World) -> dict[str, int]:
    """Write the variants by CCLE name; counts of the traps."""
    rng, genes = world.rng(71), world.genes.set_index("symbol")
    rows = []
    for ach, classes in world.lines_omics.classes.iterrows():
        clear = rng.choice(classes.index[classes == ""], 2, replace=False)
        found = [(gene, kind) for gene, kind in classes.items() if kind]
        found += [(gene, str(rng.choice(HARMLESS))) for gene in clear]
        rows += [maf_row(world.ccle_of[ach], gene, genes.loc[gene], kind) for gene, kind in found]
    rows.append(
        maf_row(world.lines["ccle"][0], "MT-ND5", genes.loc["KRAS"], "Missense_Mutation")
        | {"Chromosome": "M"}
    )
    save_sheet(folder / MAF, rows, headers.CCLE_MAF, "\t")
    return {"excel_dates": sum(row["Hugo_Symbol"] in MANGLED.values() for row in rows)}


def maf_row(line: str, symbol: str, gene: pd.Series, kind: str) -> dict[str, object]:
    """Return one row; the other allele is in Tumor_Seq_Allele1."""
    return {
        "Hugo_Symbol": MANGLED.get(symbol, symbol),
        "Entrez_Gene_Id": gene["entrez"],
        "NCBI_Build": 37,
        "Chromosome": gene["chrom"],
        "Start_position": gene["start"] + 250,
        "End_position": gene["start"] + 250,
        "Strand": "+",
        "Variant_Classification": kind,
        "Variant_Type": "SNP",
        "Reference_Allele": "C",
        "Tumor_Seq_Allele1": "T",
        "Tumor_Sample_Barcode": line,
        "isDeleterious": str(kind not in HARMLESS),
    }


def write_gse68379(folder: Path, world: World) -> tuple[pd.DataFrame, dict[str, int]]:
    """Write methylation by cell line name; lines (ACH) x probes, and counts of the traps.

    The header lacks the name of the row numbers; one line stands twice, the second time
    with other values; values that were not detected are missing in what is returned.
    """
    rng, beta = world.rng(72), world.lines_omics.methylation.iloc[:-4]
    p = np.where(rng.random(beta.shape) < UNDETECTED, 0.03, 0.0001)
    names = world.lines.set_index("ach")["name"][beta.index].to_list()
    at = world.lines["stripped"].to_list().index(REPLICATED)
    values, detection = np.vstack([beta, 1 - beta.iloc[at]]).round(4), np.vstack([p, p[at]])
    header = ["Row.names"]
    for name in [*names, names[at]]:
        header += [f"{name}_AVG.Beta", f"{name}_Detection.PVal"]
    rows = [
        [number + 1, probe, *np.column_stack([values[:, number], detection[:, number]]).ravel().tolist()]
        for number, probe in enumerate(beta.columns)
    ]
    save_rows(folder / GSE, [header, *rows])
    return beta.mask(p >= UNDETECTED), {"not_detected": int((p >= UNDETECTED).sum()), "replicates": 1}
