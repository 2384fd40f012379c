"""Split the labelled cell lines into training, validation and test lines of every fold.

Input: samples, dependency; expression or screen, for the kinds that need it. Output: splits (sample,
repeat, fold, role, group), gene_folds (gene, fold); without rows where no gene is held out, or where the
protocol cannot be formed, and the header says why.
"""

from typing import TYPE_CHECKING, Any

from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.evaluate.protocols import WORDS, Lines, form_protocol
from deepdep.io.parquet import column_names, read_header, read_matrix, read_table, write_table
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
name, split, seed = snakemake.wildcards.protocol, snakemake.params.split, snakemake.params.seed
files = snakemake.input
more: dict[str, Any] = {}
sheet = read_table(files.samples, index="sample")
labelled = read_table(files.dependency, columns=["sample"])["sample"]
others = sheet.index[sheet["modelled"] & ~sheet.index.isin(labelled)]
sheet = sheet.loc[[*labelled, *others], ["patient", "group"]]
if files.get("expression"):
    more["expression"] = read_matrix(files.expression)
if files.get("screen"):
    more["screened"] = read_table(files.screen, columns=["sample"])["sample"]
    more["screen_fault"] = read_header(files.screen).get(IMPOSSIBLE, "")
lines = Lines(sheet.assign(labelled=sheet.index.isin(labelled)), column_names(files.dependency)[1:], **more)
formed = form_protocol(name, split, lines, seed)

words = WORDS[split["kind"]]
about = {**split, "seed": seed, "split": words} | (
    {IMPOSSIBLE: formed.impossible} if formed.impossible else {}
)
write_table(formed.splits, snakemake.output.splits, f"splits of protocol {name}, {words}", **about)
write_table(formed.gene_folds, snakemake.output.gene_folds, f"genes held out by protocol {name}", **about)
