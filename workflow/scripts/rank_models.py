"""Rank models by cross-validation: the best are run by the other protocols too.

Input: summary (metrics of cv). Output: ranking (place, model, mean_r).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.compare import GENE_MEAN
from deepdep.evaluate.outcome import rank_models
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
with whole_file(snakemake.output.ranking) as temporary:
    rank_models(read_table(snakemake.input.summary), GENE_MEAN).to_csv(temporary, sep="\t", index=False)
