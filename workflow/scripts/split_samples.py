"""Split the labelled cell lines into training, validation and test lines of every fold.

Input: samples, dependency. Output: splits (sample, repeat, fold, role, group).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.splits import WORDS, make_splits
from deepdep.io.parquet import read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
name, split, seed = snakemake.wildcards.protocol, snakemake.params.split, snakemake.params.seed
samples = read_table(snakemake.input.samples, index="sample")
labelled = read_table(snakemake.input.dependency, columns=["sample"])["sample"]
splits = make_splits(samples.loc[labelled, ["patient", "group"]], name, split, seed)
words = WORDS[split["kind"]]
holds = f"splits of protocol {name}, {words}"
write_table(splits, snakemake.output.splits, holds, seed=seed, split=words, **split)
