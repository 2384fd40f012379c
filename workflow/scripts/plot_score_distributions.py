"""Draw the distributions of measured and predicted scores."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.distributions import score_distributions, split_scores
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params = snakemake.params
predictions = {
    cohort: read_matrix(path)
    for cohort, path in zip(params.cohorts, snakemake.input.predictions, strict=True)
}
genes = read_table(snakemake.input.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
observed = read_matrix(snakemake.input.dependency)
samples = pd.read_csv(snakemake.input.samples, sep="\t")
figure = score_distributions(split_scores(observed, predictions, samples, reported), params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
