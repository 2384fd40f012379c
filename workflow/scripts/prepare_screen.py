"""Bring a second screen to the genes, lines and scale of the first.

Input: scores (line_names, where the screen has them), samples, dependency. Output: screen (lines x genes;
without rows, and the header says why, where nothing can be compared).
"""

from typing import TYPE_CHECKING

from deepdep.errors import InputError
from deepdep.evaluate.outcome import IMPOSSIBLE
from deepdep.evaluate.screens import comparable_screen
from deepdep.io.checksum import sha256
from deepdep.io.parquet import read_matrix, read_table, write_matrix
from deepdep.log import logger, start_log
from deepdep.prepare.scores import scores_of_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
settings, name, files = snakemake.params.scores, snakemake.wildcards.screen, snakemake.input
samples, dependency = read_table(files.samples), read_matrix(files.dependency)
found = scores_of_study(settings, samples["sample"], files.get("line_names"))
modelled = samples.loc[samples["modelled"], "sample"].tolist()
about = {
    "score": settings["score"],
    "harmonise": settings["harmonise"],
    "sources": {files.scores: sha256(files.scores)},
}
try:
    table = comparable_screen(found.frame, dependency, modelled, name, settings["harmonise"])
except InputError as error:
    logger.error("%s", error)
    table, about[IMPOSSIBLE] = dependency.iloc[:0], str(error)
write_matrix(table, snakemake.output.screen, f"gene dependency of screen {name}", **found.meta, **about)
