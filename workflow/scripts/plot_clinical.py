"""Draw predicted dependencies by clinical group."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.clinical import clinical_groups
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
reasons = pd.read_csv(files.skipped, sep="\t")["reason"].astype(str).tolist()
figure = clinical_groups(read_table(files.associations), read_table(files.values), params.score, reasons)
note = f"{params.note}; column {params.column}; predicted by {params.model} from these omics"
save_figure(figure, snakemake.output.pdf, snakemake.output.png, note)
