"""Sources of an omic: samples of the sheet, what the formats give, and requests that cannot be met."""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.formats import MATRICES, SEGMENTS
from deepdep.io.sheets import read_sheet
from deepdep.prepare.sources import OF_TCGA, Source, describe_units, read_source

SAMPLES = ["S1", "S2", "S3", "S4"]
TEXT = """Gene\tS2\tS1\tS3\tX9
TP53\t0.5\t1\t\t2
FLAT\t3\t3\t\t3
GONE\t\t\t\t1
KRAS\t\t2\t\t2
"""


def source(omic: str, path: Path | str, form: str, samples: list[str], **more: Any) -> Source:
    """Return a request; ``features`` as a list, other words are options of the table."""
    features = more.pop("features", None)
    frame = None if features is None else pd.DataFrame({"feature": features})
    return Source(omic, {"path": str(path), "format": form, **more}, samples, frame)


@pytest.fixture
def expression(tmp_path: Path) -> Source:
    """Return a request for the expression table above."""
    path = tmp_path / "table.tsv"
    path.write_text(TEXT)
    return source("expression", path, "matrix", SAMPLES)


def changed(request: Source, **table: Any) -> Source:
    """Return the request with other options of its table."""
    return dataclasses.replace(request, table={**request.table, **table})


def test_samples_of_the_sheet_in_its_order(expression: Source, caplog: pytest.LogCaptureFixture):
    frame = read_source(expression).frame
    assert frame.index.to_list() == ["S1", "S2"]
    assert frame.columns.to_list() == ["TP53", "FLAT", "GONE", "KRAS"]
    np.testing.assert_array_equal(frame, np.float32([[1, 3, np.nan, 2], [0.5, 3, np.nan, np.nan]]))
    assert frame.to_numpy().dtype == np.float32
    assert "1 samples that the sheet does not have left out: X9" in caplog.text
    assert "1 samples without any expression value lose their row: S3" in caplog.text


def test_zero_overlap_of_samples(expression: Source):
    with pytest.raises(InputError, match=r"zero overlap of samples.*S2, S1, S3.*ACH-1"):
        read_source(dataclasses.replace(expression, samples=["ACH-1"]))
    with pytest.raises(InputError, match="wrong way round"):
        read_source(changed(expression, orientation="samples_in_rows"))
    with pytest.raises(InputError, match="no sample has any expression value"):
        read_source(dataclasses.replace(expression, samples=["S3"]))


def test_mutation_is_binary(expression: Source):
    with pytest.raises(InputError, match=r"sample 'S1', feature 'FLAT': 3 is no mutation value \(4 such"):
        read_source(dataclasses.replace(expression, omic="mutation", samples=["S1", "S2"]))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"format": "excel"}, "unknown format 'excel'"),
        ({"ids": "tcga_patient"}, "no TCGA barcodes: S2, S1, S3"),
        ({"format": "segments"}, "no column 'Chromosome'"),
        ({"format": "depmap_expression"}, "neither genes SYMBOL"),
    ],
)
def test_requests_that_cannot_be_met(expression: Source, table: dict[str, str], problem: str):
    with pytest.raises(InputError, match=problem):
        read_source(changed(expression, **table))


def test_units():
    assert describe_units("copy_number", {}) == "log2(CN/2)"
    with pytest.raises(InputError, match="unknown omic 'proteins'"):
        describe_units("proteins", {"fusions": "0/1"})
    assert describe_units("proteins", {"proteins": "log2 ratio"}) == "log2 ratio"


def test_matrix_of_tcga_aliquots(tmp_path: Path):
    path = tmp_path / "t.tsv"
    path.write_text("Gene\tTCGA-AA-0002-01A-1\tTCGA-AA-0001-11A-1\tTCGA-AA-0001-01A-1\nTP53\t1\t2\t3\n")
    patients = ["TCGA-AA-0001", "TCGA-AA-0002"]
    frame = read_source(source("expression", path, "matrix", patients, ids="tcga_patient")).frame
    assert frame["TP53"].to_dict() == {"TCGA-AA-0001": 3, "TCGA-AA-0002": 1}


def test_maf_of_cell_lines_and_of_tumours(tmp_path: Path):
    """200 samples: TP53 in all but one, KRAS in two, RARE in one of them."""
    rows = [("TP53", i) for i in range(199)] + [("KRAS", 0), ("KRAS", 1), ("RARE", 199)]
    head = "Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n"
    path = tmp_path / "v.maf"
    path.write_text(head + "".join(f"{gene}\tMissense_Mutation\tS{i}\n" for gene, i in rows))
    samples = [f"S{i}" for i in range(200)]
    lines = read_source(source("mutation", path, "maf", samples)).frame
    assert lines.sum().to_dict() == {"KRAS": 2, "TP53": 199}  # RARE is below 1 % of 200
    tumors = read_source(source("mutation", path, "maf", samples, features=["RARE", "ABSENT"])).frame
    assert tumors.sum().to_dict() == {"RARE": 1, "ABSENT": 0}
    assert tumors.notna().all(axis=None)


