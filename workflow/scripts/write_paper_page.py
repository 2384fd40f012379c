"""Write the page of the paper's figures and numbers beside the study's.

Input: figures (png), panels, numbers, and the tables that the numbers are of. Output: page, table.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from deepdep.evaluate.paper_numbers import beside_paper
from deepdep.io.tsv import write_tsv
from deepdep.log import start_log
from deepdep.plot.page import write_page
from deepdep.plot.paper_page import paper_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
panels = pd.read_csv(files.panels, sep="\t", dtype=str, keep_default_na=False)
wanted = pd.read_csv(files.numbers, sep="\t", dtype={"row": str}, keep_default_na=False)
numbers = beside_paper(wanted, Path(f"results/{snakemake.wildcards.study}"), params.model)
figures = {Path(path).stem: Path(path) for path in files.figures}
write_page(paper_page(panels, numbers, figures, params.note), snakemake.output.page)
write_tsv(numbers, snakemake.output.table, digits=4)
