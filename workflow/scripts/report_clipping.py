"""Write the page of values set to the limits.

Input: table (clipped values by omic and domain). Output: page.
"""

from typing import TYPE_CHECKING

import pandas as pd

from deepdep.log import start_log
from deepdep.plot.page import table_page, write_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

LEAD = (
    "Values of the unlabelled samples beyond the limits of their feature and domain, which are "
    "quantiles of these samples (winsorize in the config). Such values are set to the limit "
    "before scaling; omics with scaling none have no limits. In the folds, the cell lines' limits "
    "come from training lines and unlabelled lines together."
)

start_log(snakemake.log[0])
table = pd.read_csv(snakemake.input.table, sep="\t")
table.insert(4, "share_clipped", table["clipped"] / table["measured"].clip(lower=1))
write_page(table_page(table, "Winsorised values", LEAD, snakemake.params.note), snakemake.output.page)
