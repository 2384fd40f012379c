"""Draw mean r within genes by set of genes."""

from typing import TYPE_CHECKING

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.models import Guides
from deepdep.plot.sets import gene_set_means
from deepdep.plot.style import empty_figure, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
header, table = read_header(snakemake.input.summary), read_table(snakemake.input.summary)
if IMPOSSIBLE in header:
    figure = empty_figure(header[IMPOSSIBLE])
else:
    figure = gene_set_means(table, Guides(**snakemake.params.guides))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
