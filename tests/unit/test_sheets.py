"""Sample sheets, and the table of samples made from them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.sheets import read_sheet
from deepdep.prepare.samples import build_samples

TEXT = """Model,Donor,age,Lineage,COSMIC_ID,plate,stage
A1,P1,61,Lung,905933,007,II
A2,P1,,Lung,,008,
A3,,7.5,NA,906800,009,III
"""


def sheet(folder: Path, text: str) -> Path:
    """Write a sheet."""
    path = folder / "samples.tsv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("separator", [",", "\t"])
def test_columns_types_and_missing_cells(tmp_path: Path, caplog: pytest.LogCaptureFixture, separator: str):
    frame = read_sheet(sheet(tmp_path, TEXT.replace(",", separator)), "Model", "Donor", "Lineage")
    assert frame.columns.to_list() == ["sample", "patient", "group", "age", "COSMIC_ID", "plate", "stage"]
    assert frame["patient"].to_list() == ["P1", "P1", "A3"]
    assert frame["group"].to_list() == ["Lung", "Lung", "unknown"]
    np.testing.assert_array_equal(frame["age"], [61, np.nan, 7.5])
    assert frame["COSMIC_ID"].to_list() == ["905933", None, "906800"]
    assert frame["plate"].to_list() == ["007", "008", "009"]
    assert frame["stage"].to_list() == ["II", None, "III"]
    assert "1 samples without patient, each stands as its own patient: A3" in caplog.text
    assert "1 samples without group, their group is 'unknown': A3" in caplog.text


def test_one_column_may_serve_twice_and_roles_may_be_absent(tmp_path: Path):
    twice = read_sheet(sheet(tmp_path, "id\tcohort\nT1\tBRCA\n"), "id", "id", "cohort")
    assert twice.to_dict("records") == [{"sample": "T1", "patient": "T1", "group": "BRCA"}]
    absent = read_sheet(sheet(tmp_path, "id\tcohort\nT1\tBRCA\n"), "id", None, None)
    assert absent.to_dict("records") == [
        {"sample": "T1", "patient": "T1", "group": "unknown", "cohort": "BRCA"}
    ]


def test_reserved_names_of_other_columns(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    frame = read_sheet(sheet(tmp_path, "id\tgroup\tcohort\nT1\tx\tBRCA\n"), "id", None, "cohort")
    assert frame.columns.to_list() == ["sample", "patient", "group", "group_as_given"]
    assert "group_as_given" in caplog.text


def test_repeated_sample_names_both_lines(tmp_path: Path):
    text = "Model\tDonor\nA1\tP1\n\nA2\tP2\nA1\tP3\n"
    with pytest.raises(InputError, match="sample 'A1' stands in lines 2 and 5"):
        read_sheet(sheet(tmp_path, text), "Model", "Donor", None)


def test_missing_column_lists_and_suggests(tmp_path: Path):
    with pytest.raises(
        InputError, match=r"no column 'donor_id'.*Did you mean 'Donor'.*Columns there are: Model"
    ):
        read_sheet(sheet(tmp_path, TEXT), "Model", "donor_id", "Lineage")


def test_empty_sample_ids_are_named_by_line(tmp_path: Path):
    with pytest.raises(InputError, match="no id in column 'Model' in lines 3, 4"):
        read_sheet(sheet(tmp_path, "Model\tDonor\nA1\tP1\n\tP2\nNA\tP3\n"), "Model", "Donor", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Model\tDonor\n", "no rows"),
        ("Model\tDonor\nA1\n", "line 2 has 1 fields, the header 2"),
        ("Model\tModel\nA1\tA2\n", "column 'Model' occurs twice"),
    ],
)
def test_malformed_sheets(tmp_path: Path, text: str, problem: str):
    with pytest.raises(InputError, match=problem):
        read_sheet(sheet(tmp_path, text), "Model", None, None)


def test_real_sheets(real: Path, caplog: pytest.LogCaptureFixture):
    lines = read_sheet(real / "ccl/models.tsv", "ModelID", "PatientID", "OncotreeLineage")
    assert len(lines) == 1726
    assert "2 samples without patient" in caplog.text
    per_donor = lines["patient"].value_counts()
    assert int((per_donor > 1).sum()) == 88
    tumors = read_sheet(real / "tumors/clinical.tsv", "PatientID", "PatientID", "cohort")
    assert len(tumors) == 6280
    assert tumors["OS.time"].dtype == float
    assert tumors["stage"].dtype == object


def frames() -> dict[str, pd.DataFrame]:
    """Return two omics: A1 has both, A2 expression with a gap, A3 mutation only."""
    expression = pd.DataFrame([[1, 2, 3, 4], [1, np.nan, 3, 4]], index=["A1", "A2"])
    return {"expression": expression, "mutation": pd.DataFrame([[0, 1], [1, 1]], index=["A3", "A1"])}


def given(*samples: str) -> pd.DataFrame:
    """Return a sheet of these samples."""
    return pd.DataFrame({"sample": samples, "patient": samples, "group": "Lung", "age": 50.0})


def test_samples_say_what_each_has(caplog: pytest.LogCaptureFixture):
    table = build_samples(given("A1", "A2", "A3", "A4"), frames(), "cell_line", ["expression"])
    assert table.columns.to_list() == [
        *("sample", "patient", "group", "domain", "modelled", "has_expression", "has_mutation"),
        *("observed_expression", "observed_mutation", "age"),
    ]
    assert table["modelled"].to_list() == [True, True, False, False]
    assert table["has_mutation"].to_list() == [True, False, True, False]
    assert table["observed_expression"].to_list() == [1, 0.75, 0, 0]
    assert table["observed_mutation"].to_list() == [1, 0, 1, 0]
    assert set(table["domain"]) == {"cell_line"}
    assert "2 samples are not modelled, they lack required omics: A3, A4" in caplog.text


def test_without_required_omics_one_of_any_is_needed():
    table = build_samples(given("A1", "A2", "A3", "A4"), frames(), "tumor", [])
    assert table["modelled"].to_list() == [True, True, True, False]


def test_no_sample_to_model_and_no_table_of_a_required_omic():
    with pytest.raises(InputError, match=r"no sample has all required omics \(expression, mutation\)"):
        build_samples(given("A2", "A3"), frames(), "tumor", ["expression", "mutation"])
    with pytest.raises(InputError, match="no table of the required omic methylation"):
        build_samples(given("A1"), frames(), "tumor", ["methylation"])
