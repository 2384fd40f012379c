"""Fit the harmonisation of one omic on unlabelled samples of the reference cohorts.

Input: samples and omic of each cohort, dependency (to know who has labels). Output: harmoniser
(.safetensors, .json), shift (each feature's distance between the domains, before and after).
"""

from typing import TYPE_CHECKING

import numpy as np

from deepdep.io.arrays import save_arrays
from deepdep.io.parquet import read_header, read_table, write_table
from deepdep.log import start_log
from deepdep.prepare.cohort import join_cohorts, load_cohorts
from deepdep.prepare.harmonise import Harmoniser, domains_of, fitting_part, shift_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
omic, method = snakemake.wildcards.omic, snakemake.params.method
cohort = join_cohorts(load_cohorts(snakemake.input.samples, snakemake.input.omics, [omic]))
labelled = read_table(snakemake.input.dependency, columns=["sample"])["sample"]
part, fitted_on = fitting_part(cohort, labelled, omic)
harmoniser = Harmoniser.fit(method, omic, part, np.random.default_rng(snakemake.params.seed))
notes = {"method": method, "features": harmoniser.features, "fitted_on": fitted_on}
save_arrays(harmoniser.arrays, notes, snakemake.output.harmoniser)
shift = shift_table(domains_of(cohort, omic), domains_of(cohort, omic, harmoniser))
about = {"method": method, "fitted_on": fitted_on, "units": read_header(snakemake.input.omics[0])["units"]}
write_table(shift, snakemake.output.shift, f"shift of {omic} between tumours and cell lines", **about)
