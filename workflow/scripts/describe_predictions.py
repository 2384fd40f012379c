"""Say of every predicted sample what the model knew: in training or not, omics, how far from its lines.

Input: samples and omics of all cohorts, final model. Output: samples.tsv.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.domain import score_codes
from deepdep.io.atomic import whole_file
from deepdep.log import start_log
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device
from deepdep.training.predict import describe_samples, see_cohort

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
fitted = load_model(snakemake.input.model, choose_device(0, snakemake.threads))
trained, omics, files = fitted.notes["train"], snakemake.params.omics, iter(snakemake.input.omics)
seen = {
    cohort: see_cohort(fitted, samples, {omic: next(files) for omic in omics})
    for cohort, samples in zip(snakemake.params.cohorts, snakemake.input.samples, strict=True)
}
codes = {cohort: one.codes for cohort, one in seen.items()}
patients = {cohort: one.sheet["patient"] for cohort, one in seen.items()}
table = describe_samples(seen, trained, score_codes(codes, patients, trained))
with whole_file(snakemake.output.samples) as temporary:
    table.to_csv(temporary, sep="\t", index=False, float_format="%.6g")
