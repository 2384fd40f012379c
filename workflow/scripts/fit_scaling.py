"""Fit limits and scales on the unlabelled samples of the reference cohorts.

Input: samples and omics of each cohort, dependency (to know who has labels).
Output: scaling (.safetensors, .json), clipping (how many values lie beyond the limits).
"""

from typing import TYPE_CHECKING

from deepdep.io.atomic import whole_file
from deepdep.io.parquet import read_table
from deepdep.log import start_log
from deepdep.prepare.cohort import join_cohorts, load_cohorts, unlabelled
from deepdep.prepare.transform import Scaling, Transform
from deepdep.training.checkpoint import save_transform

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
params = snakemake.params
cohort = join_cohorts(load_cohorts(snakemake.input.samples, snakemake.input.omics, params.omics))
labelled = read_table(snakemake.input.dependency, columns=["sample"])["sample"]
free = unlabelled(cohort, labelled)
transform = Transform.fit(free, Scaling(params.scaling, params.winsorize))
save_transform(transform, snakemake.output.scaling, samples=len(free.samples), features=cohort.features)
with whole_file(snakemake.output.clipping) as temporary:
    transform.clipped(free).to_csv(temporary, sep="\t", index=False)
