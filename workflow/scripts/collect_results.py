"""Collect the results of all protocols in one table.

Input: summaries, splits (one of each per protocol), samples of the cell lines, notes and benchmarks (of all
fold models, in one order). Output: results (parquet), table (the same as text).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.results import collect_results, training_costs
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
lineages = read_table(files.samples, index="sample")["group"]
costs = training_costs(files.notes, files.benchmarks)
tables = zip(files.summaries, files.splits, strict=True)
found = collect_results(snakemake.wildcards.study, tables, lineages, costs, params.simulated)
write_table(found, snakemake.output.results, "metrics of all protocols by model and gene set")
with whole_file(snakemake.output.table) as temporary:
    found.to_csv(temporary, sep="\t", index=False, float_format="%.5g")
