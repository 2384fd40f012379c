"""Draw hazard ratios of predicted dependencies."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.plot.style import save_figure
from deepdep.plot.survival import hazard_ratios

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
reasons = pd.read_csv(files.skipped, sep="\t")["reason"].astype(str).tolist()
figure = hazard_ratios(read_table(files.fits), params.fdr, reasons)
note = (
    f"{params.note}; scores predicted by {params.model} from these omics; below 1: dependent tumours die more"
)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, note)
