"""Omics of a cohort: samples of the sheet, features of the cell lines, and what is dropped."""

import dataclasses
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.sheets import read_sheet
from deepdep.prepare.omics import OmicRequest, build_omic, describe_units

SAMPLES = ["S1", "S2", "S3", "S4"]
TEXT = """Gene\tS2\tS1\tS3\tX9
TP53\t0.5\t1\t\t2
FLAT\t3\t3\t\t3
GONE\t\t\t\t1
KRAS\t\t2\t\t2
"""


@pytest.fixture
def request_of(tmp_path: Path) -> OmicRequest:
    """Return a request for the expression table above."""
    path = tmp_path / "table.tsv"
    path.write_text(TEXT)
    return OmicRequest("expression", str(path), "matrix", "features_in_rows", "as_is", None, SAMPLES, None)


def test_cell_lines_lose_what_says_nothing(request_of: OmicRequest, caplog: pytest.LogCaptureFixture):
    path = Path(request_of.path)
    path.write_text(path.read_text().replace("KRAS\t\t2", "KRAS\t4\t2"))
    frame = build_omic(request_of)
    expected = pd.DataFrame(
        [[1, 2], [0.5, 4]],
        index=pd.Index(["S1", "S2"], name="sample"),
        columns=["TP53", "KRAS"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(frame, expected)
    assert "1 samples that the sheet does not have left out: X9" in caplog.text
    assert "1 samples without any expression value lose their row: S3" in caplog.text
    assert "dropped 1 features, missing in every sample: GONE" in caplog.text
    assert "dropped 1 features, constant: FLAT" in caplog.text


def test_a_feature_of_one_sample_is_constant(request_of: OmicRequest, caplog: pytest.LogCaptureFixture):
    assert build_omic(request_of).columns.to_list() == ["TP53"]
    assert "dropped 2 features, constant: FLAT, KRAS" in caplog.text


def test_other_cohorts_get_exactly_the_list(request_of: OmicRequest, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    frame = build_omic(dataclasses.replace(request_of, features=["KRAS", "NEW", "FLAT"]))
    assert frame.columns.to_list() == ["KRAS", "NEW", "FLAT"]
    np.testing.assert_array_equal(frame, [[2, np.nan, 3], [np.nan, np.nan, 3]])
    assert "2 of 3 features of the cell lines, 2 others left out; lacking: NEW" in caplog.text


def test_zero_overlaps(request_of: OmicRequest):
    with pytest.raises(InputError, match=r"zero overlap of features.*TP53, FLAT, GONE.*MRE11"):
        build_omic(dataclasses.replace(request_of, features=["MRE11"]))
    with pytest.raises(InputError, match=r"zero overlap of samples.*S2, S1, S3.*ACH-1"):
        build_omic(dataclasses.replace(request_of, samples=["ACH-1"]))
    with pytest.raises(InputError, match="wrong way round"):
        build_omic(dataclasses.replace(request_of, orientation="samples_in_rows"))


def test_nothing_left(request_of: OmicRequest):
    with pytest.raises(InputError, match="every feature is missing or constant"):
        build_omic(dataclasses.replace(request_of, samples=["S1"]))
    with pytest.raises(InputError, match="no sample has any expression value"):
        build_omic(dataclasses.replace(request_of, samples=["S3"], features=["TP53"]))


def test_mutation_is_binary(request_of: OmicRequest):
    with pytest.raises(InputError, match=r"sample 'S1', feature 'FLAT': 3 is no mutation value \(4 such"):
        build_omic(dataclasses.replace(request_of, omic="mutation", samples=["S1", "S2"], features=["TP53"]))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "excel"}, "unknown format 'excel'"),
        ({"ids": "tcga"}, "unknown ids 'tcga'"),
        ({"omic": "proteins"}, "unknown omic 'proteins'"),
        ({"ids": "tcga_patient"}, "no TCGA barcodes: S2, S1, S3"),
        ({"format": "segments"}, "segments need gene positions"),
    ],
)
def test_requests_that_cannot_be_met(request_of: OmicRequest, change: dict[str, str], problem: str):
    with pytest.raises(InputError, match=problem):
        build_omic(dataclasses.replace(request_of, **change))


def test_units():
    assert describe_units("copy_number") == "log2(CN/2)"


def test_matrix_of_tcga_aliquots(tmp_path: Path):
    path = tmp_path / "t.tsv"
    path.write_text("Gene\tTCGA-AA-0002-01A-1\tTCGA-AA-0001-11A-1\tTCGA-AA-0001-01A-1\nTP53\t1\t2\t3\n")
    patients = ["TCGA-AA-0001", "TCGA-AA-0002"]
    wanted = ("matrix", "features_in_rows", "tcga_patient", None, patients, ["TP53"])
    frame = build_omic(OmicRequest("expression", str(path), *wanted))
    assert frame["TP53"].to_dict() == {"TCGA-AA-0001": 3, "TCGA-AA-0002": 1}


