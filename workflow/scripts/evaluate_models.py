"""Evaluate all models on the same folds.

Input: dependency, genes, splits, predictions (model by model, repeat by repeat).
Output: summary, genes (parquet), table (the summary as text).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.compare import Setting, compare_models
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, iter(snakemake.input.predictions)
predicted = {model: [read_matrix(next(files)) for _ in range(params.repeats)] for model in params.models}
genes = read_table(snakemake.input.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
setting = Setting(reported, params.min_lines, params.bootstrap, params.seed)
observed, splits = read_matrix(snakemake.input.dependency), read_table(snakemake.input.splits)
summary, per_gene = compare_models(observed, predicted, splits, setting)

split = read_header(snakemake.input.splits)["split"]
score = read_header(snakemake.input.dependency)["score"]
about = {"protocol": snakemake.wildcards.protocol, "score": score, "split": split}
write_table(summary, snakemake.output.summary, "metrics by model", **about)
write_table(per_gene, snakemake.output.genes, "metrics by model and gene", **about)
with whole_file(snakemake.output.table) as temporary:
    summary.assign(split=split).to_csv(temporary, sep="\t", index=False, float_format="%.5g")
