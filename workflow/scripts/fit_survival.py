"""Fit Cox regressions of survival on predicted dependencies in a cohort.

Input: predictions, samples, expression (none if not measured). Output: fits, halves (parquet), table,
skipped (text).
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.groupings import Skipped
from deepdep.tumors.halves import halves, with_proportionality
from deepdep.tumors.read import read_cohorts
from deepdep.tumors.survival import Endpoint, survival_of, survival_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files, output = snakemake.params, snakemake.input, snakemake.output
name, skipped = snakemake.wildcards.cohort, Skipped()
expression = dict(zip([name], files.expression, strict=False))  # none if not measured
cohort = read_cohorts([name], [files.predictions], [files.samples], expression)[0]
endpoint = Endpoint(**params.endpoint)
patients = survival_of(cohort, endpoint, Skipped())
fits, top = with_proportionality(
    survival_table(cohort, endpoint, skipped), patients, cohort.predicted, params.figures
)
about = {"predicted_by": params.model, "time": endpoint.time, "event": endpoint.event}
write_table(fits, output.fits, "Cox regressions of survival, scores predicted from these omics", **about)
curves = halves(top, patients, cohort.predicted)
write_table(curves, output.halves, "patients halved at the median predicted score", **about)
for frame, path in ((fits, output.table), (skipped.table(), output.skipped)):
    write_tsv(frame, path, digits=6)
