"""MANTIS microsatellite instability scores (PMC5972025, NIHMS962713-supplement-File_S2.xlsx)."""

from pathlib import Path

import pandas as pd

from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.sheet_rows import need, need_numbers, tidy
from deepdep.io.formats.workbook import read_first_sheet
from deepdep.io.text import few

CASE, FILE, SCORE = "Case ID", "Tumor Filename", "MANTIS Score"
# Above this a tumour is unstable (MSI-H): Kautto et al. 2017.
UNSTABLE = 0.4
BARCODE = r"(TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}-\d{2}[A-Z])"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one row per TCGA patient: patient, mantis_score, msi_high.

    Of several tumour-normal pairs of a patient the tumour whose barcode comes first is kept.
    """
    cells = read_first_sheet(path)
    need(cells.columns, (CASE, FILE, SCORE), path)
    frame = tidy(cells[[CASE, FILE, SCORE]])
    tcga = frame[frame[CASE].fillna("").str.startswith("TCGA-")]
    expect(len(tcga) > 0, path, f"no TCGA case; cases are {few(frame[CASE].dropna(), 3)}")
    scores = need_numbers(tcga, SCORE, CASE, path)
    barcode = tcga[FILE].astype(str).str.extract(BARCODE)[0].fillna("~")
    rows = pd.DataFrame({"patient": tcga[CASE].str[:12], "barcode": barcode, "mantis_score": scores})
    rows = rows.dropna(subset="mantis_score").sort_values(["patient", "barcode"])
    single = rows.drop_duplicates("patient").drop(columns="barcode").reset_index(drop=True)
    expect(len(single) > 0, path, "no TCGA case has a score")
    if wanted.samples is not None:
        single = single[single["patient"].isin(wanted.samples)].reset_index(drop=True)
    counts = {"not_tcga": len(frame) - len(tcga), "further_pairs": len(rows) - rows["patient"].nunique()}
    return Table(single.assign(msi_high=single["mantis_score"] > UNSTABLE), "MANTIS score", counts)
