"""Say of every predicted sample what the model knew: in training or not, omics, how far from its lines.

Input: samples and omics of all cohorts, final model, splits and models of
the folds. Output: samples.tsv.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.domain import held_out_scores, score_codes
from deepdep.evaluate.splits import first_repeats
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohort
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device
from deepdep.training.predict import codes_of_folds, describe_samples, see_cohort

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params, device = snakemake.input, snakemake.params, choose_device(0, snakemake.threads)
fitted = load_model(files.model, device)
trained, omics = fitted.notes["train"], iter(files.omics)
paths = {cohort: {omic: next(omics) for omic in params.omics} for cohort in params.cohorts}
sheets = dict(zip(params.cohorts, files.samples, strict=True))
lines = load_cohort(sheets["ccl"], paths["ccl"])
splits = first_repeats(read_table(files.splits), params.repeats)
folds = codes_of_folds(lines, splits, files.folds, device)
held_out = held_out_scores(folds, lines.samples["patient"])
seen = {cohort: see_cohort(fitted, sheets[cohort], paths[cohort]) for cohort in params.cohorts}
codes = {cohort: one.codes for cohort, one in seen.items()}
patients = {cohort: one.sheet["patient"] for cohort, one in seen.items()}
table = describe_samples(seen, trained, score_codes(codes, patients, trained, held_out))
with whole_file(snakemake.output.samples) as temporary:
    table.to_csv(temporary, sep="\t", index=False, float_format="%.6g")
