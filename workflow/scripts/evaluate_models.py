"""Evaluate all models on the same folds.

Input: dependency, genes, splits, samples (of the cell lines), predictions (model by model, repeat by
repeat), optionally ceiling (gene, r between two screens).
Output: summary, genes, pairs (parquet), table, pairs_table (summary and differences as text).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.compare import Setting, compare_gene_sets
from deepdep.evaluate.gene_sets import gene_sets
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, iter(snakemake.input.predictions)
models = zip(params.models, params.repeats, strict=True)
predicted = {model: [read_matrix(next(files)) for _ in range(number)] for model, number in models}
genes = read_table(snakemake.input.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
chosen = {"below": params.below, "references": params.references}
setting = Setting(reported, params.min_lines, params.bootstrap, params.seed, **chosen)
splits = read_table(snakemake.input.splits)
labels = read_matrix(snakemake.input.dependency)[reported]
lineages = read_table(snakemake.input.samples, index="sample")["group"]
ceiling = read_table(snakemake.input.ceiling) if snakemake.input.get("ceiling") else None
sets = gene_sets(labels, splits, params.variable_share, params.below)
found = compare_gene_sets(sets, predicted, splits, setting, lineages, ceiling)

split, output = read_header(snakemake.input.splits)["split"], snakemake.output
score = read_header(snakemake.input.dependency)["score"]
about = {"protocol": snakemake.wildcards.protocol, "score": score, "split": split}
write_table(found.summary, output.summary, "metrics by model and gene set", **about)
write_table(found.genes, output.genes, "metrics by model and gene", **about)
write_table(found.pairs, output.pairs, "differences between models", **about)
for table, path in ((found.summary, output.table), (found.pairs, output.pairs_table)):
    with whole_file(path) as temporary:
        table.assign(split=split).to_csv(temporary, sep="\t", index=False, float_format="%.5g")
