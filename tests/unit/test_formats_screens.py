"""Screens: DEMETER2, Project Score, Sanger, DeepDEP's matrices, PDX, and the contract of scores."""

import datetime
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from deepdep.errors import InputError
from deepdep.io.formats import FORMATS, read
from deepdep.io.formats.base import Wanted
from deepdep.prepare.scores import SCORES, read_scores

LINES = {"127399_SOFT_TISSUE": "ACH-001270", "ZR75B_BREAST": "ACH-000001"}


def demeter(tmp_path: Path):
    path = tmp_path / "D2_combined_gene_dep_scores.csv"
    path.write_text(
        '"","127399_SOFT_TISSUE","ZR75B_BREAST","AZ521_STOMACH"\n"A1BG (1)",NA,0.05,-1\n'
        '"GTF2IP4&GTF2IP1 (100093631&2970)",1,2,3\n"NAT2 (10)",0.2,-0.3,1e-2\n'
    )
    return path


def test_demeter2_is_transposed_and_multi_gene_rows_left_out(tmp_path: Path):
    table = read("demeter2", demeter(tmp_path), Wanted(sample_ids=LINES))
    assert table.frame.index.to_list() == ["ACH-001270", "ACH-000001", "ACH-001015"]
    assert table.frame.columns.to_list() == ["A1BG", "NAT2"]
    assert table.notes["rows_of_several_genes"] == 1
    expected = np.array([[np.nan, 0.2], [0.05, -0.3], [-1, 0.01]], np.float32)
    np.testing.assert_allclose(table.frame, expected)


def project(tmp_path: Path, folder: str = "EssentialityMatrices/"):
    path = tmp_path / "essentiality_matrices.zip"
    text = '\tHT-29v1.0\tHT-29v1.1\tA549\nA1BG\t-0.1\t9\t0.2\n"2-Sep"\t\tNaN\t-1.5\n'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}01a_qnorm_corrected_logFCs.tsv", text)
        archive.writestr(f"{folder}04_binaryDepScores.tsv", text.replace("-0.1", "1"))
    return path


@pytest.mark.parametrize("folder", ["EssentialityMatrices/", "../../"])
def test_project_score_takes_the_first_screen_of_ht29(tmp_path: Path, folder: str):
    table = read(
        "project_score",
        project(tmp_path, folder),
        Wanted(sample_ids={"ht29": "ACH-000552", "A549": "ACH-000681"}),
    )
    assert table.frame.index.to_list() == ["ACH-000552", "ACH-000681"]
    assert table.frame.columns.to_list() == ["A1BG", "SEPT2"]
    np.testing.assert_allclose(table.frame, np.array([[-0.1, np.nan], [0.2, -1.5]], np.float32))
    assert table.notes["second_screens_left_out"] == 1
    assert read("project_score", project(tmp_path, folder)).frame.index.to_list() == ["HT-29", "A549"]
    assert not list(tmp_path.parent.glob("*.tsv"))


def test_project_score_names_what_the_archive_has(tmp_path: Path):
    with pytest.raises(InputError, match=r"0 files '99.tsv'; the archive has EssentialityMatrices/01a"):
        read("project_score", project(tmp_path), Wanted(options={"matrix": "99.tsv"}))
    path = tmp_path / "cut.zip"
    path.write_bytes(project(tmp_path).read_bytes()[:-40])
    with pytest.raises(InputError, match="damaged zip archive"):
        read("project_score", path)


def test_sanger_effect_asserts_its_ids(tmp_path: Path):
    path = tmp_path / "gene_effect.csv"
    path.write_text(",A1BG (1)\nACH-000001,-0.5\n")
    assert read("sanger_effect", path).frame.loc["ACH-000001", "A1BG"] == -0.5
    path.write_text(",A1BG (1)\nA549,-0.5\n")
    with pytest.raises(InputError, match=r"row ids are not ACH ids \(A549\)"):
        read("sanger_effect", path)


def ccl(
    tmp_path: Path, text: str | bytes = "Gene\tA549_LUNG\tHT29_LARGE_INTESTINE\nTP53\t1\t0\nKRAS\t0\t0\n"
):
    path = tmp_path / "ccl_mut_data_paired_with_tcga.txt"
    path.write_text(text)
    return path


def test_deepdep_matrices(tmp_path: Path):
    table = read("deepdep_ccl", ccl(tmp_path), Wanted(options={"omic": "mutation"}))
    assert table.frame.loc["A549_LUNG"].to_dict() == {"TP53": 1, "KRAS": 0}
    wanted = Wanted(features=("KRAS",), options={"omic": "fingerprint"})
    assert read("deepdep_ccl", ccl(tmp_path), wanted).frame.columns.to_list() == ["KRAS"]


