"""Columns of further tables in a sheet: patient by patient, whatever the table's format."""

from pathlib import Path

import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.samples import read_samples

SHEET = "sample\tpatient\ttype\tage\nS1\tP1\tBRCA\t50\nS2\tP1\tBRCA\t50\nS3\tP2\tLUAD\t60\n"
FURTHER = "id\tstatus\tscore\nP1\tPositive\t0.5\nP9\tNegative\t0.1\n"


def entry(folder: Path, **further: object) -> dict[str, object]:
    """Write a sheet and a further table; return what the config says of them."""
    (folder / "sheet.tsv").write_text(SHEET)
    (folder / "further.tsv").write_text(FURTHER)
    table = {"path": str(folder / "further.tsv"), "patient": "id", "columns": ["status"]}
    roles = {"sample": "sample", "patient": "patient", "group": "type"}
    return {"path": str(folder / "sheet.tsv"), **roles, "further": [{**table, **further}]}


def test_every_sample_of_a_patient_gets_the_columns_and_others_nothing(tmp_path: Path):
    sheet = read_samples(entry(tmp_path, columns=["status", "score"])).set_index("sample")
    assert list(sheet["status"].iloc[:2]) == ["Positive", "Positive"]
    assert sheet.loc["S2", "score"] == 0.5
    assert pd.isna(sheet.loc["S3", "status"])
    assert list(sheet["age"]) == [50, 50, 60]


def test_flags_of_a_public_table_become_text(tmp_path: Path):
    rows = pd.DataFrame(
        {
            "Case ID": ["TCGA-AA-0001", "TCGA-AA-0002"],
            "Tumor Filename": ["TCGA-AA-0001-01A", "TCGA-AA-0002-01A"],
            "MANTIS Score": [0.7, 0.2],
        }
    )
    rows.to_excel(tmp_path / "msi.xlsx", index=False)
    wanted = entry(
        tmp_path, path=str(tmp_path / "msi.xlsx"), format="mantis", patient="patient", columns=["msi_high"]
    )
    (tmp_path / "sheet.tsv").write_text(SHEET.replace("P1", "TCGA-AA-0001").replace("P2", "TCGA-AA-0002"))
    assert list(read_samples(wanted)["msi_high"]) == ["True", "True", "False"]


def test_columns_that_are_absent_or_there_already_are_named(tmp_path: Path):
    with pytest.raises(InputError, match="grade"):
        read_samples(entry(tmp_path, columns=["grade"]))
    (tmp_path / "sheet.tsv").write_text(SHEET)
    twice = entry(tmp_path, columns=["status"])
    (tmp_path / "further.tsv").write_text(FURTHER.replace("status", "age"))
    with pytest.raises(InputError, match="age would stand twice"):
        read_samples({**twice, "further": [{**twice["further"][0], "columns": ["age"]}]})
