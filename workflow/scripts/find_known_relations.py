"""Look for known relations of omics and dependency in measured and in predicted scores."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.event_tables import read_groups, read_scores, read_source
from deepdep.tumors.known_relations import default_relations, known_table, planted_relations

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
given, params = snakemake.input, snakemake.params
relations = params.known
if relations is None and params.simulated:
    relations = planted_relations(pd.read_csv(given.pairs, sep="\t"), params.most_planted)
if relations is None:
    relations = default_relations()
parts = []
for name, source in params.sources.items():
    labelled = given.dependency if source["labelled_only"] else None
    scores, groups = read_scores(source["scores"], labelled), read_groups(source["samples"])
    parts.append(known_table(relations, read_source(name, source["omics"], relations, scores, groups)))
write_tsv(pd.concat(parts, ignore_index=True), snakemake.output.table)
