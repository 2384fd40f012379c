"""Attribute the predictions of a model to its features, gene by gene.

Input: samples and omics of the cell lines, final model, per-gene metrics, paralogs if there is a table.
Output: features (strongest of each gene), classes (by gene), both as parquet and text, skipped genes (text).
"""

from typing import TYPE_CHECKING

import pandas as pd
import torch

from deepdep.interpret.attribution import Attributor, drawn_lines
from deepdep.interpret.biomarkers import chosen_genes, described, read_paralogs
from deepdep.io.parquet import read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
settings = params.settings
choose_device(0, snakemake.threads)  # sets the threads; attributions run on the CPU
fitted = load_model(files.model, torch.device("cpu"))
(cohort,) = load_cohorts([files.samples], files.omics, params.omics)
lines = drawn_lines(fitted, settings["lines"], params.seed)
per_gene = read_table(files.per_gene).query("model == @settings['model']")
genes, unknown = chosen_genes(settings["genes"], per_gene, fitted.genes)
attributor = Attributor(fitted, fitted.design(cohort.take(lines)), settings["steps"])
paralogs = read_paralogs(files.paralogs) if settings["paralogs"] else None
features, classes = described(attributor, genes, fitted.features, settings["top"], paralogs)
skipped = pd.DataFrame({"gene": unknown}).assign(reason="the model does not predict it")
about = {"model": settings["model"], "lines": len(lines), "data": params.note}
write_table(features, snakemake.output.features, "features of largest attribution by gene", **about)
write_table(classes, snakemake.output.classes, "biomarker classes by gene", **about)
texts = {"features_table": features, "classes_table": classes, "skipped": skipped}
for name, table in texts.items():
    write_tsv(table, snakemake.output[name])
