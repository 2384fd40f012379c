"""Write the page of metrics for the report.

Input: table (metrics by model). Output: page.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.metrics import LEAD, readable_metrics
from deepdep.plot.page import table_page, write_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
header = read_header(snakemake.input.table)
title = f"Metrics by model: {header['protocol']}, {header['score']}"
table = readable_metrics(read_table(snakemake.input.table))
write_page(table_page(table, title, LEAD, snakemake.params.note), snakemake.output.page)
