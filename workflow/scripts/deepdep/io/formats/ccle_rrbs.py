"""CCLE RRBS promoter methylation: regions x CCLE names, beta values; not the probes of the arrays.

20180614 has 7 columns in front of the lines; 20181022 has 3, a last row that is no data, and
missing values padded with blanks.
"""

from pathlib import Path

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.pancan_methylation import check_beta
from deepdep.io.formats.probes import probe_rows, probe_table
from deepdep.io.text import few, read_layout

LEADING = {"TSS_id": 7, "locus_id": 3}
LAST = "avg_coverage"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read lines x regions; ``sample_ids`` maps CCLE names."""
    names = read_layout(path).names
    expect(names[0] in LEADING, path, f"the first column is {names[0]!r}, not {few(LEADING)}")
    leading = names.index(LAST) + 1 if LAST in names[:8] else LEADING[names[0]]
    layout = wide_layout(path, leading)
    choose, others = probe_rows(wanted), []

    def region(cells: list[str]) -> str | None:
        if not cells[0] or not any(cells[1:]):
            others.append(cells[0])
            return None
        return choose(cells)

    table = probe_table(layout, wanted, region)
    check_beta(table.frame.to_numpy(), path)
    return Table(table.frame, table.units, {**table.notes, "rows_without_place": len(others)})
