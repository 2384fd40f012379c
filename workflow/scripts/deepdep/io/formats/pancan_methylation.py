"""TCGA PanCanAtlas methylation, 27k and 450k merged: probes x aliquots, beta values (5 GB of text).

The rows are probes, which are the columns of the table to be: each row is parsed into its place
in one float32 array (1.1 GB for 22,601 x 12,039), and the table is its transposed view.
"""

from pathlib import Path

import numpy as np

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect, limits
from deepdep.io.formats.probes import probe_rows, probe_table
from deepdep.io.text import read_layout

HEAD = "Composite Element REF"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read beta values of the probes wanted; NA and empty cells are missing."""
    first = read_layout(path).names[0]
    expect(first == HEAD, path, f"the first column is {first!r}, not {HEAD!r}")
    table = probe_table(wide_layout(path), wanted, probe_rows(wanted))
    check_beta(table.frame.to_numpy(), path)
    return table


def check_beta(values: np.ndarray, path: str | Path) -> None:
    """Raise InputError for values that are no beta values."""
    low, high = limits(values, path)
    expect(low >= 0 and high <= 1, path, f"values from {low:g} to {high:g}: no beta values (M values?)")
