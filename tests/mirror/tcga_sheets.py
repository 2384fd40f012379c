"""TCGA: clinical tables and quality annotations."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mirror import headers
from mirror.aliquots import METHYLATION, RNA, SNP, make_aliquots
from mirror.files import save_book, save_rows, save_sheet
from mirror.world import World

ATLAS = "pancanatlas/2018"
CDR = f"{ATLAS}/TCGA-CDR-SupplementalTableS1.xlsx"
ANNOTATIONS = f"{ATLAS}/merged_sample_quality_annotations.tsv"
CLINICAL = f"{ATLAS}/clinical_PANCAN_patient_with_followup.tsv"
MSI = "msi/2017/NIHMS962713-supplement-File_S2.xlsx"
ENDPOINTS = ("OS", "DSS", "DFI", "PFI")
OTHER_SHEETS = (
    *("TCGA-CDR_Notes", "ExtraEndpoints", "ExtraEndpoints_Notes", "Table4_PHAssumptionTests"),
    *("Table5_PHAssumptionTests", "TSS_Info", "Fig2EFG_AdditionalInfo"),
)
N_CLINICAL = 746
SHORT_ROWS = 7


def write_cdr(folder: Path, world: World) -> pd.DataFrame:
    """Write the CDR workbook; return OS and OS.time of the patients that are not redacted."""
    rng = world.rng(41)
    header = [
        None,
        *headers.CDR,
        *(cell for name in ENDPOINTS for cell in (name, f"{name}.time")),
        "Redaction",
    ]
    rows = [cdr_row(rng, number, one) for number, one in enumerate(world.patients.itertuples(), start=1)]
    sheets = {"TCGA-CDR": [header, *rows]}
    save_book(folder / CDR, sheets | {name: [["Note"], ["of the miniature"]] for name in OTHER_SHEETS})
    columns = ["patient", "OS", "OS.time"]
    at = [1, header.index("OS"), header.index("OS.time")]
    kept = [[row[place] for place in at] for row in rows if row[-1] != "Redacted"]
    return pd.DataFrame(kept, columns=columns).set_index("patient").apply(pd.to_numeric, errors="coerce")


def cdr_row(rng: np.random.Generator, number: int, one: Any) -> list[object]:
    """Return one patient's row; LAML has no stage, and some endpoints are missing."""
    event, days = int(rng.random() < 0.4), int(rng.integers(30, 4000))
    male = one.cancer not in ("BRCA", "OV") and number % 2 == 0
    stage = "[Not Applicable]" if one.cancer == "LAML" else f"Stage {'I' * (1 + number % 3)}"
    known = {
        "bcr_patient_barcode": one.patient,
        "type": one.cancer,
        "age_at_initial_pathologic_diagnosis": int(rng.integers(30, 85)),
        "gender": "MALE" if male else "FEMALE",
        "race": "[Not Available]" if number % 5 == 0 else "WHITE",
        "ajcc_pathologic_tumor_stage": stage,
        "vital_status": "Dead" if event else "Alive",
        "initial_pathologic_dx_year": 2000 + number % 13,
    }
    ends = ["#N/A", "#N/A"] if number % 17 == 0 else [event, days]
    ends += [event, days, *(["#N/A", "#N/A"] if number % 3 else [0, days]), event, max(days - 10, 1)]
    cells = [known.get(name, "[Not Available]") for name in headers.CDR]
    return [number, *cells, *ends, "Redacted" if one.redacted else "#N/A"]


def write_annotations(folder: Path, world: World) -> dict[str, int]:
    """Write the quality annotations of all aliquots; counts of the traps."""
    cancers = dict(zip(world.patients["patient"], world.patients["cancer"], strict=True))
    rows = [
        quality_row(aliquot, assay.platform, cancers, number)
        for assay in (RNA, SNP, METHYLATION)
        for number, aliquot in enumerate(make_aliquots(world, assay).table.itertuples())
    ]
    save_sheet(folder / ANNOTATIONS, rows, headers.QUALITY, "\t")
    return {
        "do_not_use": sum(row["Do_not_use"] == "True" for row in rows),
        "compact_barcodes": sum(row["aliquot_barcode"][16] != "-" for row in rows),
    }


