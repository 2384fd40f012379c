"""Draw how the new lines of a second screen are predicted, beside what both screens share."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix
from deepdep.log import start_log
from deepdep.plot.screens import read_screens, second_screen
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
(screen,) = read_screens(params.models, read_matrix(files.dependency), files)
figure = second_screen(screen, params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
