"""Draw the omics-driven events: shares per gene, numbers, the strongest, and comparators."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.events import comparators, event_shares
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
made, params = snakemake.output, snakemake.params
counts = pd.read_csv(snakemake.input.counts, sep="\t", dtype={"gene": str})
top = pd.read_csv(snakemake.input.top, sep="\t", dtype={"gene": str, "feature": str})
save_figure(event_shares(counts, params.thresholds), made.pdf, made.png, params.note)
save_figure(comparators(top), made.compared_pdf, made.compared_png, params.note)
