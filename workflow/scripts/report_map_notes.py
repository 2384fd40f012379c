"""Write the page of what the map leaves out.

Input: notes of the analyses of the map. Output: page.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.page import table_page, write_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
table = pd.concat([pd.read_csv(path, sep="\t") for path in snakemake.input.notes], ignore_index=True)
lead = "What the analyses of the map left out, and why; no rows: nothing."
page = table_page(table, "Map of tumours: what is left out", lead, snakemake.params.note)
write_page(page, snakemake.output.page)
