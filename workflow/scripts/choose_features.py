"""Choose the features of an omic that the models see.

Input: list (published), or lines and tumors (sources), or path, sheet and quality of tumours'
segments (bins derived). Output: features.
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import write_table
from deepdep.log import start_log
from deepdep.prepare.features import published_features
from deepdep.prepare.request import chosen_from_segments, chosen_from_sources

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, method, given = snakemake.wildcards.omic, snakemake.params.method, snakemake.input
if method == "published":
    features = published_features(given.list, omic)
elif given.get("path"):
    features = chosen_from_segments(omic, snakemake.params.tumors)
else:
    features = chosen_from_sources(omic, given.lines, given.tumors)
write_table(features, snakemake.output.features, f"features of {omic}", method=method)
