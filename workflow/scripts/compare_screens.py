"""Correlate the labels with those of second screens, gene by gene.

Input: dependency, screens. Output: ceiling (gene, n, r, screen).
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.screens import ceiling
from deepdep.io.parquet import read_matrix, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
screens = {name: read_matrix(path) for name, path in zip(params.screens, files.screens, strict=True)}
table = ceiling(read_matrix(files.dependency), screens, params.min_lines)
holds = "agreement of two screens: Pearson r of each gene over the lines measured in both"
write_table(table, snakemake.output.ceiling, holds, min_lines=params.min_lines)
