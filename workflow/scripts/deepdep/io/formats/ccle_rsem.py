"""CCLE RSEM gene TPM (20180929): Ensembl ids, a column of transcript ids, then CCLE names; linear TPM.

Option ``gene_names``: Ensembl id to symbol, a probemap-like table (id, gene) as path or a mapping.
"""

from pathlib import Path

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.ensembl import best_rows, ensembl_rows
from deepdep.io.formats.genes import take_rows, to_frame, to_log2_tpm, wide_by_features
from deepdep.io.formats.probemap import read_symbols
from deepdep.io.text import read_layout

HEAD = ["gene_id", "transcript_ids"]


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read as log2(TPM + 1); of several Ensembl genes of one symbol the one of highest mean is kept."""
    head = read_layout(path).names[:2]
    expect(head == HEAD, path, f"the first columns are {head}, not {HEAD}")
    symbols = read_symbols(wanted.option("gene_names", path))
    layout = wide_layout(path, leading=2)
    ids, values, samples = wide_by_features(layout, wanted, ensembl_rows(symbols, wanted, path))
    negative = bool((values < 0).any())
    expect(not negative, path, "negative values: not linear TPM")
    counts = to_log2_tpm(values)
    rows, features, notes = best_rows(ids, values, symbols, wanted, path)
    frame = to_frame(take_rows(values, rows), samples, features, path)
    return Table(frame, "log2(TPM+1)", {**samples.notes, **notes, **counts})
