"""Draw the number of gene sets of each gene."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix
from deepdep.log import start_log
from deepdep.plot.fingerprints import fingerprint_ones
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
figure = fingerprint_ones(read_matrix(snakemake.input.fingerprints, index="gene"))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
