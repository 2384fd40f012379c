"""Regress every gene's measured scores on node scores, own expression and culture.

Input: samples and expression of the cell lines, dependency, genes, nodes, scores. Output: genes, terms
(parquet), and both as text.
"""

from typing import TYPE_CHECKING

from deepdep.interpret.regression import culture_columns, regress
from deepdep.io.columns import CONFOUNDER
from deepdep.io.parquet import read_matrix, read_present, read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files = snakemake.input
reported = read_table(files.genes).query("reported")["gene"].tolist()
labels = read_matrix(files.dependency)[reported]
scores, samples = read_matrix(files.scores), read_table(files.samples, index="sample")
lines = labels.index[labels.index.isin(scores.index)]
nodes = read_table(files.nodes).dropna(subset="rank").sort_values("rank")["node"]
own = read_present(files.expression, reported).reindex(lines)
culture = culture_columns(samples.loc[lines], CONFOUNDER)
genes, terms = regress(scores.loc[lines, list(nodes)], own, culture, labels.loc[lines])
about = {"data": snakemake.params.note}
write_table(genes, snakemake.output.genes, "regressions of dependency by gene", **about)
write_table(terms, snakemake.output.terms, "regressions of dependency by gene and term", **about)
for table, path in ((genes, snakemake.output.genes_table), (terms, snakemake.output.terms_table)):
    write_tsv(table, path)
