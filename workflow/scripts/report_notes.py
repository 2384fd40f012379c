"""Write the page of what an analysis leaves out.

Input: notes (text). Output: page.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.page import table_page, write_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
table = pd.concat([pd.read_csv(path, sep="\t") for path in snakemake.input.notes], ignore_index=True)
lead = "What the analysis tested or left out, and why; no rows: nothing was left out."
title = f"Left out: {snakemake.wildcards.page.replace('_', ' ')}"
page = table_page(table, title, lead, snakemake.params.note)
write_page(page, snakemake.output.page)
