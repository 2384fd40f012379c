"""Evaluate all models on the same folds.

Input: dependency (or a second screen), genes, splits, gene_folds, predictions (model by model, repeat
by repeat). Output: summary, genes (parquet), table (the summary as text); without a result, why.
"""

from typing import TYPE_CHECKING

from deepdep.errors import InputError
from deepdep.evaluate.compare import Setting, compare_models
from deepdep.evaluate.outcome import IMPOSSIBLE, no_result, predictions_by_model, refuse_impossible
from deepdep.evaluate.unseen import tested_labels
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table
from deepdep.log import logger, start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
header, genes = read_header(files.splits), read_table(files.genes)
splits, gene_folds = read_table(files.splits), read_table(files.gene_folds)
setting = Setting(
    genes.loc[genes["reported"], "gene"].tolist(), params.min_lines, params.bootstrap, params.seed
)
observed = read_matrix(files.dependency).reindex(columns=genes["gene"])
about = {"protocol": snakemake.wildcards.protocol, "split": header["split"]}
about["score"] = read_header(files.dependency)["score"]
try:
    refuse_impossible(header)
    repeats = sorted(splits["repeat"].unique())
    tested = [tested_labels(observed, splits, gene_folds, repeat) for repeat in repeats]
    predicted = predictions_by_model(params.repeats, files.predictions)
    summary, per_gene = compare_models(tested, predicted, splits, setting)
except InputError as error:
    if params.needed:
        raise
    logger.error("%s", error)
    summary, per_gene, about[IMPOSSIBLE] = no_result(str(error)), genes.iloc[:0][["gene"]], str(error)
write_table(summary, snakemake.output.summary, "metrics by model", **about)
write_table(per_gene, snakemake.output.genes, "metrics by model and gene", **about)
with whole_file(snakemake.output.table) as temporary:
    summary.assign(split=about["split"]).to_csv(temporary, sep="\t", index=False, float_format="%.5g")
