"""Write the page of results for the report: what was reached, and what is not beaten.

Input: results (all protocols), pairs (of each protocol), maybe ceiling. Output: page.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.parquet import read_header, read_table
from deepdep.log import start_log
from deepdep.plot.honest import Facts, Roles, honest_sections
from deepdep.plot.page import sections_page, write_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
pairs = [read_table(path).assign(protocol=read_header(path)["protocol"]) for path in files.pairs]
ceiling = read_table(files.ceiling) if files.get("ceiling") else None
facts = Facts(read_table(files.results), pd.concat(pairs, ignore_index=True), ceiling)
sections = honest_sections(facts, Roles(params.floors, params.variants, params.deep_pair, params.known))
title = f"Results, honestly: study {snakemake.wildcards.study}"
write_page(sections_page(sections, title, params.note), snakemake.output.page)
