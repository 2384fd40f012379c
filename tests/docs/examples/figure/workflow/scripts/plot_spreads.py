"""Draw each gene's spread over lines, predicted against measured."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix
from deepdep.log import start_log
from deepdep.plot.spreads import spreads
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files = snakemake.input
figure = spreads(read_matrix(files.dependency), read_matrix(files.predictions), snakemake.wildcards.model)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
