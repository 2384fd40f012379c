"""Say how far the models of cross-validation, and their members, differ in what they predict.

Input: samples of all cohorts and their omics (cohort by cohort), splits, models of the folds.
Output: one table of standard deviations per cohort.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.splits import first_repeats
from deepdep.io.parquet import read_table, write_matrix
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohort
from deepdep.training.device import choose_device
from deepdep.training.predict import SPREAD, allowed_samples, spread_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
device, params, files = choose_device(0, snakemake.threads), snakemake.params, snakemake.input
splits, omics = first_repeats(read_table(files.splits), params.repeats), iter(files.omics)
for cohort, samples, path in zip(params.cohorts, files.samples, snakemake.output.tables, strict=True):
    data = load_cohort(samples, {omic: next(omics) for omic in params.omics})
    unseen = allowed_samples(data.samples.index, splits)
    spread = spread_of(data, files.folds, unseen, device)
    holds = f"spread of the predictions of {snakemake.wildcards.model} for cohort {cohort}"
    about = {"score": params.score, "data": params.note, "standard_deviation": SPREAD}
    write_matrix(spread.table(), path, holds, predictions=int(spread.counts.max()), **about)
