"""Test gene sets along the decoded signatures.

Input: signatures, gene sets. Output: enrichment (parquet), table (the same as text).
"""

from typing import TYPE_CHECKING

from deepdep.interpret.enrichment import enriched
from deepdep.io.gmt import read_gmt
from deepdep.io.parquet import read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
settings = snakemake.params.settings
signatures = read_table(snakemake.input.signatures, index="feature")
sets = read_gmt(snakemake.input.sets)
table = enriched(signatures, sets, settings["permutations"], settings["smallest_set"], snakemake.params.seed)
write_table(table, snakemake.output.enrichment, "gene sets along decoded signatures")
write_tsv(table, snakemake.output.table)
