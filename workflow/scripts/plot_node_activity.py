"""Draw which bottleneck nodes are active over repeated trainings."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.nodes import node_activity
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
activity, nodes = read_table(snakemake.input.activity), read_table(snakemake.input.nodes)
figure = node_activity(activity, nodes, snakemake.params.settings["active_share"])
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
