"""Draw the reconstruction loss of the autoencoders."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.notes import load_notes
from deepdep.log import start_log
from deepdep.plot.curves import reconstruction_curves
from deepdep.plot.style import save_figure

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
parts = []
for omic, path in zip(snakemake.params.omics, snakemake.input.notes, strict=True):
    notes = load_notes(path)
    parts.append(pd.DataFrame(notes["history"]).assign(omic=omic, pca=notes["pca_loss"]))
figure = reconstruction_curves(pd.concat(parts, ignore_index=True))
save_figure(figure, snakemake.output.pdf, snakemake.output.png, snakemake.params.note)
