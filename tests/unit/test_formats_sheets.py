"""Clinical tables, annotations, lists."""

from pathlib import Path

import openpyxl
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule, choose_tumors
from deepdep.io.formats import read
from deepdep.io.formats.base import Wanted
from deepdep.io.formats.cdr import cancer_types
from deepdep.io.formats.depmap_model import ccle_ids
from deepdep.io.formats.quality_annotations import banned


def book(path: Path, sheets: dict):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


ENDS = [name for end in ("OS", "DSS", "DFI", "PFI") for name in (end, f"{end}.time")]


def cdr(tmp_path: Path, event: int = 1, key: str = "bcr_patient_barcode", sheet: str = "TCGA-CDR"):
    rows = [
        [None, key, "type", "gender", *ENDS, "Redaction"],
        [1, "TCGA-OR-A5J1", "ACC", "MALE", event, 1355, 1, 1355, "#N/A", "#N/A", 0, 754, "#N/A"],
        [2, "TCGA-AB-0002", "LAML", "[Not Available]", 0, "#N/A", "#N/A", "#N/A", None, None, 1, 3, None],
        [3, "TCGA-AA-0009", "COAD", "FEMALE", 0, 5, 0, 5, 0, 5, 0, 5, "Redacted"],
    ]
    return book(tmp_path / "TCGA-CDR-SupplementalTableS1.xlsx", {"Notes": [["a"]], sheet: rows})


def test_cdr(tmp_path: Path):
    table = read("cdr", cdr(tmp_path))
    frame = table.frame.set_index("bcr_patient_barcode")
    assert list(frame.index) == ["TCGA-OR-A5J1", "TCGA-AB-0002"]
    assert frame.columns.to_list() == ["type", "gender", *ENDS, "Redaction"]
    assert frame["OS.time"].to_list()[0] == 1355
    assert frame["OS.time"].isna().to_list() == [False, True]
    assert frame["gender"].isna().to_list() == [False, True]
    assert table.notes["redacted"] == 1
    assert cancer_types(cdr(tmp_path)) == {"TCGA-OR-A5J1": "ACC", "TCGA-AB-0002": "LAML"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"event": 2}, r"column 'OS', patient TCGA-OR-A5J1: \[.*2.*\] is no event"),
        ({"key": "patient"}, "no column bcr_patient_barcode"),
        ({"sheet": "CDR"}, "no sheet 'TCGA-CDR'; sheets are Notes, CDR"),
    ],
)
def test_cdr_refuses(tmp_path: Path, options: dict, message: str):
    with pytest.raises(InputError, match=message):
        read("cdr", cdr(tmp_path, **options))


