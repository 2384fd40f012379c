"""Draw how alike the predicted profiles of cell lines and tumours are."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.map_correlations import map_correlations
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
figure = map_correlations(read_table(files.histograms), read_table(files.alike))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
