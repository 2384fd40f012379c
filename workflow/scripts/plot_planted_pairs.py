"""Draw the ranking of planted feature-gene pairs."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.style import model_colors, save_figure
from deepdep.plot.truth import pair_roc

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
pairs = read_table(snakemake.input.pairs)
whole = pairs[(pairs["omic"] == "all") & (pairs["class"] == "all")].set_index("model")
counts = (int(whole["pairs"].iloc[0]), int(whole["others"].iloc[0]))
auroc = {str(name): value for name, value in whole["auroc"].items()}
colors = model_colors(snakemake.params.models)
figure = pair_roc(read_table(snakemake.input.roc), auroc, counts, colors)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
