"""Every public format against the faults of downloads and editors: refused, with place and remedy."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from public_cases import FILES, format_of
from public_files import Grid, data_of, written

from deepdep.errors import InputError
from deepdep.io.formats import FORMATS, read
from deepdep.io.formats.base import Table

NUMERIC = [case for case, file in FILES.items() if file.number]


def reading(folder: Path, case: str, damaged: Grid | bytes | None = None) -> Table:
    """Read a case, good or with other rows or bytes."""
    file = FILES[case]
    rows = file.rows if damaged is None else damaged
    path = written(folder, file, rows if isinstance(rows, bytes) else data_of(file, rows))
    return read(format_of(case), path, file.wanted(folder))


def refused(folder: Path, case: str, damaged: Grid | bytes, *places: str) -> str:
    """Read a damaged file, which has to fail with its name, the places and a remedy."""
    with pytest.raises(InputError) as caught:
        reading(folder, case, damaged)
    said = str(caught.value)
    assert str(folder / "file.") in said
    assert said.partition(" Remedy: ")[2]
    assert [place for place in places if place not in said] == [], said
    return said


def without_column(rows: Grid, name: str) -> Grid:
    """Return the rows without a column."""
    at = rows[0].index(name)
    return [row[:at] + row[at + 1 :] for row in rows]


# ---- good files


def test_every_format_has_a_case():
    assert {format_of(case) for case in FILES} == set(FORMATS)
    assert len(FORMATS) == 31


@pytest.mark.parametrize("case", FILES)
def test_good_file_is_read(tmp_path: Path, case: str):
    table = reading(tmp_path, case)
    assert min(table.frame.shape) > 0
    if FORMATS[format_of(case)].kind == "matrix" and case != "pdx/curves":
        assert set(table.frame.dtypes) == {np.dtype(np.float32)}
        assert table.frame.notna().to_numpy().any()


# ---- something else in place of the file

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:5724a6\nsize 157723926\n"
DISGUISES = {
    "web page": (b"\n<!DOCTYPE html><html>Just a moment</html>", "a web page"),
    "web page after a comment": (b"<!-- x -->\n<html><body>Bad gateway</body></html>\n", ""),
    "json": (b'{"error": "not found"}', "a JSON message"),
    "indented json": (b'{\n  "message": "not found"\n}\n', ""),
    "xml": (b"<?xml version='1.0'?><Error>NoSuchKey</Error>", "an XML message"),
    "lfs pointer": (POINTER, "a Git LFS pointer"),
    "plain words": (b"Not Found\nplease try again\n", ""),
    "empty": (b"", "the file is empty"),
    "gzip of nothing": (gzip.compress(b"", mtime=0), ""),
    "one blank line": (b"\n", ""),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("case", FILES)
def test_other_data_in_place_of_the_file(tmp_path: Path, case: str, disguise: str):
    data, what = DISGUISES[disguise]
    refused(tmp_path, case, data, what)


@pytest.mark.parametrize("case", FILES)
def test_truncated_at_any_place(tmp_path: Path, case: str):
    data = data_of(FILES[case], FILES[case].rows)
    packed = gzip.compress(data) if FILES[case].pack in ("tsv", "csv") else data
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        refused(tmp_path, case, packed[: int(len(packed) * share)])
    if packed[:2] == b"\x1f\x8b":
        assert "gzip" in refused(tmp_path, case, packed[:-4])


@pytest.mark.parametrize("case", FILES)
def test_header_only(tmp_path: Path, case: str):
    said = refused(tmp_path, case, FILES[case].rows[:1])
    assert "rows" in said or "genes" in said or "fields in line 2" in said


# ---- columns

NEEDED = [(case, name) for case, file in FILES.items() for name in file.needed]
# These find the column by place as well: where it is the first one, its name is all there is to check.
BY_PLACE = [case for case, file in FILES.items() if not file.needed]
EMPTY_FIRST = {"demeter2"}


@pytest.mark.parametrize(("case", "name"), NEEDED)
def test_needed_column(tmp_path: Path, case: str, name: str):
    rows = FILES[case].rows
    renamed = [[f"{cell}s" if cell == name else cell for cell in rows[0]], *rows[1:]]
    refused(tmp_path, case, renamed, name)
    refused(
        tmp_path, case, [[cell.swapcase() if cell == name else cell for cell in rows[0]], *rows[1:]], name
    )
    if name != rows[0][0] or FORMATS[format_of(case)].kind != "matrix":
        refused(tmp_path, case, without_column(rows, name))
    if FILES[case].pack != "zip" and name != rows[0][0]:
        at = rows[0].index(name)
        refused(tmp_path, case, [[*row, row[at]] for row in rows])


@pytest.mark.parametrize("name", ["", "ModelID", "DepMap_ID", "Broad_ID", "anything"])
@pytest.mark.parametrize("case", BY_PLACE)
def test_first_column_found_by_place_whatever_its_name(tmp_path: Path, case: str, name: str):
    rows = FILES[case].rows
    rows[0][0] = name
    if case in EMPTY_FIRST and name:
        refused(tmp_path, case, rows, name)
    else:
        pd.testing.assert_frame_equal(reading(tmp_path, case, rows).frame, reading(tmp_path, case).frame)


def test_names_of_models_before_model_csv_are_read(tmp_path: Path):
    rows = FILES["depmap_model"].rows
    for name in ("DepMap_ID", "Broad_ID"):
        rows[0] = [name, "patient_id", "CCLE_Name", "lineage", "sex"]
        assert reading(tmp_path, "depmap_model", rows).frame["ModelID"].to_list() == [
            "ACH-000001",
            "ACH-000002",
        ]


# ---- cells


@pytest.mark.parametrize("cell", ["high", "1.2.3", "0x1A", "inf", "-inf", "1e400"])
@pytest.mark.parametrize("case", NUMERIC)
def test_cell_that_is_no_finite_number(tmp_path: Path, case: str, cell: str):
    file, rows = FILES[case], FILES[case].rows
    rows[file.number[0]][file.number[1]] = cell
    # Arrow takes an infinite place for a number; the check of places then names the segment.
    infinite = FORMATS[format_of(case)].kind == "segments" and not cell.startswith(("h", "1.", "0x"))
    refused(tmp_path, case, rows, *(["segment 1"] if infinite else [*file.places(), cell]))


SHORT = [case for case, file in FILES.items() if file.pack != "xlsx" and case != "gene_list"]


@pytest.mark.parametrize("case", SHORT)
def test_row_of_another_length(tmp_path: Path, case: str):
    rows = FILES[case].rows
    place = rows[-1][0] if case in ("pancan_clinical", "cancer_gene_census") else f"line {len(rows)}"
    refused(tmp_path, case, [*rows[:-1], [*rows[-1], "1"]], place, f"{len(rows[-1]) + 1} fields")
    cut = [*rows[:-1], rows[-1][:-1]]
    if case == "pancan_clinical":
        assert reading(tmp_path, case, cut).notes["short_rows_filled"] == 1
    else:
        refused(tmp_path, case, cut, place, f"{len(rows[-1]) - 1} fields")


# ---- what stands twice

ROWS = [case for case, file in FILES.items() if "rows" in file.keys]
COLUMNS = [case for case, file in FILES.items() if "columns" in file.keys]
VALUES = {"purity": "0.9", "pancan_segments": "0.7", "ccle_segments": "0.7"}
# Where no number stands, the column that has to agree; variants have none: a row more is a variant more.
AGREE = {"pancan_clinical": 2, "ccle_annotations": 2, "depmap_model": 4, "cancer_gene_census": 2}
AGREE |= {"pancan_segments": 5, "ccle_segments": 5, "depmap_segments/profile": 4, "cdr": 4}


def other_cell(case: str, cell: str) -> str:
    """Return a valid cell of another value."""
    return VALUES.get(case, "0" if cell != "0" else "1")


@pytest.mark.parametrize("case", ROWS)
def test_row_that_stands_twice(tmp_path: Path, case: str):
    rows, good = FILES[case].rows, reading(tmp_path, case).frame
    pd.testing.assert_frame_equal(reading(tmp_path, case, [*rows, rows[1]]).frame, good)
    if FILES[case].number or case in AGREE:
        at = AGREE.get(case, (FILES[case].number or (0, 0))[1])
        again = [*rows[1][:at], other_cell(case, rows[1][at]), *rows[1][at + 1 :]]
        said = refused(tmp_path, case, [*rows, again])
        assert "conflicting" in said or "repeated" in said


@pytest.mark.parametrize("case", COLUMNS)
def test_column_that_stands_twice(tmp_path: Path, case: str):
    rows, good = FILES[case].rows, reading(tmp_path, case).frame
    row, column = FILES[case].number
    twice = [[*line, line[column]] for line in rows]
    pd.testing.assert_frame_equal(reading(tmp_path, case, twice).frame, good)
    twice[row][-1] = other_cell(case, twice[row][-1])
    assert "conflicting" in refused(tmp_path, case, twice)


def test_flag_other_than_yes_and_no_is_no_other_run(tmp_path: Path):
    for case in ("depmap_matrix/25Q3", "depmap_segments/genome"):
        rows = FILES[case].rows
        at = rows[0].index("IsDefaultEntryForModel")
        rows[-1][at] = "Yess"
        refused(tmp_path, case, rows, "IsDefaultEntryForModel", "Yess")


def test_ids_that_are_no_barcodes(tmp_path: Path):
    for case, file in FILES.items():
        if file.tumors or case == "pancan_clinical":
            rows = [[cell.replace("TCGA-", "TARGET-") for cell in row] for row in file.rows]
            refused(tmp_path, case, rows, "TARGET-", "TCGA")
