"""Read one omic of one cohort into samples x features, as the source has it.

Input: path (the table; none where the cohort lacks the omic), sheet, quality, aliases; which features
are wanted from ``wanted`` (chosen before) or ``lines`` (the cell lines' source). Output: source.
"""

from typing import TYPE_CHECKING

from deepdep.io.checksum import sha256
from deepdep.io.parquet import write_matrix
from deepdep.io.samples import read_samples
from deepdep.log import start_log
from deepdep.prepare.omics import empty_omic
from deepdep.prepare.own import read_any
from deepdep.prepare.request import Wishes, source_of
from deepdep.prepare.sources import Read, describe_units

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, cohort, table = snakemake.wildcards.omic, snakemake.params.cohort, snakemake.params.table
given = snakemake.input
found, sources = Read(empty_omic([])), {}
if table is not None:
    wishes = Wishes(given.get("wanted"), given.get("lines"), given.get("aliases"))
    found = read_any(source_of(omic, table, cohort, read_samples(cohort["samples"]), wishes))
    sources = {path: sha256(path) for path in [given.path, *given.get("files", [])]}
meta = {"units": describe_units(omic, snakemake.params.further), "sources": sources, **found.notes}
holds = f"{omic} of cohort {snakemake.wildcards.cohort}, all features of the source"
write_matrix(found.frame, snakemake.output.source, holds, **meta)