def maf(folder: Path) -> str:
    """Write a MAF of 200 samples: TP53 in all but one, KRAS in two, RARE in one of them."""
    rows = [("TP53", i) for i in range(199)] + [("KRAS", 0), ("KRAS", 1), ("RARE", 199)]
    head = "Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n"
    text = "".join(f"{gene}\tMissense_Mutation\tS{i}\n" for gene, i in rows)
    (folder / "v.maf").write_text(head + text)
    return str(folder / "v.maf")


def test_maf_of_cell_lines_and_of_tumours(tmp_path: Path):
    samples = [f"S{i}" for i in range(200)]
    request = OmicRequest("mutation", maf(tmp_path), "maf", "", "as_is", None, samples, None)
    lines = build_omic(request)
    assert lines.columns.to_list() == ["KRAS", "TP53"]  # RARE is below 1 % of 200
    assert lines.sum().to_dict() == {"KRAS": 2, "TP53": 199}
    tumors = build_omic(dataclasses.replace(request, features=["RARE", "ABSENT"]))
    assert tumors.sum().to_dict() == {"RARE": 1, "ABSENT": 0}
    assert tumors.notna().all(axis=None)


def segments(folder: Path, positions: str) -> OmicRequest:
    """Return a request for segments of two samples at positions given as text."""
    (folder / "t.seg").write_text(
        "Sample\tChromosome\tStart\tEnd\tSegment_Mean\nS1\t1\t1\t90\t0.5\nS2\t1\t1\t40\t-1\n"
    )
    (folder / "positions.tsv").write_text(positions)
    paths = (str(folder / "t.seg"), "segments", "", "as_is", str(folder / "positions.tsv"))
    return OmicRequest("copy_number", *paths, SAMPLES, None)


def test_segments_become_genes(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    places = "Gene\tchrom\tpos\nA\tchr1\t10\nB\t1\t50\nC\t2\t5\nA\t1\t60\n"
    request = segments(tmp_path, places)
    assert build_omic(request).to_dict() == {"A": {"S1": 0.5, "S2": -1}}  # B is constant, C uncovered
    assert "1 repeated genes, the first one wins: A" in caplog.text
    tumors = build_omic(dataclasses.replace(request, features=["B", "Z", "A"]))
    np.testing.assert_array_equal(tumors, [[0.5, np.nan, 0.5], [np.nan, np.nan, -1]])


@pytest.mark.parametrize(
    ("positions", "problem"),
    [
        ("Gene\tchrom\tstart\nA\t1\t10\n", "no column 'pos'.*Columns there are: Gene, chrom, start"),
        ("Gene\tchrom\tpos\nA\t1\tx\nB\t\t5\n", "genes without a position: A, B"),
    ],
)
def test_bad_positions(tmp_path: Path, positions: str, problem: str):
    with pytest.raises(InputError, match=problem):
        build_omic(segments(tmp_path, positions))


def test_real_cell_lines_and_tumours(real: Path, caplog: pytest.LogCaptureFixture):
    lines = read_sheet(real / "ccl/models.tsv", "ModelID", "PatientID", "lineage")["sample"].to_list()
    table = ("matrix", "features_in_rows", "as_is", None)
    mutation = build_omic(OmicRequest("mutation", str(real / "ccl/mutation.tsv.gz"), *table, lines, None))
    assert mutation.shape == (1243, 718 - 9)  # nine genes are mutated in no line
    assert "dropped 9 features, constant" in caplog.text
    patients = read_sheet(real / "tumors/clinical.tsv", "PatientID", None, "cohort")["sample"].to_list()
    maf_file = (str(real / "tumors/mutations.maf.gz"), "maf", "", "tcga_patient", None)
    tumors = build_omic(OmicRequest("mutation", *maf_file, patients, list(mutation.columns)))
    assert tumors.shape == (3098, 709)
    assert tumors.columns.equals(mutation.columns)
    expression = build_omic(
        OmicRequest("expression", str(real / "ccl/expression.tsv.gz"), *table, lines, None)
    )
    tumor_table = (str(real / "tumors/expression.tsv.gz"), *table)
    tumors = build_omic(OmicRequest("expression", *tumor_table, patients, list(expression.columns)))
    assert tumors.shape == (5240, 535)
    assert int(tumors.notna().any().sum()) == 138
