"""UCSC probemap: Ensembl gene id to symbol and place (hg38)."""

from collections.abc import Mapping
from pathlib import Path

from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.sheet_rows import need_numbers, one_row_each
from deepdep.io.sheets import check_column, read_cells
from deepdep.io.text import read_layout

COLUMNS = ("id", "gene", "chrom", "chromStart", "chromEnd", "strand")


def read(path: str | Path, wanted: Wanted) -> Table:  # noqa: ARG001 - one signature for all readers
    """Read all rows: id (each once), gene, chrom, chromStart, chromEnd, strand, as text."""
    layout = read_layout(path)
    for name in COLUMNS:
        check_column(layout, name)
    frame = one_row_each(read_cells(layout)[0][list(COLUMNS)], "id", path)
    for name in ("chromStart", "chromEnd"):
        need_numbers(frame, name, "id", path)
    return Table(frame, "positions in hg38 base pairs", {"rows": len(frame)})


def read_symbols(source: str | Path | Mapping[str, str]) -> dict[str, str]:
    """Return Ensembl id with version to symbol, from a probemap or a table made elsewhere (a GTF's)."""
    if isinstance(source, Mapping):
        return dict(source)
    frame = read(source, Wanted()).frame.dropna(subset="gene")
    return dict(zip(frame["id"], frame["gene"], strict=True))
