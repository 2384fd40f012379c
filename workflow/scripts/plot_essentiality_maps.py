"""Draw predicted gene effect over two nodes' scores."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.nodes import essentiality_maps
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
lines = read_table(files.samples)["sample"]
scores = read_matrix(files.scores)
scores = scores[scores.index.isin(lines)]
axes = read_header(files.maps)["axes"]
figure = essentiality_maps(read_table(files.maps), scores, read_matrix(files.dependency), axes, params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
