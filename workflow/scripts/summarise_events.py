"""Bring the events of all omics together: the strongest, counts per gene and class, notes, a page of them."""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.page import table_page, write_page
from deepdep.tumors.event_tables import all_counts, all_top, write_tsv

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

LEAD = "Pairs of feature and gene that were tested, the events among them, and what was left out or skipped."

start_log(snakemake.log[0])
given, made = snakemake.input, snakemake.output
write_tsv(all_top(given.top), made.top)
write_tsv(all_counts(given.counts), made.counts)
notes = pd.concat([pd.read_csv(path, sep="\t") for path in given.notes], ignore_index=True)
write_tsv(notes, made.notes)
write_page(table_page(notes, "Omics-driven events: notes", LEAD, snakemake.params.note), made.page)
