"""TCGA PanCanAtlas expression (EB++ RSEM, v1 or v2): ``SYMBOL|ENTREZ`` rows, 28-character aliquots.

Linear, upper-quartile normalised and batch-adjusted: 0.58 % of values are negative and some are
NA. It is not TPM.
"""

from pathlib import Path

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.genes import gene_matrix, to_log2_tpm
from deepdep.io.text import read_layout

HEAD = "gene_id"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read as log2(RSEM + 1); negative values count as 0, NA stays missing."""
    first = read_layout(path).names[0]
    expect(first == HEAD, path, f"the first column is {first!r}, not {HEAD!r}")
    return gene_matrix(wide_layout(path), wanted, "log2(RSEM+1), upper-quartile normalised", to_log2_tpm)
