"""Evaluate all models on the same folds.

Input: dependency (or a second screen), labels (those trained on), genes, splits, gene_folds, samples (of
the cell lines), predictions (model by model, repeat by repeat), maybe ceiling. Output: summary, genes,
pairs (parquet), table, pairs_table, genes_table (the same as text); without a result, why.
"""

from typing import TYPE_CHECKING

import deepdep.evaluate.outcome as outcome
from deepdep.errors import InputError
from deepdep.evaluate.compare import Setting, compare_gene_sets
from deepdep.io.parquet import read_header, read_table
from deepdep.log import logger, start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
header, genes = read_header(files.splits), read_table(files.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
chosen = {"below": params.below, "references": params.references, "variants": params.variants}
setting = Setting(reported, params.min_lines, params.bootstrap, params.seed, **chosen)
lineages = read_table(files.samples, index="sample")["group"]
ceiling = read_table(files.ceiling) if files.get("ceiling") else None
about = {"protocol": snakemake.wildcards.protocol, "split": header["split"]}
about["score"] = read_header(files.dependency)["score"]
about["sources"] = outcome.sources_of([files.labels, files.dependency])
try:
    outcome.refuse_impossible(header)
    sets = outcome.tested_gene_sets(files, reported, params.variable_share, params.below)
    predicted = outcome.predictions_by_model(params.repeats, files.predictions)
    found = compare_gene_sets(sets, predicted, read_table(files.splits), setting, lineages, ceiling)
except InputError as error:
    if params.needed:
        raise
    logger.error("%s", error)
    found, about[outcome.IMPOSSIBLE] = outcome.no_comparison(str(error)), str(error)
outcome.write_comparison(found, snakemake.output, about)
