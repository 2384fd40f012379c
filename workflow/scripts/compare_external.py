"""Compare the predicted map of tumours with a published one.

Input: scores and samples of each cohort of tumours, genes, map. Output: table (its header has facts), text.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.checksum import sha256
from deepdep.io.parquet import read_matrix, read_table, write_table
from deepdep.io.tsv import write_tsv
from deepdep.log import logger, start_log
from deepdep.tumors.external import agreement_facts, no_agreement, per_gene_agreement, read_external

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files = snakemake.input
ours = pd.concat([read_matrix(path) for path in files.scores])
sheet = pd.concat([read_table(path, index="sample") for path in files.samples])
genes = read_table(files.genes, index="gene")
try:
    theirs, scores = read_external(snakemake.params.external, set(ours.index))
    found = per_gene_agreement(ours, theirs, scores, sheet["group"])
    facts = agreement_facts(found, genes["mean"])
except InputError as error:
    logger.error("%s", error)
    found, facts = no_agreement()
    facts["reason"] = str(error)
about = {"data": snakemake.params.note, "sources": {files.map: sha256(files.map)}, "facts": facts}
write_table(found, snakemake.output.table, f"agreement with {snakemake.wildcards.external}", **about)
write_tsv(found, snakemake.output.text, digits=4, index=True)
