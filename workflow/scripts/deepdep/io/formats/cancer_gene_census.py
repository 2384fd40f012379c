"""COSMIC Cancer Gene Census: the user's own copy (an account is needed), csv or the tsv of v98 on."""

import csv
import io
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.sheet_rows import need, need_rows, one_row_each, tidy
from deepdep.io.ids import check_text
from deepdep.io.text import existing, no_cells, open_text

SYMBOL, ENTREZ, ROLE, TIER = "symbol", "entrez", "role", "tier"
OLD = {"Gene Symbol": SYMBOL, "Entrez GeneId": ENTREZ, "Role in Cancer": ROLE, "Tier": TIER}
NEW = {"GENE_SYMBOL": SYMBOL, "ROLE_IN_CANCER": ROLE, "TIER": TIER}


def read(path: str | Path, wanted: Wanted) -> Table:  # noqa: ARG001 - one signature for all readers
    """Read rows symbol, entrez (missing from v98 on), role, tier (missing in older files)."""
    with open_text(existing(path), encoding="latin-1") as lines:
        text = lines.read()
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = cells_of(text, separator, path)
    head = rows.pop(0)
    names = NEW if "GENE_SYMBOL" in head else OLD
    need(head, [name for name in names if names[name] not in (TIER, ROLE)], path)
    cells = pd.DataFrame(rows, columns=head, dtype=object)
    frame = tidy(cells.rename(columns=names)).reindex(columns=[SYMBOL, ENTREZ, ROLE, TIER])
    frame = one_row_each(frame.dropna(subset=SYMBOL).reset_index(drop=True), SYMBOL, path)
    return Table(frame, "genes", {"genes": len(frame)})


def cells_of(text: str, separator: str, path: str | Path) -> list[list[str]]:
    """Return header and rows; a row of another length raises InputError."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [row for row in reader if row]
    except csv.Error as error:
        raise no_cells(path, reader.line_num, error) from error
    need_rows(rows, path)
    for row in rows:
        check_text(row, f"{path}, row {row[0]!r}")
    odd = next((row for row in rows if len(row) != len(rows[0])), None)
    if odd is not None:
        place = f"row {odd[0]!r} has {len(odd)} fields, the header {len(rows[0])}"
        raise InputError(f"{path}: {place}.", "Give every row as many fields as the header.")
    return rows
