"""Compare the predictions of a simulated study with its planted truth.

Input: planted pairs and genes, samples and omics of the cell lines, per-gene metrics,
out-of-fold predictions of every model. Output: classes, pairs, roc (parquet), table (text).
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.evaluate.recovery import recovery
from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_matrix, read_table, write_table
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params = snakemake.params
(cohort,) = load_cohorts([snakemake.input.samples], snakemake.input.omics, params.omics)
predictions = {
    model: read_matrix(path) for model, path in zip(params.models, snakemake.input.predictions, strict=True)
}
inputs = snakemake.input
pairs, genes = (pd.read_csv(path, sep="\t") for path in (inputs.pairs, inputs.truth_genes))
found = recovery(cohort.omics, predictions, read_table(inputs.per_gene), pairs, genes, params.seed)

write_table(found.classes, snakemake.output.classes, "recovery by planted class")
write_table(found.pairs, snakemake.output.pairs, "ranking of planted pairs")
write_table(found.roc, snakemake.output.roc, "ROC curves of planted pairs")
with whole_file(snakemake.output.table) as temporary:
    found.classes.to_csv(temporary, sep="\t", index=False, float_format="%.4f")
