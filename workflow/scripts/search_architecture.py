"""Search for the widths of one omic's autoencoder on unlabelled samples.

Input: samples and omic of each reference cohort, scaling, dependency (to know who has labels).
Output: table (trials), winner (.json: widths). A search that was killed goes on from params.state.
"""

from typing import TYPE_CHECKING

from deepdep.log import start_log
from deepdep.training.device import choose_device
from deepdep.training.fit import load_unlabelled
from deepdep.training.pretrain import pretrain_settings
from deepdep.training.search import save_search, search_settings, search_widths

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, params = snakemake.wildcards.omic, snakemake.params
device = choose_device(snakemake.resources.gpu, snakemake.threads)
free, design = load_unlabelled(snakemake.input, omic)
pretraining = pretrain_settings(params.settings, omic, params.limit, params.training)
settings = search_settings(params.search, pretraining, params.limit, params.state)
found = search_widths(design, omic, free.samples["patient"], settings, params.seed, device)
save_search(found, settings, snakemake.output.table, snakemake.output.winner)
