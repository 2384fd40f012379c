"""Draw known relations as a forest plot."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.known import known_forest
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
table = pd.read_csv(snakemake.input.table, sep="\t", dtype={"gene": str, "feature": str})
save_figure(known_forest(table), snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
