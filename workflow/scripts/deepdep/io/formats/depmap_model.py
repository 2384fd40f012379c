"""DepMap Model.csv (22Q4 on) and sample_info.csv (before): one row per model, screened or not.

The columns' order changes by release; they are found by name and called as in Model.csv.
"""

from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, suspect
from deepdep.io.formats.sheet_rows import need, one_row_each, tidy
from deepdep.io.sheets import read_cells
from deepdep.io.text import few, read_layout
from deepdep.log import logger

MODEL, PATIENT, CCLE, LINEAGE = "ModelID", "PatientID", "CCLEName", "OncotreeLineage"
COSMIC = "COSMICID"
# sample_info.csv to Model.csv
EARLIER = {
    "DepMap_ID": MODEL,
    "Broad_ID": MODEL,
    "patient_id": PATIENT,
    "CCLE_Name": CCLE,
    "lineage": LINEAGE,
    "primary_disease": "OncotreePrimaryDisease",
    "stripped_cell_line_name": "StrippedCellLineName",
    "cell_line_name": "CellLineName",
    "Sanger_Model_ID": "SangerModelID",
}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read models; a model without PatientID (or a release without it) stands as its own patient."""
    layout = read_layout(path)
    cells = read_cells(layout)[0]
    if MODEL not in cells:
        cells = cells.rename(columns={old: new for old, new in EARLIER.items() if new not in cells})
    if MODEL not in cells:
        remedy = "Provide Model.csv (ModelID), or sample_info.csv (DepMap_ID) of an earlier release."
        raise InputError(f"{path}: no model ids; columns are {few(layout.names, 12)}.", remedy)
    need(cells.columns, (MODEL, CCLE, LINEAGE), path)
    frame = one_row_each(tidy(cells), MODEL, path)
    suspect(bool(frame[MODEL].str.match(r"^ACH-\d{6}$").all()), path, "model ids other than ACH-000000")
    frame, own = with_patients(frame, path)
    if COSMIC in frame:
        frame[COSMIC] = whole_numbers(frame[COSMIC])
    if wanted.samples is not None:
        frame = frame[frame[MODEL].isin(wanted.samples)].reset_index(drop=True)
    return Table(frame, "text", {"models": len(frame), "own_patient": own})


def with_patients(frame: pd.DataFrame, path: str | Path) -> tuple[pd.DataFrame, int]:
    """Let models without a patient be their own; and count them."""
    known = frame[PATIENT] if PATIENT in frame else pd.Series(None, index=frame.index, dtype=object)
    own = int(known.isna().sum())
    if own:
        logger.warning("%s: %d models without %s, each stands as its own patient", path, own, PATIENT)
    return frame.assign(**{PATIENT: known.where(known.notna(), frame[MODEL])}), own


def whole_numbers(ids: pd.Series) -> pd.Series:
    """Return ids without the .0 that blank rows gave them."""
    return ids.map(lambda cell: cell if cell is None or pd.isna(cell) else str(cell).removesuffix(".0"))


def ccle_ids(path: str | Path) -> dict[str, str]:
    """Return CCLE name to model, as ``Wanted.sample_ids`` takes it."""
    frame = read(path, Wanted()).frame.dropna(subset=CCLE)
    return dict(zip(frame[CCLE], frame[MODEL], strict=True))
