"""Correlate the predicted profiles of cell lines with each other and with those of tumours.

Input: samples of the map, predictions by cohort. Output: histograms, table of likeness (and text).
"""

from typing import TYPE_CHECKING

from deepdep.io.parquet import read_table, write_table
from deepdep.log import start_log
from deepdep.tumors.correlations import alike_lineages, pair_histograms
from deepdep.tumors.profiles import read_profiles
from deepdep.tumors.tables import write_both

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
profiles = read_profiles(read_table(files.samples), params.cohorts, files.predictions)
output, meta = snakemake.output, {"model": params.model, "note": params.note}
write_table(pair_histograms(profiles), output.histograms, "pairs of samples by r", **meta)
write_both(alike_lineages(profiles), output.alike, output.text, "r of types with lineages", **meta)
