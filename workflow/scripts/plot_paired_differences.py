"""Draw the differences of models to the references."""

from typing import TYPE_CHECKING

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.differences import paired_differences
from deepdep.plot.style import empty_figure, save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
header, table = read_header(snakemake.input.pairs), read_table(snakemake.input.pairs)
if IMPOSSIBLE in header:
    figure = empty_figure(header[IMPOSSIBLE])
else:
    table = table.query("gene_set == 'reported'")
    figure = paired_differences(table)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
