"""Predict a cohort without labels with the final model.

Input: samples and omics, final model. Output: table, text (the same table).
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import write_matrix, write_text_copy
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
fitted_model = load_model(snakemake.input.model, choose_device(0, snakemake.threads))
(cohort,) = load_cohorts([snakemake.input.samples], snakemake.input.omics, snakemake.params.omics)
table = fitted_model.predict(cohort)
about = {"score": snakemake.params.score, "data": snakemake.params.note}
holds = f"predictions of {snakemake.wildcards.model} for cohort {snakemake.wildcards.cohort}"
write_matrix(table, snakemake.output.table, holds, **about)
write_text_copy(table, snakemake.output.text)
