"""Predict all lines of the first fold of cross-validation, also those that its model is fitted on.

Input: samples and omics of the cell lines, splits, model of the fold. Output: predictions.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table, write_matrix
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
device = choose_device(0, snakemake.threads)
(cohort,) = load_cohorts([snakemake.input.samples], snakemake.input.omics, snakemake.params.omics)
lines = read_table(snakemake.input.splits).query("repeat == 0 and fold == 0")["sample"]
predictions = load_model(snakemake.input.model, device).predict(cohort.take(list(lines)))
about = {"score": snakemake.params.score, "data": snakemake.params.note}
holds = f"predictions of {snakemake.wildcards.model} for lines it was fitted on and for others; one fold"
write_matrix(predictions, snakemake.output.predictions, holds, **about)
