"""Choose the genes and write their labels and fingerprints.

Input: scores, gene_sets, samples of the cell lines; line_names and genes (a list) where the study has
them. Output: dependency, genes, fingerprints, excluded (genes asked for by name that cannot be modelled).
"""

from typing import TYPE_CHECKING

from deepdep.io.atomic import whole_file
from deepdep.io.checksum import sha256
from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import read_table, write_matrix, write_table
from deepdep.log import start_log
from deepdep.prepare import dependency as labels
from deepdep.prepare.fingerprints import build_fingerprints, fingerprinted
from deepdep.prepare.scores import scores_of_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
samples, settings, params = read_table(snakemake.input.samples), snakemake.params.scores, snakemake.params
found = scores_of_study(settings, samples["sample"], snakemake.input.get("line_names"))
sets = read_gmt(snakemake.input.gene_sets)
lines = labels.labelled_lines(found.frame, samples.loc[samples["modelled"], "sample"].tolist())
choice = labels.gene_choice(params.genes, snakemake.input.get("genes"))
genes = labels.choose_genes(found.frame.loc[lines], choice, fingerprinted(sets))
names = list(genes["gene"])

sources = {path: sha256(path) for path in (snakemake.input.scores, snakemake.input.gene_sets)}
about = {**found.meta, "score": settings["score"], "sources": sources}
table, prints = labels.build_dependency(found.frame, lines, names), build_fingerprints(sets, names)
write_matrix(table, snakemake.output.dependency, "gene dependency", **about)
write_table(genes, snakemake.output.genes, "genes modelled", choice=params.genes, **about)
write_matrix(prints, snakemake.output.fingerprints, "fingerprints", index="gene", **about)
with whole_file(snakemake.output.excluded) as temporary:
    excluded = labels.excluded_genes(found.frame.loc[lines], choice, fingerprinted(sets))
    excluded.to_csv(temporary, sep="\t", index=False)
