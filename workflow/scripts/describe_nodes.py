"""Describe the bottleneck nodes of a model with one omic over its repeated trainings.

Input: samples and omic of all cohorts, checkpoints of cross-validation, final model. Output: activity
(by training and node), nodes (by node), scores of the final model, table (the nodes as text).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from deepdep.interpret.nodes import node_activity, node_scores, stable_nodes
from deepdep.io.parquet import write_matrix, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.prepare.cohort import join_cohorts, load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
device = choose_device(0, snakemake.threads)
cohort = join_cohorts(load_cohorts(files.samples, files.omics, params.omics))
runs = [(Path(path).stem, node_scores(load_model(path, device), cohort)) for path in files.folds]
runs.append(("final", node_scores(load_model(files.model, device), cohort)))
activity = node_activity(runs)
nodes = stable_nodes(activity, params.settings["active_share"], params.settings["top"])

about = {"model": params.settings["model"], "data": params.note}
write_table(activity, snakemake.output.activity, "bottleneck nodes by training", **about)
write_table(nodes, snakemake.output.nodes, "bottleneck nodes over all trainings", **about)
write_matrix(runs[-1][1], snakemake.output.scores, "node scores of the final model, all cohorts", **about)
write_tsv(nodes, snakemake.output.table)
