"""Predict chosen genes over a grid of two nodes' scores.

Input: samples of the cell lines, final model, nodes, scores of all samples. Output: maps, skipped (genes
that the model does not predict).
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.interpret.nodes import chosen_nodes, essentiality_map, map_axes
from deepdep.io.parquet import read_matrix, read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.training.checkpoint import load_model
from deepdep.training.device import choose_device

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, settings = snakemake.input, snakemake.params.settings
fitted = load_model(files.model, choose_device(0, snakemake.threads))
scores = read_matrix(files.scores)
scores = scores[scores.index.isin(read_table(files.samples)["sample"])]
axes = map_axes(scores[chosen_nodes(read_table(files.nodes))])
known = [gene for gene in settings["genes"] if gene in fitted.genes] if axes else []
maps = essentiality_map(fitted, scores, axes, known, settings["map_steps"])
about = {"axes": axes or [], "data": snakemake.params.note}
write_table(maps, snakemake.output.maps, "predicted gene effect over two node scores", **about)
why = "the model does not predict it" if axes else "fewer than two nodes are active in every training"
skipped = pd.DataFrame({"gene": [gene for gene in settings["genes"] if gene not in known]}).assign(reason=why)
write_tsv(skipped, snakemake.output.skipped)
