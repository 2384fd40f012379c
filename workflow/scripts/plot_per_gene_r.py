"""Draw per-gene correlations by model."""

from typing import TYPE_CHECKING

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.per_gene import per_gene_r
from deepdep.plot.style import empty_figure, model_colors, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
header, colors = read_header(snakemake.input.summary), model_colors(snakemake.params.models)
if IMPOSSIBLE in header:
    figure = empty_figure(header[IMPOSSIBLE])
else:
    per_gene = read_table(snakemake.input.genes).assign(reported=True)
    summary = read_table(snakemake.input.summary).query("gene_set == 'reported'")
    figure = per_gene_r(per_gene, summary, colors)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
