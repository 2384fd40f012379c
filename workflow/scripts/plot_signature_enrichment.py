"""Draw the gene sets along decoded signatures."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.nodes import signature_enrichment
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
figure = signature_enrichment(read_table(snakemake.input.enrichment), snakemake.params.settings["fdr"])
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
