"""CCLE Cell_lines_annotations_20181226.txt: CCLE names, DepMap ids, pathology."""

from pathlib import Path

from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.sheet_rows import need, one_row_each, tidy
from deepdep.io.sheets import read_cells
from deepdep.io.text import read_layout

NAME, MODEL = "CCLE_ID", "depMapID"
NEEDED = (NAME, MODEL, "Site_Primary", "Histology", "Gender", "type_refined", "tcga_code")


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one row per line; lines without a DepMap id stay, with an empty one."""
    layout = read_layout(path, quoted=False)
    need(layout.names, NEEDED, path)
    frame = one_row_each(tidy(read_cells(layout)[0]), NAME, path)
    if wanted.samples is not None:
        frame = frame[frame[MODEL].isin(wanted.samples)].reset_index(drop=True)
    return Table(frame, "text", {"lines": len(frame), "without_depmap_id": int(frame[MODEL].isna().sum())})


def depmap_ids(path: str | Path) -> dict[str, str]:
    """Return CCLE name to DepMap id, as ``Wanted.sample_ids`` takes it."""
    frame = read(path, Wanted()).frame.dropna(subset=MODEL)
    return dict(zip(frame[NAME], frame[MODEL], strict=True))
