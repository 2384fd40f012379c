"""DepMap expression: models x genes, log2(TPM+1)."""

from pathlib import Path

from deepdep.io.formats import depmap_matrix
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.genes import MOST_LOG_TPM


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read log2(TPM+1); linear or centred values are refused."""
    table = depmap_matrix.read(path, wanted)
    low, high = float(table.frame.min().min()), float(table.frame.max().max())
    expect(low >= 0 and high <= MOST_LOG_TPM, path, f"values from {low:g} to {high:g}: not log2(TPM+1)")
    return Table(table.frame, "log2(TPM+1)", table.notes)
