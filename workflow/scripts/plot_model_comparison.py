"""Draw all models side by side."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.models import Guides, model_comparison
from deepdep.plot.reason import figure_or_reason
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
path, guides = snakemake.input.summary, Guides(**snakemake.params.guides)
figure = figure_or_reason(
    path, lambda: model_comparison(read_table(path).query("gene_set == 'reported'"), guides)
)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
