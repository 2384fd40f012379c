"""Draw coverage and width of the conformal intervals of all models.

Input: summary, genes (coverage by model and lineage, and by gene). Output: pdf, png.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.intervals import coverage_of_intervals
from deepdep.plot.reason import figure_or_reason
from deepdep.plot.style import model_colors, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
path, colors = snakemake.input.summary, model_colors(snakemake.params.models)
tables = read_table(path), read_table(snakemake.input.genes)
figure = figure_or_reason(path, lambda: coverage_of_intervals(*tables, read_header(path)["score"], colors))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
