"""Cluster tumours by predicted dependency; their types, top genes and over-represented gene sets.

Input: samples of the map, predictions by tumour cohort, gene sets (GMT).
Output: members, composition, genes, sets (and texts), notes.
"""

from typing import TYPE_CHECKING

from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import read_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.clusters import cluster_genes, cluster_tumors, composition, gene_lists, members
from deepdep.tumors.enrichment import over_representation, usable_sets
from deepdep.tumors.profiles import read_profiles
from deepdep.tumors.tables import notes_table, write_both

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
tumors = read_profiles(read_table(files.samples), params.cohorts, files.predictions)
modelled, sizes = list(tumors.scores.columns), tuple(params.sizes)
clusters = cluster_tumors(tumors, params.clusters, params.components, params.seed)
genes = cluster_genes(tumors, clusters)
sets = read_gmt(files.sets)
found = over_representation(gene_lists(genes, params.enriched), sets, modelled, sizes)
own = members(tumors, clusters)
parts = {"members": own, "composition": composition(own), "genes": genes, "sets": found}
for name, table in parts.items():
    meta = {"model": params.model, "note": params.note, "seed": params.seed}
    write_both(table, snakemake.output[name], snakemake.output[f"{name}_text"], f"clusters: {name}", **meta)
left_out = len(sets) - len(usable_sets(sets, modelled, sizes))
reason = f"not {sizes[0]} to {sizes[1]} modelled genes"
notes = [{"what": "gene sets", "n": left_out, "reason": reason}] if left_out else []
write_tsv(notes_table("clusters", notes), snakemake.output.notes)
