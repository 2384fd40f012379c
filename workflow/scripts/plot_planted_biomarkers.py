"""Draw planted against found biomarker classes of a simulated study."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.attribution import class_confusion
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
table = pd.read_csv(snakemake.input.table, sep="\t", index_col="planted")
summary = pd.read_csv(snakemake.input.summary, sep="\t").iloc[0]
figure = class_confusion(table, summary)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
