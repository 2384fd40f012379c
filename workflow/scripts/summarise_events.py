"""Bring the events of all omics together: the strongest, counts per gene and class, and the notes."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.tumors.event_tables import all_counts, all_top

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
given, made = snakemake.input, snakemake.output
write_tsv(all_top(given.top), made.top)
write_tsv(all_counts(given.counts), made.counts)
notes = pd.concat([pd.read_csv(path, sep="\t") for path in given.notes], ignore_index=True)
write_tsv(notes, made.notes)
