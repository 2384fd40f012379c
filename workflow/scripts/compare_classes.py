"""Compare biomarker classes found by attribution with the planted classes of a simulated study.

Input: classes, planted genes. Output: table (planted x found), summary.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.interpret.biomarkers import confusion
from deepdep.io.parquet import read_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
classes = read_table(snakemake.input.classes, index="gene")["class"]
planted = pd.read_csv(snakemake.input.truth, sep="\t", index_col="gene")["class"]
table, summary = confusion(classes, planted, draws=2000, seed=snakemake.params.seed)
write_tsv(table, snakemake.output.table, index=True)
write_tsv(summary.to_frame().T, snakemake.output.summary)
