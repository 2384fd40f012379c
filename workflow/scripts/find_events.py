"""Find the omics-driven events of one omic, and compare the strongest with simpler explanations."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.event_tables import compare_strongest, read_groups, read_scores
from deepdep.tumors.events import Setting, find_events, per_gene

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
given, made, params, omic = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards.omic
labelled = given.dependency if params.labelled_only else None
scores = read_scores(given.scores, labelled)
groups = read_groups(given.samples)
setting = Setting(omic, params.fdr, params.min_mutated)
found = find_events(given.omic, scores, groups, setting)
meta = {"note": params.note, "fdr": params.fdr, "tests": found.tests, "samples": found.samples}
write_table(found.events, made.events, "omics-driven events", **meta)
expression = given.expression if len(given.get("expression", "")) else None
strongest = replace(found, events=found.events.head(params.compared))
top = compare_strongest(strongest, given.omic, expression, scores, groups)
write_table(top, made.top, "the strongest events beside comparators", **meta)
counts = per_gene(found.events, list(scores.columns), omic)
write_table(counts, made.counts, "events per gene", **meta)
write_tsv(pd.DataFrame({"scores": snakemake.wildcards.scores, "note": found.notes}), made.notes)
