"""Join a cohort's sample sheet with what its omics hold.

Input: sheet, omics. Output: samples.parquet.
"""

from typing import TYPE_CHECKING

from deepdep.io.checksum import sha256
from deepdep.io.parquet import read_matrix, write_table
from deepdep.io.sheets import read_sheet
from deepdep.log import start_log
from deepdep.prepare.samples import build_samples

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
columns, params = snakemake.params.columns, snakemake.params
sheet = read_sheet(snakemake.input.sheet, columns["sample"], columns["patient"], columns["group"])
omics = {omic: read_matrix(path) for omic, path in zip(params.omics, snakemake.input.omics, strict=True)}
samples = build_samples(sheet, omics, params.domain, params.required)
write_table(
    samples,
    snakemake.output.samples,
    f"samples of cohort {snakemake.wildcards.cohort}",
    sources={snakemake.input.sheet: sha256(snakemake.input.sheet)},
    required=params.required,
)
