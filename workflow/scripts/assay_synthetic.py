"""Flip every mutation of every labelled line and summarise what that does to every score.

Input: samples and mutations of the cell lines, dependency, fingerprints, gene sets, final model. Output:
mean, sd, fraction_negative, top_pairs, pairs, partners, histogram, correlation, skipped.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from deepdep.interpret.flips import multiply_adds
from deepdep.interpret.study import prepare_assay, write_tables
from deepdep.interpret.synthetic import Place, run_assay
from deepdep.log import logger, start_log
from deepdep.prepare.cohort import load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
fitted = load_model(files.model, choose_device(snakemake.resources.gpu, snakemake.threads))
(cohort,) = load_cohorts([files.samples], [files.omics], ["mutation"])
study = prepare_assay(fitted, cohort, files, params.settings, params.seed)
sizes = len(study.assay.mutations), len(study.assay.genes)
counts = multiply_adds(study.network.nets[0].net, *sizes)
logger.info(
    "%d lines x %d mutations x %d genes; multiply-adds a line: %.2e, row by row %.2e",
    len(study.assay.lines), *sizes, *counts,
)  # fmt: skip
store = Path(params.store) if params.settings["store"] else None
state = Path(params.state)
summary = run_assay(
    study.assay, study.network, study.wanted, Place(state, params.settings["save_every"], store)
)
about = {"model": params.settings["model"], "score": params.score, "data": params.note}
write_tables(summary, study, snakemake.output, about)
for path in (state, state.with_suffix(".json")):
    path.unlink(missing_ok=True)
