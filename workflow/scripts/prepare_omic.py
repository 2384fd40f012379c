"""Give one omic of one cohort the features that the models see.

Input: source (samples x all features), features. Output: omic.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table, write_matrix
from deepdep.log import start_log
from deepdep.prepare.omics import build_omic, read_kept

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, features = snakemake.wildcards.omic, read_table(snakemake.input.features)
header, method = read_header(snakemake.input.source), read_header(snakemake.input.features)["method"]
holds = f"{omic} of cohort {snakemake.wildcards.cohort}"
table = ", ".join(header["sources"]) or holds
frame = build_omic(read_kept(snakemake.input.source, features), features, omic, table)
write_matrix(
    frame, snakemake.output.omic, holds, units=header["units"], sources=header["sources"], features=method
)
