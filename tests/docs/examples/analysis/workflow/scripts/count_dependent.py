"""Count the tumours of each cancer type that are predicted to depend on a gene."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_matrix, read_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.frequency import dependent_share

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
scores = pd.concat([read_matrix(path) for path in snakemake.input.scores])
sheet = pd.concat([read_table(path, index="sample") for path in snakemake.input.samples])
write_tsv(dependent_share(scores, sheet["group"], snakemake.params.below), snakemake.output[0])
