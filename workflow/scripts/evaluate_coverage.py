"""Say how many labels the conformal intervals of every model hold, and how wide they are.

Input: dependency, genes, samples, splits, predictions (model by model, repeat by repeat).
Output: summary, genes (parquet), table (the summary as text).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.compare import Setting
from deepdep.evaluate.intervals import DOMAIN, SPREAD, coverage_of_models
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
lineages = read_table(snakemake.input.samples, index="sample")["group"]
summary, per_gene = coverage_of_models(observed, predicted, splits, lineages, setting, params.level)

about = {
    "protocol": snakemake.wildcards.protocol,
    "score": read_header(snakemake.input.dependency)["score"],
    "level": params.level,
    "split": read_header(snakemake.input.splits)["split"],
    "standard_deviation": SPREAD,
    "domain": DOMAIN,
}
holds = "coverage and width of conformal intervals, calibrated on folds other than the one tested"
write_table(summary, snakemake.output.summary, f"{holds}, by model and lineage", **about)
write_table(per_gene, snakemake.output.genes, f"{holds}, by model and gene", **about)
with whole_file(snakemake.output.table) as temporary:
    summary.assign(interval="predictive; not calibrated for tumours", split=about["split"]).to_csv(
        temporary, sep="\t", index=False, float_format="%.5g"
    )
