"""Draw the top selective dependencies of each cancer type."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.map_selective import map_selective
from deepdep.plot.style import save_figure
from deepdep.tumors.selective import top_genes

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
figure = map_selective(top_genes(read_table(files.table), params.top), params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
