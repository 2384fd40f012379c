"""Write the searchable page of the tumour map.

Input: scores and spreads of each cohort of tumours, samples, genes and summary of cross-validation, the
files of the page. Output: page.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_matrix, read_table
from deepdep.log import start_log
from deepdep.tumors.map_page import lead_of, map_data, map_page, read_parts, skill_of_genes

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
scores = pd.concat([read_matrix(path) for path in files.scores])
spreads = pd.concat([read_matrix(path) for path in files.spreads])
samples = pd.read_csv(files.samples, sep="\t", dtype={"sample": str, "group": str}).set_index("sample")
r = skill_of_genes(read_table(files.genes), params.model)
data = map_data(scores, spreads.loc[scores.index, scores.columns], samples, r, params.listed)
words = (
    f"Tumour map: study {snakemake.wildcards.study}",
    params.note,
    lead_of(read_table(files.summary), params.model, params.score, len(scores)),
)
page = map_page(read_parts(Path(params.folder)), data, words)
with whole_file(snakemake.output.page) as temporary:
    temporary.write_text(page, encoding="utf-8")
