"""Draw how well each planted class of genes is predicted."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.style import model_colors, save_figure
from deepdep.plot.truth import class_recovery

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
figure = class_recovery(read_table(snakemake.input.classes), model_colors(snakemake.params.models))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
