"""Genes of a GTF, and places against the chromosomes of a build."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.builds import HG19, HG38, check_build, lengths_of
from deepdep.io.gtf import one_row_per_symbol, read_genes

ROWS = [
    ("chr1", "gene", 11869, 14412, "ENSG00000223972.4", "DDX11L1", "pseudogene"),
    ("chr1", "transcript", 11869, 14409, "ENSG00000223972.4", "DDX11L1", "pseudogene"),
    ("chr7", "gene", 55086714, 55324313, "ENSG00000146648.11", "EGFR", "protein_coding"),
    ("chrX", "gene", 585079, 620146, "ENSG00000185960.8", "SHOX", "protein_coding"),
    ("chrY", "gene", 535079, 570146, "ENSGR0000185960.8", "SHOX", "protein_coding"),
    ("chrY", "gene", 150855, 155000, "ENSG00000182378.15_PAR_Y", "PLCXD1", "protein_coding"),
    ("chrM", "gene", 3307, 4262, "ENSG00000198888.2", "MT-ND1", "protein_coding"),
    ("chr3", "gene", 100, 200, "ENSG00000000001.1", "TWICE", "lincRNA"),
    ("chr5", "gene", 300, 400, "ENSG00000000002.1", "TWICE", "protein_coding"),
]
HEAD = "##description: evidence-based annotation of the human genome (GRCh37), version 19\n"


def gtf(folder: Path, rows: list[tuple], head: str = HEAD) -> Path:
    """Write rows as GENCODE does, gzipped."""
    lines = [
        f'{chrom}\tHAVANA\t{kind}\t{start}\t{end}\t.\t+\t.\tgene_id "{ensembl}"; gene_type "{biotype}"; '
        f'gene_status "KNOWN"; gene_name "{name}"; level 2;\n'
        for chrom, kind, start, end, ensembl, name, biotype in rows
    ]
    path = folder / "genes.gtf.gz"
    path.write_bytes(gzip.compress((head + "".join(lines)).encode()))
    return path


def test_gene_rows_only(tmp_path: Path):
    genes = read_genes(gtf(tmp_path, ROWS))
    assert genes.columns.to_list() == ["gene", "chrom", "start", "end", "ensembl", "type"]
    assert genes["gene"].to_list() == ["DDX11L1", "EGFR", "SHOX", "MT-ND1", "TWICE", "TWICE"]
    assert genes["chrom"].to_list() == ["1", "7", "23", "M", "3", "5"]
    assert genes.iloc[1].to_list() == ["EGFR", "7", 55086714, 55324313, "ENSG00000146648", "protein_coding"]


def test_one_row_per_symbol_prefers_protein_coding(tmp_path: Path):
    genes = one_row_per_symbol(read_genes(gtf(tmp_path, ROWS)))
    assert genes["gene"].to_list() == ["DDX11L1", "EGFR", "SHOX", "MT-ND1", "TWICE"]
    assert genes.set_index("gene").loc["TWICE", "chrom"] == "5"


def test_no_gtf(tmp_path: Path):
    with pytest.raises(InputError, match="no gene rows"):
        read_genes(gtf(tmp_path, ROWS[1:2]))
    with pytest.raises(InputError, match="line 2: no gene row"):
        read_genes(gtf(tmp_path, [("chr1", "gene", "x", 5, "E.1", "A", "b")]))
    with pytest.raises(InputError, match="line 3: no gene row"):
        read_genes(gtf(tmp_path, [ROWS[0], ("chr1", "gene", 9, 5, "E.1", "A", "b")]))
    whole = gtf(tmp_path, ROWS).read_bytes()
    (tmp_path / "cut.gtf.gz").write_bytes(whole[:-20])
    with pytest.raises(InputError, match="damaged or truncated"):
        read_genes(tmp_path / "cut.gtf.gz")


def places(*rows: tuple[str, float]) -> pd.DataFrame:
    """Return places by chromosome and end."""
    return pd.DataFrame(rows, columns=["chrom", "end"])


def test_places_beyond_the_end_of_a_chromosome():
    whole = {
        build: list(zip(map(str, range(1, 25)), lengths, strict=True))
        for build, lengths in (("hg19", HG19), ("hg38", HG38))
    }
    for build, rows in whole.items():
        check_build(places(*rows), build, "segments")
        other = {"hg19": "hg38", "hg38": "hg19"}[build]
        with pytest.raises(
            InputError, match=f"beyond the chromosome's end in {other}.*set the build to {build}"
        ):
            check_build(places(*rows), other, "segments")
    # Chromosomes 17 and 20 are longer in hg38, chromosome 1 in hg19.
    with pytest.raises(
        InputError, match=r"x.seg: 1 lie beyond .* in hg19 \(chromosome 17 ends at 81,195,210"
    ):
        check_build(places(("17", 81_195_211), ("M", 1e12)), "hg19", "x.seg")
    with pytest.raises(InputError, match="State the build they are of"):
        check_build(places(("1", 3e8)), "hg38", "x.seg")
    with pytest.raises(InputError, match="unknown genome build 'hg18'"):
        lengths_of("hg18")
    assert sum(HG19) == 3_095_677_412
    assert sum(HG38) == 3_088_269_832
