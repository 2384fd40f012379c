"""Draw what node scores, own expression and culture tell of dependency."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.regression import dependency_regression
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
figure = dependency_regression(read_table(snakemake.input.genes), snakemake.params.settings["fdr"])
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
