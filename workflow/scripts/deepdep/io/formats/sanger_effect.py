"""Sanger screens processed by DepMap (figshare gene_effect.csv, CERES or Chronos): lines x genes.

Row ids are not documented: ACH ids are expected, and anything else needs ``sample_ids``.
"""

from pathlib import Path

from deepdep.io.formats import depmap_matrix
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.text import few


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read gene effect: 0 = none, -1 = median of common essentials."""
    table = depmap_matrix.read(path, wanted)
    if wanted.sample_ids is None:
        strange = [name for name in table.frame.index if not str(name).startswith("ACH-")]
        expect(not strange, path, f"row ids are not ACH ids ({few(strange, 3)}); give the table of names")
    return Table(table.frame, "gene effect, 0 = none, -1 = median of common essentials", table.notes)
