"""UCSC Toil expression of TCGA: Ensembl ids with version x samples, log2(TPM + 0.001).

Option ``probemap``: gencode.v23.annotation.gene.probemap (id, gene, ...), which names the genes.
"""

from pathlib import Path
from typing import Any

import numpy as np

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect, limits, suspect
from deepdep.io.formats.ensembl import best_rows, ensembl_rows
from deepdep.io.formats.genes import MOST_LOG_TPM, take_rows, to_frame, wide_by_features
from deepdep.io.formats.probemap import read_symbols
from deepdep.io.text import read_layout

PSEUDO = 0.001
# Zero TPM; no value lies below.
ZERO = np.log2(PSEUDO)


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read as log2(TPM + 1); of several Ensembl genes of one symbol the one of highest mean is kept."""
    first = read_layout(path).names[0]
    expect(first in ("sample", ""), path, f"the first column is {first!r}, not 'sample'")
    symbols = read_symbols(wanted.option("probemap", path))
    layout = wide_layout(path)
    ids, values, samples = wide_by_features(layout, wanted, ensembl_rows(symbols, wanted, path))
    counts = to_log2_tpm_1(values, path)
    rows, features, notes = best_rows(ids, values, symbols, wanted, path)
    frame = to_frame(take_rows(values, rows), samples, features, path)
    return Table(frame, "log2(TPM+1)", {**samples.notes, **notes, **counts})


def to_log2_tpm_1(values: np.ndarray, path: str | Path) -> dict[str, Any]:
    """Turn log2(TPM + 0.001) into log2(TPM + 1) in place, having checked that it is that."""
    low, high = limits(values, path)
    expect(low > ZERO - 1e-3, path, f"values down to {low:g}, below log2(0.001): not log2(TPM + 0.001)")
    expect(high <= MOST_LOG_TPM, path, f"values up to {high:g}, above log2(1e6): not log2(TPM + 0.001)")
    zeros = int((values < ZERO + 1e-3).sum())
    expect(low < 0 or values.size < 10**6, path, "no value below 0: log2(TPM + 1) already, not this file")
    suspect(zeros > 0, path, "no -9.9658 (zero TPM) among the values read")
    np.exp2(values, out=values)
    values -= PSEUDO
    np.maximum(values, 0, out=values)
    np.log1p(values, out=values)
    values /= np.float32(np.log(2))
    return {"zero_tpm": zeros}
