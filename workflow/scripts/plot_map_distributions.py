"""Draw predicted scores of tumours by cancer type beside those of the cell lines."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.map_distributions import distribution_rows, map_distributions
from deepdep.plot.style import save_figure
from deepdep.tumors.profiles import read_profiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
profiles = read_profiles(read_table(files.samples), params.cohorts, files.predictions)
genes = read_table(files.genes)
reported = genes.loc[genes["reported"], "gene"].tolist()
rows = distribution_rows(read_matrix(files.dependency), profiles.samples, profiles.scores, reported)
figure = map_distributions(rows, params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
