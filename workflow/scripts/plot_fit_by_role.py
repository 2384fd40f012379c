"""Draw predicted against observed scores of training, validation and test lines."""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.roles import fit_by_role
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
genes = read_table(files.genes).query("reported")["gene"].tolist()
fold = {model: read_matrix(path) for model, path in zip(params.models, files.predictions, strict=True)}
roles = read_table(files.splits).query("repeat == 0 and fold == 0").set_index("sample")["role"]
figure = fit_by_role(read_matrix(files.dependency)[genes], fold, roles, params.score)
save_figure(figure, snakemake.output.pdf, snakemake.output.png, params.note)
