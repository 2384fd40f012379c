"""Write the tables of a simulated study, with its planted truth.

Output: the tables in ``output.tables`` and ``output.truth``, all below one folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from deepdep.log import start_log
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
folder = Path(snakemake.output.tables[0]).parents[1]
simulate(Settings(**snakemake.params.settings, seed=snakemake.params.seed), folder)
