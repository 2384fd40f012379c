"""Fit a model on the training lines of a fold or, without splits, on all labelled lines.

Input: samples and omics of the cell lines, dependency, fingerprints, scaling, encoders
and winners of the search for their widths (networks), splits (folds), notes of the folds (final
networks: how many epochs), gene_folds (genes whose labels the fold must not see).
Output: model (.safetensors), notes (.json). A network that was killed goes on from params.state.
"""

from typing import TYPE_CHECKING

from deepdep.evaluate.splits import lines_of
from deepdep.evaluate.unseen import held_out_genes
from deepdep.io.notes import load_notes
from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.training.checkpoint import save_model
from deepdep.training.device import choose_device
from deepdep.training.fit import Lines, fit_model, load_study, model_settings, without_labels
from deepdep.training.pretrain import searched_widths
from deepdep.training.state import Unfinished

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, seed = snakemake.params, snakemake.params.seed
device = choose_device(snakemake.resources.gpu, snakemake.threads)
study = load_study(snakemake.input, params.omics)
folds = [load_notes(path) for path in snakemake.input.get("fold_notes", [])]
widths = searched_widths(params.widths, snakemake.input.get("winners", []))
settings = model_settings(params.settings, widths, params.limit, folds, params.training)
unfinished = Unfinished(params.state, params.training["checkpoint_every"])
if snakemake.input.get("splits"):
    repeat, fold = int(snakemake.wildcards.repeat), int(snakemake.wildcards.fold)
    splits = read_table(snakemake.input.splits)
    lines = Lines(*(lines_of(splits, repeat, fold, role) for role in ("train", "validation")))
    study = without_labels(study, held_out_genes(read_table(snakemake.input.gene_folds), repeat, fold))
    seed += 1000 * repeat + fold
else:
    lines = Lines(list(study.dependency.index))
save_model(fit_model(study, lines, settings, seed, device, unfinished), snakemake.output.model)
