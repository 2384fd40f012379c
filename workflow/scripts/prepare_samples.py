"""Join a cohort's sample sheet with what its omics hold.

Input: sheet, sources and features of each omic. Output: samples.parquet.
"""

from typing import TYPE_CHECKING

from deepdep.io.checksum import sha256
from deepdep.io.parquet import read_table, write_table
from deepdep.io.samples import read_samples
from deepdep.log import start_log
from deepdep.prepare.features import kept_part
from deepdep.prepare.omics import read_kept
from deepdep.prepare.samples import build_samples

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, cohort, omics = snakemake.params, snakemake.wildcards.cohort, {}
for omic, source, path in zip(params.omics, snakemake.input.sources, snakemake.input.features, strict=True):
    features = read_table(path)
    omics[omic] = kept_part(read_kept(source, features), features, f"{omic} of cohort {cohort}")
samples = build_samples(read_samples(params.columns), omics, params.domain, params.required)
write_table(
    samples,
    snakemake.output.samples,
    f"samples of cohort {cohort}",
    sources={path: sha256(path) for path in [snakemake.input.sheet, *snakemake.input.further]},
    required=params.required,
)
