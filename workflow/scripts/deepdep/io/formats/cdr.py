"""TCGA clinical data resource (TCGA-CDR-SupplementalTableS1.xlsx): survival of 11,160 patients.

Times in days, events 0/1. Redacted patients are left out.
"""

from pathlib import Path

import pandas as pd

from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.sheet_rows import need, need_numbers, one_row_each, tidy
from deepdep.io.formats.workbook import read_sheet_cells
from deepdep.log import logger

SHEET, KEY = "TCGA-CDR", "bcr_patient_barcode"
ENDPOINTS = ("OS", "DSS", "DFI", "PFI")
NEEDED = (KEY, "type", "Redaction", *ENDPOINTS, *(f"{name}.time" for name in ENDPOINTS))


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one row per patient: bcr_patient_barcode, type (cancer type), endpoints and the rest."""
    cells = read_sheet_cells(path, SHEET)
    need(cells.columns, NEEDED, path)
    nameless = [name for name in cells.columns if name in ("", "None") or name.startswith("Unnamed")]
    frame = tidy(cells.drop(columns=nameless))
    redacted = frame["Redaction"].notna()
    logger.info("%s: %d redacted patients left out", path, redacted.sum())
    frame = one_row_each(frame[~redacted].reset_index(drop=True), KEY, path)
    expect(len(frame) > 0, path, "no patient but redacted ones")
    check_endpoints(frame, path)
    if wanted.samples is not None:
        frame = frame[frame[KEY].isin(wanted.samples)].reset_index(drop=True)
    return Table(frame, "times in days, events 0/1", {"redacted": int(redacted.sum())})


def check_endpoints(frame: pd.DataFrame, path: str | Path) -> None:
    """Raise InputError for events other than 0 and 1 or times that are no finite numbers."""
    for name in ENDPOINTS:
        events = pd.to_numeric(frame[name], errors="coerce")
        odd = frame[name].notna() & ~events.isin([0, 1])
        bad = frame[name][odd].tolist()
        expect(not odd.any(), path, f"column {name!r}, patient {first(frame, odd)}: {bad[:1]} is no event")
        need_numbers(frame, f"{name}.time", KEY, path)


def first(frame: pd.DataFrame, which: pd.Series) -> str:
    """Return the first patient of a mask."""
    return str(frame[KEY][which].iloc[0]) if which.any() else ""


def cancer_types(path: str | Path) -> dict[str, str]:
    """Return patient to cancer type, as ``TumorRule`` takes it."""
    frame = read(path, Wanted()).frame
    return dict(zip(frame[KEY], frame["type"], strict=True))
