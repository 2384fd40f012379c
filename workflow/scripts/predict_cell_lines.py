"""Predict all cell lines: labelled ones out of fold, the others with the final model.

Input: samples and omics, final model, out-of-fold predictions. Output: table, text (the same
table), fitted (labelled lines by the final model, which was trained on them).
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix, write_matrix, write_text_copy
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device
from deepdep.training.predict import mean_of_repeats, put_out_of_fold

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
fitted_model = load_model(snakemake.input.model, choose_device(0, snakemake.threads))
(cohort,) = load_cohorts([snakemake.input.samples], snakemake.input.omics, snakemake.params.omics)
fitted = fitted_model.predict(cohort)
folds = mean_of_repeats([read_matrix(path) for path in snakemake.input.folds])
table = put_out_of_fold(fitted, folds)

model, about = snakemake.wildcards.model, {"score": snakemake.params.score, "data": snakemake.params.note}
holds = f"predictions of {model}: labelled lines out of fold, others by the final model"
write_matrix(table, snakemake.output.table, holds, **about)
write_text_copy(table, snakemake.output.text)
holds = f"predictions of {model} for lines it was trained on (in sample)"
write_matrix(fitted.loc[folds.index], snakemake.output.fitted, holds, **about)
