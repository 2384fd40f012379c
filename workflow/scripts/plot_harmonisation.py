"""Draw tumours beside cell lines, feature by feature, before and after harmonisation."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.harmonisation import harmonisation_shift
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
header = read_header(snakemake.input.shift)
label = f"{snakemake.wildcards.omic.replace('_', ' ')}, {header['units']}"
figure = harmonisation_shift(read_table(snakemake.input.shift), label, snakemake.params.method)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
