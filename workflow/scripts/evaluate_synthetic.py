"""Hold mean synthetic essentiality against measured scores, and against the planted truth if simulated.

Input: mean, mutations, dependency, pairs (planted; none for real data). Output: measured (r per mutation),
difference (mutated minus other lines), planted (empty for real data).
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.evaluate.synthetic import agreement, measured_difference, planted_auroc
from deepdep.io.parquet import read_matrix, write_matrix
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, output, params = snakemake.input, snakemake.output, snakemake.params
mean, dependency = read_matrix(files.mean, index="mutation"), read_matrix(files.dependency)
mutations = read_matrix(files.mutations)[list(mean.index)]
difference, counts = measured_difference(mutations, dependency, params.min_lines)
pairs = pd.read_csv(files.pairs, sep="\t") if files.pairs else pd.DataFrame(columns=["omic"])
same = mean.loc[difference.index, difference.columns]
scores = {"synthetic": same, "measured difference": difference, "synthetic, all mutations": mean}
planted = planted_auroc(scores if files.pairs else {}, pairs)
tables = {output.measured: agreement(mean, difference, counts), output.planted: planted}
for path, table in tables.items():
    write_tsv(table, path, digits=4)
holds = "measured gene effect, mean of mutated minus mean of other lines"
about = {"score": params.score, "data": params.note, "min_lines": params.min_lines}
write_matrix(difference.astype("float32"), output.difference, holds, index="mutation", **about)
