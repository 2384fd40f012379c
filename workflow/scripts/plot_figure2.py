"""Draw figure 2 of the paper for this study.

Input: dependency, genes; fingerprints; samples, predictions of the cohorts; splits, fold_lines (model by
model); summary; screens, screen_genes, screen_predictions (screen by screen, model by model), ceiling.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.plot.distributions import split_scores
from deepdep.plot.figure2 import Panels, figure_two
from deepdep.plot.models import Guides
from deepdep.plot.screens import read_screens
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
genes = read_table(files.genes).query("reported")["gene"].tolist()
labels = read_matrix(files.dependency)
cohorts = {name: read_matrix(path) for name, path in zip(params.cohorts, files.predictions, strict=True)}
samples = pd.read_csv(files.samples, sep="\t")
panels = Panels(
    scores=split_scores(labels, cohorts, samples, genes),
    fingerprints=read_matrix(files.fingerprints, index="gene"),
    observed=labels[genes],
    fold={name: read_matrix(path) for name, path in zip(params.models, files.fold_lines, strict=True)},
    roles=read_table(files.splits).query("repeat == 0 and fold == 0").set_index("sample")["role"],
    summary=read_table(files.summary).query("gene_set == 'reported'"),
    guides=Guides(**params.guides),
    label=params.score,
    screens=read_screens(params.screens, labels, files) if params.screens else [],
)
save_figure(figure_two(panels), snakemake.output.pdf, snakemake.output.png, params.note)
