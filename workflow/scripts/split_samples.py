"""Split the labelled cell lines by patient.

Input: samples, dependency. Output: splits (sample, repeat, fold, role, group).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.splits import cross_validation
from deepdep.io.parquet import read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
split, seed = snakemake.params.split, snakemake.params.seed
samples = read_table(snakemake.input.samples, index="sample")
labelled = read_table(snakemake.input.dependency, columns=["sample"])["sample"]
splits = cross_validation(
    samples["patient"].loc[labelled], split["folds"], split["repeats"], split["validation_share"], seed
)
holds = f"splits of protocol {snakemake.wildcards.protocol}, by patient"
write_table(splits, snakemake.output.splits, holds, seed=seed, **split)
