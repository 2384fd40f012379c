"""Draw predicted against observed scores, a panel per model."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.scatter import observed_vs_predicted
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params = snakemake.params
genes = read_table(snakemake.input.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
observed = read_matrix(snakemake.input.dependency)[reported]
predictions = {
    model: read_matrix(path)[reported]
    for model, path in zip(params.models, snakemake.input.predictions, strict=True)
}
summary = read_table(snakemake.input.summary).query("gene_set == 'reported'")
figure = observed_vs_predicted(observed, predictions, summary, params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
