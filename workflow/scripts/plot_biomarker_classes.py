"""Draw the biomarker classes of genes, and the omics that their predictions come from."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.attribution import biomarker_classes
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
classes = read_table(snakemake.input.classes)
about = read_header(snakemake.input.classes)
figure = biomarker_classes(classes, about["model"], about["lines"])
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
