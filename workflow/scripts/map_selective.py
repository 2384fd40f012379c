"""Test which predicted dependencies set a cancer type apart; the gene's own expression beside it.

Input: samples of the map, predictions and expression by tumour cohort. Output: table (and text), notes.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.profiles import read_aligned, read_profiles
from deepdep.tumors.selective import selective_dependencies
from deepdep.tumors.tables import notes_table, write_both

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
tumors = read_profiles(read_table(files.samples), params.cohorts, files.predictions)
genes = tumors.scores.columns
expression = (
    read_aligned(tumors.samples, params.cohorts, files.expression, genes) if files.expression else None
)
table, notes = selective_dependencies(tumors, expression, params.least)
meta = {"model": params.model, "score": params.score, "note": params.note, "least": params.least}
write_both(table, snakemake.output.table, snakemake.output.text, "selective dependencies", **meta)
write_tsv(notes_table("selective dependencies", notes), snakemake.output.notes)
