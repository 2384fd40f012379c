"""Draw mean r within genes by set of genes."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.models import Guides
from deepdep.plot.reason import figure_or_reason
from deepdep.plot.sets import gene_set_means
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
path, guides = snakemake.input.summary, Guides(**snakemake.params.guides)
figure = figure_or_reason(path, lambda: gene_set_means(read_table(path), guides))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
