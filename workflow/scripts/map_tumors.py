"""List the samples of the map with flags and burdens; summarise predictions per gene and cancer type.

Input: seen (samples.tsv), predictions, their spread and omics by cohort.
Output: samples and summary, as parquet and text.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from deepdep.log import start_log
from deepdep.tumors.burdens import map_samples
from deepdep.tumors.profiles import read_aligned, read_profiles
from deepdep.tumors.selective import summarise
from deepdep.tumors.tables import write_both

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
seen = pd.read_csv(files.seen, sep="\t", dtype={"sample": str, "patient": str, "group": str})
profiles = read_profiles(seen, params.cohorts, files.predictions)
genes = profiles.scores.columns
spread = (
    read_aligned(seen, params.cohorts, files.spread, genes)[genes]
    if files.spread
    else pd.DataFrame(np.nan, profiles.scores.index, genes)
)
omics = {
    omic: read_aligned(seen, params.cohorts, files[omic])
    for omic in ("mutation", "copy_number")
    if omic in params.omics
}
samples = map_samples(seen, params.domains, spread.mean(axis=1), omics, params.outside)
meta = {"model": params.model, "score": params.score, "note": params.note, "outside": params.outside}
output = snakemake.output
write_both(samples, output.samples, output.samples_text, "samples of the map", **meta)
summary = summarise(type(profiles)(samples, profiles.scores), spread)
write_both(summary, output.summary, output.summary_text, "predictions per gene and type", **meta)
