"""TCGA clinical_PANCAN_patient_with_followup.tsv: one row per patient, hundreds of columns, latin-1.

Quotes are ordinary characters and short rows lack their last cells. The cancer type is ``acronym``.
"""

from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, expect, suspect
from deepdep.io.formats.sheet_rows import need, need_rows, one_row_each, tidy
from deepdep.io.ids import check_text
from deepdep.io.text import existing, few, open_text

KEY, CANCER = "bcr_patient_barcode", "acronym"
PATIENT = r"^TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}$"
COLUMNS = 746
RESPONSE = ("primary_therapy_outcome_success", "followup_treatment_success")


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read patients; features wanted are column names (the two ids come in any case)."""
    rows, short = read_rows(path)
    head = rows.pop(0)
    names = list(head) if wanted.features is None else [KEY, CANCER, *wanted.features]
    need(head, dict.fromkeys([KEY, CANCER, *names]), path)
    suspect(len(head) == COLUMNS, path, f"{len(head)} columns, {COLUMNS} expected")
    absent = [name for name in RESPONSE if name not in head]
    suspect(not absent, path, f"no therapy response here: {few(absent)}")
    cells = pd.DataFrame(rows, columns=head, dtype=object)
    frame = one_row_each(tidy(cells[list(dict.fromkeys(names))]), KEY, path)
    odd = frame[KEY][~frame[KEY].astype(str).str.match(PATIENT)]
    expect(odd.empty, path, f"column {KEY!r} has ids that are no TCGA patients: {few(odd, 3)}")
    if wanted.samples is not None:
        frame = frame[frame[KEY].isin(wanted.samples)].reset_index(drop=True)
    return Table(frame, "text, days, years", {"patients": len(rows), "short_rows_filled": short})


def read_rows(path: str | Path) -> tuple[list[list[str | None]], int]:
    """Return header and rows, short ones filled, and how many were."""
    with open_text(existing(path), encoding="latin-1") as lines:
        rows: list[list[str | None]] = [line.rstrip("\r\n").split("\t") for line in lines if line.strip()]
    need_rows(rows, path)
    for number, row in enumerate(rows, start=1):
        check_text(row, f"{path}, row {number}")
    width = len(rows[0])
    long = next((row for row in rows if len(row) > width), None)
    if long is not None:
        place = f"row {long[0]!r} has {len(long)} fields, the header {width}"
        raise InputError(f"{path}: {place}.", "The file is damaged or not the official one; fetch it again.")
    short = sum(len(row) < width for row in rows)
    return [row + [None] * (width - len(row)) for row in rows], short