def quality_row(aliquot: Any, platform: str, cancers: dict[str, str], number: int) -> dict[str, object]:
    """Return the row of one aliquot; those not to be used and every 20th lack a hyphen."""
    barcode, patient = aliquot.barcode, aliquot.barcode[:12]
    compact = aliquot.do_not_use or number % 20 == 0
    return {
        "patient_barcode": patient,
        "aliquot_barcode": barcode[:16] + barcode[17:] if compact else barcode,
        "cancer type": "" if number % 31 == 0 else cancers[patient],
        "platform": platform,
        "sample_annotation": 'Item "flagged by centre' if number % 23 == 0 else "",
        "AWG_excluded_because_of_pathology": "" if number % 5 == 0 else 0,
        "Reviewed_by_EPC": "True" if aliquot.do_not_use else "False",
        "Do_not_use": "True" if aliquot.do_not_use else "False",
    }


def write_clinical(folder: Path, world: World) -> dict[str, int]:
    """Write the clinical table, in latin-1, with rows that stop early; LAML is not in it."""
    names = [*headers.CLINICAL, *(f"further_field_{at}" for at in range(N_CLINICAL - len(headers.CLINICAL)))]
    patients = world.patients[world.patients["cancer"] != "LAML"]
    rows = [clinical_row(number, one) for number, one in enumerate(patients.itertuples())]
    cells = [
        [row.get(name, "[Not Available]" if at < 40 else "") for at, name in enumerate(names)] for row in rows
    ]
    cells = [row[:20] if number < SHORT_ROWS else row for number, row in enumerate(cells)]
    save_rows(folder / CLINICAL, [names, *cells], encoding="latin-1")
    return {"short_rows": SHORT_ROWS, "clinical_patients": len(patients)}


def write_mantis(folder: Path, world: World) -> dict[str, int]:
    """Write the MSI scores: some patients have two pairs, some rows are no TCGA's; MSI is of COAD alone."""
    rng = world.rng(43)
    rows = [["Case ID", "Tumor Filename", "MANTIS Score"], ["TARGET-10-A", "TARGET-10-A.bam", 0.2]]
    for number, one in enumerate(world.patients.itertuples()):
        high = one.cancer == "COAD" and number % 2 == 0
        score = float(np.round((0.6 if high else 0.25) + 0.05 * rng.random(), 4))
        rows.append([one.patient, f"{one.patient}-01A-11D.bam", score])
        if number % 9 == 0:
            rows.append([one.patient, f"{one.patient}-06A-11D.bam", 0.3])
    save_book(folder / MSI, {"Sheet1": rows})
    return {"mantis_rows": len(rows) - 1}


def clinical_row(number: int, one: Any) -> dict[str, str]:
    """Return what is known of one patient."""
    breast = one.cancer == "BRCA"
    return {
        "bcr_patient_uuid": f"00000000-0000-4000-8000-{number:012d}",
        "bcr_patient_barcode": one.patient,
        "acronym": one.cancer,
        "microsatellite_instability": ("YES", "NO")[number % 2]
        if one.cancer == "COAD"
        else "[Not Evaluated]",
        "breast_carcinoma_estrogen_receptor_status": er_status(number) if breast else "[Not Applicable]",
        "lab_proc_her2_neu_immunohistochemistry_receptor_status": er_status(number // 3)
        if breast
        else "[Not Applicable]",
        "primary_therapy_outcome_success": ("Complete Remission/Response", "Progressive Disease")[number % 2],
        "tissue_source_site_name": "Hôpital Universitaire" if number % 2 else 'ILSbio "Süd',
    }


def er_status(number: int) -> str:
    """Return an estrogen receptor status."""
    return ("Positive", "Negative", "[Not Evaluated]")[number % 3]
