"""Cluster and draw the heatmap of tumours x genes."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.map_heatmap import map_heatmap
from deepdep.plot.style import save_figure
from deepdep.tumors.heatmap import clustered_heatmap
from deepdep.tumors.profiles import read_profiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
tumors = read_profiles(read_table(files.samples), params.cohorts, files.predictions)
shown = clustered_heatmap(tumors, params.genes, params.most, params.seed)
figure = map_heatmap(shown.samples, shown.scores, len(tumors.samples), params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
