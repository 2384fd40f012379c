"""DeepDEP's own cell line matrices (ccl_*_data_paired_with_tcga.txt): features x lines, tab-separated.

Their layout is documented nowhere. Assumed and checked: a header with one id per line, the
feature in the first column, numbers elsewhere, no id twice. The fingerprint is gene sets x genes
in the same form: its table has genes as rows, gene sets as columns.
"""

from pathlib import Path

import numpy as np

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect, limits
from deepdep.io.formats.probes import probe_rows, probe_table
from deepdep.io.text import few, read_layout

UNITS = {
    "mutation": "0/1, 1 = damaging variant",
    "expression": "log2(TPM+1)",
    "methylation": "beta value, 0 to 1",
    "copy_number": "log2(CN/2), summed over the bin",
    "fingerprint": "0/1, 1 = in the gene set",
}
BINARY = ("mutation", "fingerprint")
RANGES = {"expression": (0.0, 25.0), "methylation": (0.0, 1.0)}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one of the matrices; option ``omic`` says which (a key of ``UNITS``)."""
    omic = wanted.option("omic", path)
    layout = wide_layout(path)
    expect(layout.separator == "\t", path, "not tab-separated")
    repeated = sorted({name for name in layout.columns if layout.columns.count(name) > 1})
    expect(not repeated, path, f"ids in the header occur twice: {few(repeated)}")
    expect(omic in UNITS, path, f"unknown omic {omic!r}, one of {few(UNITS)}")
    table = probe_table(layout, wanted, probe_rows(wanted))
    check_values(omic, table.frame.to_numpy(), path)
    return Table(table.frame, UNITS[omic], {**table.notes, "first_column": read_layout(path).names[0]})


def check_values(omic: str, values: np.ndarray, path: str | Path) -> None:
    """Raise InputError for values that do not fit the omic."""
    low, high = limits(values, path)
    if omic in BINARY:
        expect(
            bool((np.isin(values, (0, 1)) | np.isnan(values)).all()), path, f"{omic} values other than 0, 1"
        )
    least, most = RANGES.get(omic, (-np.inf, np.inf))
    expect(least <= low and high <= most, path, f"{omic} values from {low:g} to {high:g}")
