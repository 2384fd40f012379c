"""Read one omic of one cohort into samples x features.

Input: table (none where the cohort lacks the omic), sheet; for all cohorts but ccl the
cell lines' omic as ``reference``, whose features are taken.
"""

from typing import TYPE_CHECKING

from deepdep.io.checksum import sha256
from deepdep.io.parquet import read_matrix, write_matrix
from deepdep.io.sheets import read_sheet
from deepdep.log import start_log
from deepdep.prepare.omics import OmicRequest, build_omic, describe_units, empty_omic

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, table, columns = snakemake.wildcards.omic, snakemake.params.table, snakemake.params.samples
reference = snakemake.input.get("reference")
features = None if reference is None else list(read_matrix(reference).columns)
if table is None:
    frame, source = empty_omic(features), {}
else:
    sheet = read_sheet(columns["path"], columns["sample"], columns["patient"], columns["group"])
    request = OmicRequest(
        omic=omic,
        path=snakemake.input.table,
        format=table["format"],
        orientation=table.get("orientation", "features_in_rows"),
        ids=table.get("ids", "as_is"),
        positions=snakemake.input.get("positions"),
        samples=list(sheet["sample"]),
        features=features,
    )
    frame, source = build_omic(request), {snakemake.input.table: sha256(snakemake.input.table)}
holds = f"{omic} of cohort {snakemake.wildcards.cohort}"
write_matrix(frame, snakemake.output.omic, holds, units=describe_units(omic), sources=source)
