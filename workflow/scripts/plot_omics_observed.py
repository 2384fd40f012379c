"""Draw which omics the samples of each cohort have."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.coverage import omics_observed
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
parts = [
    read_table(path).assign(cohort=cohort)
    for cohort, path in zip(snakemake.params.cohorts, snakemake.input.samples, strict=True)
]
figure = omics_observed(pd.concat(parts, ignore_index=True))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
