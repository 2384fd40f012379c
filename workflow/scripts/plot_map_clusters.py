"""Draw the clusters of tumours with their types, top genes and gene sets."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.map_clusters import map_clusters
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
figure = map_clusters(read_table(files.composition), read_table(files.genes), read_table(files.sets))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
