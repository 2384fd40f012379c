"""Draw the differences of models to the references."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.differences import paired_differences
from deepdep.plot.reason import figure_or_reason
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
path = snakemake.input.pairs
figure = figure_or_reason(path, lambda: paired_differences(read_table(path).query("gene_set == 'reported'")))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
