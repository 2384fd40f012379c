"""Choose the genes and write their labels and fingerprints.

Input: scores, gene_sets, samples of the cell lines. Output: dependency, genes, fingerprints.
"""

from typing import TYPE_CHECKING

from deepdep.io.checksum import sha256
from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import read_table, write_matrix, write_table
from deepdep.io.tables import read_numeric_table
from deepdep.log import start_log
from deepdep.prepare.dependency import GeneChoice, build_dependency, choose_genes, labelled_lines
from deepdep.prepare.fingerprints import build_fingerprints, fingerprinted

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
samples = read_table(snakemake.input.samples)
scores = read_numeric_table(snakemake.input.scores, snakemake.params.orientation, set(samples["sample"]))
sets = read_gmt(snakemake.input.gene_sets)
lines = labelled_lines(scores, samples.loc[samples["modelled"], "sample"].tolist())
choice = GeneChoice(**{**snakemake.params.genes, "extra": tuple(snakemake.params.genes["extra"])})
genes = choose_genes(scores.loc[lines], choice, fingerprinted(sets))
names = list(genes["gene"])

sources = {path: sha256(path) for path in (snakemake.input.scores, snakemake.input.gene_sets)}
about = {"score": snakemake.params.score, "sources": sources}
write_matrix(build_dependency(scores, lines, names), snakemake.output.dependency, "gene dependency", **about)
write_table(genes, snakemake.output.genes, "genes modelled", choice=snakemake.params.genes, **about)
write_matrix(
    build_fingerprints(sets, names), snakemake.output.fingerprints, "fingerprints", index="gene", **about
)
