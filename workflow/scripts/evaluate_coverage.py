"""Say how many labels the conformal intervals of every model hold, and how wide they are.

Input: dependency, genes, samples, splits, predictions (model by model, repeat by repeat). Output:
summary, genes (parquet), table (the summary as text); where there is no result, why.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.compare import Setting
from deepdep.evaluate.intervals import DOMAIN, SPREAD, coverage_of_models
from deepdep.evaluate.outcome import IMPOSSIBLE, no_result, predictions_by_model
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
header, genes = read_header(files.splits), read_table(files.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
setting = Setting(reported, params.min_lines, params.bootstrap, params.seed)
observed, splits = read_matrix(files.dependency), read_table(files.splits)
lineages = read_table(files.samples, index="sample")["group"]
about = {
    "protocol": snakemake.wildcards.protocol,
    "score": read_header(files.dependency)["score"],
    "level": params.level,
    "split": header["split"],
    "standard_deviation": SPREAD,
    "domain": DOMAIN,
}
if IMPOSSIBLE in header:
    about[IMPOSSIBLE] = header[IMPOSSIBLE]
    summary, per_gene = no_result(header[IMPOSSIBLE]), genes.iloc[:0][["gene"]]
else:
    predicted = predictions_by_model(params.repeats, files.predictions)
    summary, per_gene = coverage_of_models(observed, predicted, splits, lineages, setting, params.level)
holds = "coverage and width of conformal intervals, calibrated on folds other than the one tested"
write_table(summary, snakemake.output.summary, f"{holds}, by model and lineage", **about)
write_table(per_gene, snakemake.output.genes, f"{holds}, by model and gene", **about)
with whole_file(snakemake.output.table) as temporary:
    text = summary.assign(interval="predictive; not calibrated for tumours", split=about["split"])
    text.to_csv(temporary, sep="\t", index=False, float_format="%.5g")
