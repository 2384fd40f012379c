"""Draw the maps of tumours by their predictions or by an omic."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.map_embedding import map_embedding
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
left_out = read_header(files.table)["left_out"]
figure = map_embedding(read_table(files.table), params.what, left_out)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
