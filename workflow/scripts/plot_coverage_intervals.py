"""Draw coverage and width of the conformal intervals of all models.

Input: summary, genes (coverage by model and lineage, and by gene). Output: pdf, png.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.intervals import coverage_of_intervals
from deepdep.plot.style import empty_figure, model_colors, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
summary, per_gene = read_table(snakemake.input.summary), read_table(snakemake.input.genes)
header, colors = read_header(snakemake.input.summary), model_colors(snakemake.params.models)
if IMPOSSIBLE in header:
    figure = empty_figure(header[IMPOSSIBLE])
else:
    figure = coverage_of_intervals(summary, per_gene, header["score"], colors)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
