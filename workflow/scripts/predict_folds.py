"""Predict every test line of a repeat with the model of the fold that tests it.

Input: samples and omics of the cell lines, splits, models of the folds. Output: predictions.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.splits import fold_of_test_lines
from deepdep.io.parquet import read_table, write_matrix
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.device import choose_device
from deepdep.training.predict import predict_test_lines

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
device = choose_device(0, snakemake.threads)
(cohort,) = load_cohorts([snakemake.input.samples], snakemake.input.omics, snakemake.params.omics)
folds = fold_of_test_lines(read_table(snakemake.input.splits), int(snakemake.wildcards.repeat))
predictions = predict_test_lines(cohort, folds, snakemake.input.models, device)
about = {"score": snakemake.params.score, "data": snakemake.params.note}
holds = f"out-of-fold predictions of {snakemake.wildcards.model}"
write_matrix(predictions, snakemake.output.predictions, holds, **about)
