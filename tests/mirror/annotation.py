"""Gene annotation in GTF: GENCODE v19 (hg19) and v38 (hg38), and CCLE's edition of v19."""

from pathlib import Path
from typing import Any

from mirror.files import save
from mirror.world import World

V19, V38 = "gencode/v19/gencode.v19.annotation.gtf.gz", "gencode/v38/gencode.v38.annotation.gtf.gz"
CCLE = "ccle/20180929/gencode.v19.genes.v7_model.patched_contigs.gtf.gz"
HEAD = "##description: evidence-based annotation of the human genome\n##provider: GENCODE\n##format: gtf\n"
MOVED = 70_000
# The copy on Y of a pseudoautosomal gene, and a pseudogene that shares its symbol with a gene.
PAR, DOUBLE = "CD99", "CDKN2A"


def write_gtf(folder: Path, world: World) -> None:
    """Write the three annotations; symbols of v38 are today's, and its places are moved a little."""
    genes = list(world.genes.itertuples())
    par = next(gene for gene in genes if gene.symbol == PAR)
    old = [line for gene in genes for line in gene_lines(gene, gene.symbol, 0, f"{gene.ensembl}.4")]
    on_y = row("chrY", "gene", 2_559_229, 2_609_350, f"{par.ensembl.replace('ENSG0', 'ENSGR')}.4", PAR)
    double = row("chr9", "gene", 100_001, 100_900, "ENSG00000999001.1", DOUBLE, "pseudogene")
    save(folder / V19, HEAD + "".join([double, *old, on_y]))
    bare = [line.replace("chr", "", 1) for line in old]
    save(folder / CCLE, "#" + HEAD[1:] + "".join([double.replace("chr", "", 1), *bare]))
    new = [line for gene in genes for line in gene_lines(gene, gene.new, MOVED, f"{gene.ensembl}.12")]
    copy = row("chrY", "gene", 2_691_187, 2_741_309, f"{par.ensembl}.12_PAR_Y", PAR)
    save(folder / V38, HEAD + "".join([double, *new, copy]))


def gene_lines(gene: Any, symbol: str, moved: int, ensembl: str) -> list[str]:
    """Return the rows of a gene: itself, a transcript and an exon."""
    places = (f"chr{gene.chrom}", gene.start + moved, gene.end + moved)
    return [row(places[0], kind, *places[1:], ensembl, symbol) for kind in ("gene", "transcript", "exon")]


def row(
    chrom: str, kind: str, start: int, end: int, ensembl: str, symbol: str, type_: str = "protein_coding"
) -> str:
    """Return one line."""
    tags = (
        f'gene_id "{ensembl}"; transcript_id "{ensembl}"; gene_type "{type_}"; gene_name "{symbol}"; level 2;'
    )
    return "\t".join([chrom, "HAVANA", kind, str(start), str(end), ".", "+", ".", tags]) + "\n"
