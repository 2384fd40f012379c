"""Test a clinical grouping against predicted dependencies.

Input: predictions, samples (cohort by cohort), expression (of those that have it), sets (GMT; if all genes
are tested). Output: associations, values (parquet), table, enriched, skipped (text).
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.clinical import associate, significant
from deepdep.tumors.enrichment import by_direction
from deepdep.tumors.groupings import Grouping, Skipped
from deepdep.tumors.read import read_cohorts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files, output = snakemake.params, snakemake.input, snakemake.output
grouping, skipped = Grouping(snakemake.wildcards.grouping, **params.grouping), Skipped()
expression = dict(zip(params.expressed, files.expression, strict=True))
cohorts = read_cohorts(params.cohorts, files.predictions, files.samples, expression)
found = [associate(cohort, grouping, skipped) for cohort in cohorts]
table, values = (pd.concat(parts) for parts in zip(*found, strict=True))
lists = significant(table, grouping.fdr) if files.get("sets") else {}
sets = read_gmt(files.sets) if files.get("sets") else {}
enriched = by_direction(lists, sets, sorted(set(table.get("gene", ()))))
about = {"predicted_by": params.model, "column": grouping.column}
write_table(table, output.associations, "tests of a clinical grouping, predicted from these omics", **about)
write_table(values, output.values, "samples of a clinical grouping, for its figure", **about)
for frame, path in ((table, output.table), (enriched, output.enriched), (skipped.table(), output.skipped)):
    write_tsv(frame, path, digits=6)
