"""Draw the losses of the networks by epoch, a line per fold."""

from typing import TYPE_CHECKING

from deepdep.io.notes import histories
from deepdep.log import start_log
from deepdep.plot.curves import training_curves
from deepdep.plot.style import model_colors, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
figure = training_curves(histories(snakemake.input.notes), model_colors(snakemake.params.models))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