def depmap(folder: Path, text: str) -> str:
    """Write a DepMap matrix."""
    path = folder / "matrix.csv"
    path.write_text(text)
    return str(path)


def test_public_matrix_keeps_entrez_ids_for_the_next_source(tmp_path: Path):
    path = depmap(tmp_path, ",A1BG (1),NAT2 (10)\nACH-000001,1.5,0\nACH-000002,2,3\nACH-000009,1,1\n")
    lines = ["ACH-000002", "ACH-000001", "ACH-000007"]
    found = read_source(source("expression", path, "depmap_expression", lines))
    assert found.frame.to_dict("index") == {
        "ACH-000002": {"A1BG": 2, "NAT2": 3},
        "ACH-000001": {"A1BG": 1.5, "NAT2": 0},
    }
    assert found.notes["entrez"] == {"A1BG": "1", "NAT2": "10"}
    assert found.notes["units"] == "log2(TPM+1)"


def test_features_are_joined_on_entrez_and_keep_their_names(tmp_path: Path):
    """NAT2 has another symbol in the second source; a gene of the same symbol and another id is none."""
    path = depmap(tmp_path, ",AAC2 (10),A1BG (777)\nACH-000001,2,9\n")
    wanted = pd.DataFrame({"feature": ["NAT2", "A1BG"], "entrez": ["10", "1"]})
    request = source("expression", path, "depmap_expression", ["ACH-000001"])
    frame = read_source(dataclasses.replace(request, features=wanted)).frame
    assert frame.to_dict("index") == {"ACH-000001": {"NAT2": 2}}


def test_names_of_lines_become_ids(tmp_path: Path):
    path = tmp_path / "ccl.txt"
    path.write_text("Gene\tHL60_BLOOD\tXYZ\tACH-000002\nTP53\t1\t2\t3\n")
    (tmp_path / "names.csv").write_text("name,id\nHL60_BLOOD,ACH-000001\nKLE_UTERUS,ACH-000002\n")
    lines = ["ACH-000001", "ACH-000002", "ACH-000003"]
    request = source("expression", path, "deepdep_ccl", lines, line_names=str(tmp_path / "names.csv"))
    assert read_source(request).frame["TP53"].to_dict() == {"ACH-000001": 1, "ACH-000002": 3}


def test_toil_genes_may_be_named_by_a_gtf(tmp_path: Path):
    name = 'gene_id "ENSG00000141510.11"; gene_type "protein_coding"; gene_name "TP53";'
    (tmp_path / "g.gtf").write_text(f"chr17\tH\tgene\t7\t9\t.\t-\t.\t{name}\n")
    (tmp_path / "tpm.tsv").write_text(
        "sample\tTCGA-AA-0001-01\nENSG00000141510.16\t2.0\nENSG00000000001.1\t-9.9658\n"
    )
    table = {"gene_names": str(tmp_path / "g.gtf"), "features": ["TP53"]}
    frame = read_source(
        source("expression", tmp_path / "tpm.tsv", "toil_tpm", ["TCGA-AA-0001"], **table)
    ).frame
    assert frame.loc["TCGA-AA-0001", "TP53"] == pytest.approx(np.log2(4 - 0.001 + 1))


def test_formats_of_tcga_choose_tumour_aliquots():
    assert set(OF_TCGA) <= {*MATRICES, *SEGMENTS}


def test_real_cell_lines_and_tumours(real: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    lines = read_sheet(real / "ccl/models.tsv", "ModelID", "PatientID", "lineage")["sample"].to_list()
    patients = read_sheet(real / "tumors/clinical.tsv", "PatientID", None, "cohort")["sample"].to_list()
    mutation = read_source(source("mutation", real / "ccl/mutation.tsv.gz", "matrix", lines)).frame
    assert mutation.shape == (1243, 718)
    genes = list(mutation.columns)
    table = {"ids": "tcga_patient", "features": genes}
    tumors = read_source(source("mutation", real / "tumors/mutations.maf.gz", "maf", patients, **table)).frame
    assert tumors.shape == (3098, 718)
    assert tumors.columns.to_list() == genes
    expression = read_source(
        source("expression", real / "tumors/expression.tsv.gz", "matrix", patients)
    ).frame
    assert expression.shape == (5240, 1526)
