"""Draw cell lines in the space of two nodes' scores."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.nodes import node_space
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files = snakemake.input
groups = read_table(files.samples, index="sample")["group"].fillna("unknown").astype(str)
scores = read_matrix(files.scores)
scores = scores[scores.index.isin(groups.index)]
figure = node_space(scores, groups.loc[scores.index], read_header(files.maps)["axes"])
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
