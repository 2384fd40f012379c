"""Draw the predicted map of tumours against a published one."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.external import external_agreement
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
table, name = snakemake.input.table, snakemake.wildcards.external
figure = external_agreement(read_table(table, index="gene"), read_header(table)["facts"], name)
note = f"{snakemake.params.note}; predictions of {snakemake.params.model}, both maps are predictions"
save_figure(figure, snakemake.output.pdf, snakemake.output.png, note)
