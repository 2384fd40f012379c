"""Draw per-gene correlations by model."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.per_gene import per_gene_r
from deepdep.plot.reason import figure_or_reason
from deepdep.plot.style import model_colors, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
path, colors = snakemake.input.summary, model_colors(snakemake.params.models)
per_gene = read_table(snakemake.input.genes).assign(reported=True)
figure = figure_or_reason(
    path, lambda: per_gene_r(per_gene, read_table(path).query("gene_set == 'reported'"), colors)
)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
