"""Draw per-gene correlations of a model against ridge."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.style import save_figure
from deepdep.plot.versus import versus_baseline

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
per_gene = read_table(snakemake.input.genes).assign(reported=True)
figure = versus_baseline(per_gene, snakemake.wildcards.model, "ridge")
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
