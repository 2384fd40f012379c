"""Decode the signatures of the chosen bottleneck nodes by a decoder trained against the frozen encoder.

Input: samples and omic of all cohorts, final model, nodes. Output: signatures (parquet), table (the same
as text), quality of the decoder (text).
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.interpret.decoder import signatures, train_decoder
from deepdep.interpret.nodes import chosen_nodes
from deepdep.io.parquet import read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.prepare.cohort import join_cohorts, load_cohorts
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device
from deepdep.training.loop import LoopSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
fitted = load_model(files.model, choose_device(0, snakemake.threads))
cohort = join_cohorts(load_cohorts(files.samples, files.omics, params.omics))
loop = LoopSettings.of({**params.pretrain, **params.training, "epochs": params.epochs})
decoder = train_decoder(fitted, cohort, loop, params.pretrain["batch"], params.pretrain["validation_share"])
table = signatures(decoder, chosen_nodes(read_table(files.nodes)))
write_table(table, snakemake.output.signatures, "decoded signatures, node on minus off", data=params.note)
write_tsv(table, snakemake.output.table, index=True)
quality = {**decoder.quality, "best_epoch": decoder.trained.best_epoch}
write_tsv(pd.DataFrame([quality]), snakemake.output.quality)