def test_no_workbook(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_text("no workbook")
    with pytest.raises(InputError, match="no xlsx workbook"):
        read("cdr", path)


GOOD, BAD = "TCGA-D9-A1X3-06A-21-A20M-20", "TCGA-OR-A5J1-01A-11R-A29S-07"


def quality(tmp_path: Path, flag: str = "True"):
    head = "patient_barcode\taliquot_barcode\tcancer type\tplatform\tpatient_annotation\tDo_not_use"
    rows = [
        "TCGA-D9-A1X3\tTCGA-D9-A1X3-06A21-A20M-20\t\tMDA_RPPA_Core\t\tFalse",
        f'TCGA-OR-A5J1\t{BAD}\tACC\tIlluminaHiSeq_RNASeqV2\tsaid "no\t{flag}',
        "TCGA-OR-A5J1\tTCGA-OR-A5J1-01A-11D-A29H-01\tACC\tGenome_Wide_SNP_6\t\tFalse",
    ]
    path = tmp_path / "merged_sample_quality_annotations.tsv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_quality_annotations(tmp_path: Path):
    table = read("quality_annotations", quality(tmp_path))
    assert table.frame["aliquot_barcode"].to_list()[0] == GOOD
    assert table.notes == {"rows": 3, "barcodes_repaired": 1, "do_not_use": 1}
    assert banned(quality(tmp_path)) == {BAD}
    assert banned(quality(tmp_path), "IlluminaHiSeq_RNASeqV2") == {BAD, "TCGA-OR-A5J1-01"}
    rule = TumorRule(banned=banned(quality(tmp_path)))
    chosen, counts = choose_tumors([BAD, "TCGA-OR-A5J1-01A-11D-A29H-01"], rule)
    assert chosen.index.to_list() == ["TCGA-OR-A5J1-01A-11D-A29H-01"]
    assert counts["banned"] == 1
    with pytest.raises(InputError, match="Do_not_use values other than True and False: maybe"):
        read("quality_annotations", quality(tmp_path, flag="maybe"))


def test_pancan_clinical_is_latin_1_with_quotes_and_short_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "clinical_PANCAN_patient_with_followup.tsv"
    text = (
        "bcr_patient_barcode\tacronym\tnote\tprimary_therapy_outcome_success\n"
        'TCGA-OR-A5J1\tACC\tcaf\xe9 "2\t[Not Available]\nTCGA-OR-A5J2\tACC\n'
    )
    path.write_bytes(text.encode("latin-1"))
    table = read("pancan_clinical", path)
    assert table.frame["note"].to_list() == ['caf\xe9 "2', None]
    assert table.frame["primary_therapy_outcome_success"].isna().all()
    assert table.notes["short_rows_filled"] == 1
    assert "no therapy response here: followup_treatment_success" in caplog.text
    with pytest.raises(InputError, match="no column er_status_by_ihc"):
        read("pancan_clinical", path, Wanted(features=("er_status_by_ihc",)))


def test_mantis_takes_tcga_and_one_pair_per_patient(tmp_path: Path):
    rows = [
        ["Case ID", "Tumor Filename", "MANTIS Score"],
        ["TCGA-AA-0001", "x.TCGA-AA-0001-01B-11D-A.bam", 0.3],
        ["TCGA-AA-0001", "x.TCGA-AA-0001-01A-11D-A.bam", 0.9],
        ["TARGET-10", "y.bam", 0.2],
        ["TCGA-AA-0002", "z.TCGA-AA-0002-01A-11D-A.bam", 0.31],
    ]
    table = read("mantis", book(tmp_path / "S2.xlsx", {"Sheet1": rows}))
    assert table.frame.to_numpy().tolist() == [["TCGA-AA-0001", 0.9, True], ["TCGA-AA-0002", 0.31, False]]
    assert table.notes == {"not_tcga": 1, "further_pairs": 1}


def test_purity(tmp_path: Path):
    path = tmp_path / "abs.txt"
    path.write_text(
        "array\tsample\tcall status\tpurity\tploidy\tGenome doublings\n"
        "TCGA-B6-A0X4-01\tWU-BRCA-TCGA-B6-A0X4-01A-11D-A10L-01\tcalled\t0.7\t2.1\t0\n\t\t\t\t\t\n"
    )
    frame = read("purity", path).frame
    assert frame.loc[0, "sample"] == "TCGA-B6-A0X4-01A-11D-A10L-01"
    assert frame["purity"].to_list() == [0.7]


def test_models_of_both_generations(tmp_path: Path):
    new, old = tmp_path / "Model.csv", tmp_path / "sample_info.csv"
    new.write_text(
        "ModelID,PatientID,CCLEName,OncotreeLineage,Sex,COSMICID\n"
        'ACH-000001,PT-1,NIHOVCAR3_OVARY,"Ovary/Fallopian Tube",Female,905933.0\nACH-000002,,HL60,Myeloid,,\n'
    )
    old.write_text("DepMap_ID,CCLE_Name,lineage,COSMICID\nACH-000001,NIHOVCAR3_OVARY,ovary,905933\n")
    frame = read("depmap_model", new).frame
    assert frame["PatientID"].to_list() == ["PT-1", "ACH-000002"]
    assert frame["COSMICID"].to_list() == ["905933", None]
    assert ccle_ids(old) == {"NIHOVCAR3_OVARY": "ACH-000001"}
    assert read("depmap_model", old).notes["own_patient"] == 1
    old.write_text("id,name\n1,2\n")
    with pytest.raises(InputError, match="no model ids; columns are id, name"):
        read("depmap_model", old)


def test_lists_of_genes_whatever_their_header(tmp_path: Path):
    path = tmp_path / "CRISPRInferredCommonEssentials.csv"
    path.write_text("Essentials\nAAMP (14)\nSEPT9 (10801)\nAAMP (14)\n")
    table = read("gene_list", path)
    assert table.frame["symbol"].to_list() == ["AAMP", "SEPT9"]
    assert table.notes["header"] == "Essentials"


@pytest.mark.parametrize("separator", [",", "\t"])
def test_cancer_gene_census_of_both_generations(tmp_path: Path, separator: str):
    path = tmp_path / "census"
    head = ["Gene Symbol", "Entrez GeneId", "Role in Cancer", "Synonyms"]
    if separator == "\t":
        head = ["GENE_SYMBOL", "x", "ROLE_IN_CANCER", "SYNONYMS"]
    path.write_text(
        separator.join(head) + "\n" + separator.join(["A1CF", "29974", "oncogene", '"29974,A1CF"']) + "\n"
    )
    frame = read("cancer_gene_census", path).frame
    assert frame[["symbol", "role"]].to_numpy().tolist() == [["A1CF", "oncogene"]]


def test_ccle_annotations(tmp_path: Path):
    path = tmp_path / "Cell_lines_annotations_20181226.txt"
    path.write_text(
        "CCLE_ID\tdepMapID\tName\tSite_Primary\tHistology\tGender\ttype_refined\ttcga_code\n"
        "DMS53_LUNG\tACH-000698\tDMS 53\tlung\tcarcinoma\tmale\tlung_small_cell\tSCLC\n"
        "X_LUNG\t\t\tlung\t\t\t\t\n"
    )
    table = read("ccle_annotations", path)
    assert table.notes == {"lines": 2, "without_depmap_id": 1}
    assert table.frame["Name"].to_list() == ["DMS 53", None]
