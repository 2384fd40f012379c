"""Draw Kaplan-Meier curves of patients halved at the median predicted score."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.style import save_figure
from deepdep.plot.survival import kaplan_meier

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
reasons = pd.read_csv(files.skipped, sep="\t")["reason"].astype(str).tolist()
figure = kaplan_meier(read_table(files.halves), params.event, reasons)
about = f"predicted by {params.model} from these omics; chosen by their p, so that curves only describe"
save_figure(figure, snakemake.output.pdf, snakemake.output.png, f"{params.note}; {about}")
