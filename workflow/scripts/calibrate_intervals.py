"""Give each gene the half-width of a conformal interval for new cell lines, of one model.

Input: dependency, splits, predictions (out-of-fold, repeat by repeat). Output: half_width.
"""

from typing import TYPE_CHECKING

import numpy as np

from deepdep.evaluate.intervals import DOMAIN, SPREAD, calibrate
from deepdep.io.parquet import read_header, read_matrix, read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
level = snakemake.params.level
observed, splits = read_matrix(snakemake.input.dependency), read_table(snakemake.input.splits)
predicted = [read_matrix(path) for path in snakemake.input.predictions]
table = calibrate(observed, predicted, splits, level)

holds = (
    f"conformal half-width of each gene for level {level}, from out-of-fold residuals of labelled "
    f"cell lines, model {snakemake.wildcards.model}; {DOMAIN}; {SPREAD}"
)
about = {
    "score": read_header(snakemake.input.dependency)["score"],
    "data": snakemake.params.note,
    "level": level,
    "standard_deviation": SPREAD,
    "domain": DOMAIN,
    "infinite": int(np.isinf(table["half_width"]).sum()),
}
write_table(table, snakemake.output.half_width, holds, **about)