@pytest.mark.parametrize(
    ("text", "omic", "message"),
    [
        ("Gene\tA\tA\nTP53\t1\t0\n", "mutation", "ids in the header occur twice: A"),
        ("Gene\tA\tB\nTP53\t2\t0\n", "mutation", "mutation values other than 0, 1"),
        ("Gene\tA\tB\nTP53\t-2\t0\n", "expression", "expression values from -2 to 0"),
        ("Gene,A,B\nTP53,1,0\n", "mutation", "not tab-separated"),
        ("Gene\tA\tB\nTP53\t1\t0\n", "proteome", "unknown omic 'proteome'"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:a\n", "mutation", "Git LFS pointer"),
    ],
)
def test_deepdep_matrices_are_checked(tmp_path: Path, text: str | bytes, omic: str, message: str):
    with pytest.raises(InputError, match=message):
        read("deepdep_ccl", ccl(tmp_path, text), Wanted(options={"omic": omic}))


def pdx(tmp_path: Path):
    sheets = {
        "RNAseq_fpkm": [
            ["Sample", "X-1004", "X-1008"],
            ["A1BG", 1, 3],
            [datetime.datetime(2015, 3, 1), 3, 1],
        ],
        "copy number": [["Sample", "X-1004"], ["A1BG", 4], ["2-Sep", 0]],
        "pdxe_mut_and_cn2": [
            ["Sample", "Gene", "Category", "Details"],
            ["X-1004", "TP53", "MutKnownFunctional", "R175H"],
            ["X-1004", "MYC", "Amp8", "10"],
            ["X-1008", "EGFR", "Del0.8", "1"],
        ],
        "PCT curve metrics": [["Model", "Treatment", "BestAvgResponse"], ["X-1004", '"BKM120"', -12.5]],
    }
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "pdx.xlsx"
    workbook.save(path)
    return path


def test_pdx_sheets(tmp_path: Path):
    path = pdx(tmp_path)
    table = read("pdx", path, Wanted(options={"sheet": "RNAseq_fpkm"}))
    assert table.frame.columns.to_list() == ["A1BG", "MARCH1"]
    np.testing.assert_allclose(2 ** table.frame.to_numpy() - 1, [[2.5e5, 7.5e5], [7.5e5, 2.5e5]], rtol=1e-5)
    assert table.notes["excel_dates"] == 1
    copies = read("pdx", path, Wanted(options={"sheet": "copy number"}))
    np.testing.assert_allclose(copies.frame, np.array([[1, np.log2(0.001)]], np.float32))
    assert copies.frame.columns.to_list() == ["A1BG", "SEPT2"]
    mutated = read("pdx", path, Wanted(options={"sheet": "pdxe_mut_and_cn2"})).frame
    assert mutated.to_dict() == {"TP53": {"X-1004": 1, "X-1008": 0}}
    curves = read("pdx", path, Wanted(options={"sheet": "PCT curve metrics"})).frame
    assert curves.iloc[0].to_list() == ["X-1004", "BKM120", -12.5]


def effect(tmp_path: Path, values: object = "-1.5, 0.2"):
    path = tmp_path / "effect.csv"
    path.write_text(f",A1BG (1),TP53 (7157)\nACH-000001,{values}\nACH-000002,,0.1\n")
    return path


@pytest.mark.parametrize("score", ["ceres", "chronos", "ataris", "demeter2", "fold_change"])
def test_signed_scores_become_one_contract(tmp_path: Path, score: str):
    scores = read_scores(effect(tmp_path), "depmap_matrix", score, Wanted())
    assert scores.frame.dtypes.unique().tolist() == [np.float32]
    assert scores.frame.index.name == "sample"
    assert np.isnan(scores.frame.loc["ACH-000002", "A1BG"])
    assert scores.meta["type"] == score
    assert scores.meta["direction"] == "lower = more dependent"


def test_probabilities_point_the_other_way(tmp_path: Path):
    scores = read_scores(effect(tmp_path, "0.9,0.2"), "depmap_matrix", "probability", Wanted())
    assert scores.meta["direction"] == "higher = more dependent"


@pytest.mark.parametrize(
    ("values", "score", "message"),
    [
        ("0.9,0.2", "ceres", "none is negative.*gene effect file"),
        ("-1,0.2", "probability", r"are no probability \(0 to 1\)"),
        ("-90,3", "chronos", "beyond 20"),
        ("-1,1", "essentiality", "unknown dependency score 'essentiality'"),
    ],
)
def test_scores_that_are_something_else_are_refused(tmp_path: Path, values: object, score: str, message: str):
    with pytest.raises(InputError, match=message):
        read_scores(effect(tmp_path, values), "depmap_matrix", score, Wanted())


def test_real_ataris_scores(real: Path):
    wanted = Wanted(features=("KRAS", "BRAF"))
    scores = read_scores(real / "ccl" / "dependency.tsv.gz", "matrix", "ataris", wanted)
    assert scores.frame.shape == (297, 2)
    assert scores.meta["units"].startswith("ATARiS")


def test_every_format_refuses_a_web_page(tmp_path: Path):
    path = tmp_path / "page"
    path.write_text("<html><title>503 Service Unavailable</title></html>")
    options = {
        "omic": "mutation",
        "sheet": "RNAseq_fpkm",
        "release": "24Q4",
        "gene_names": {"ENSG1": "A"},
        "probemap": path,
    }
    for name in FORMATS:
        with pytest.raises(InputError, match="this is a web page, no data"):
            read(name, path, Wanted(options=options))


def test_unknown_format_lists_the_others(tmp_path: Path):
    with pytest.raises(InputError, match=r"unknown format 'mc4'.*mc3"):
        read("mc4", tmp_path)
    assert len(SCORES) == 9
