"""Pretrain the autoencoder of one omic on unlabelled samples.

Input: samples and omic of each reference cohort, scaling, dependency (to know who has labels),
winner of the search for its widths (or none).
Output: encoder (.safetensors), notes (.json: features, widths, losses). A training that was
killed goes on from params.state.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from deepdep.log import start_log
from deepdep.training.checkpoint import save_encoder
from deepdep.training.device import choose_device
from deepdep.training.fit import load_unlabelled
from deepdep.training.pretrain import pretrain, pretrain_settings, searched_widths
from deepdep.training.state import Unfinished

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, params = snakemake.wildcards.omic, snakemake.params
device = choose_device(snakemake.resources.gpu, snakemake.threads)
free, design = load_unlabelled(snakemake.input, omic)
widths = searched_widths(params.settings["widths"], snakemake.input.winners)
settings = pretrain_settings({**params.settings, "widths": widths}, omic, params.limit, params.training)
unfinished = Unfinished(params.state, params.training["checkpoint_every"])
resumable = replace(settings, unfinished=unfinished)
pretrained = pretrain(design, omic, free.samples["patient"], resumable, params.seed, device)
save_encoder(pretrained, snakemake.output.encoder, omic, free.features[omic], settings)
