"""Write the page of the search for widths for the report.

Input: tables (trials of each omic). Output: page.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.page import table_page, write_page
from deepdep.plot.search import LEAD, readable_trials

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
tables = [pd.read_csv(path, sep="\t") for path in snakemake.input.tables]
table = readable_trials(pd.concat(tables, ignore_index=True))
write_page(table_page(table, "Search for widths", LEAD, snakemake.params.note), snakemake.output.page)
