"""Expression: PanCanAtlas, Toil, CCLE, DepMap."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule
from deepdep.io.formats import convert, read
from deepdep.io.formats.base import Wanted
from deepdep.io.parquet import read_header, read_matrix

A1 = "TCGA-OR-A5J1-01A-11R-A29S-07"
A1_AGAIN = "TCGA-OR-A5J1-01B-11R-A29S-07"
NORMAL = "TCGA-OR-A5J1-11A-11R-A29S-07"
A2 = "TCGA-OR-A5J2-01A-11R-A29S-07"
TUMORS = Wanted(tumors=TumorRule())


def pancan(tmp_path: Path, first: str = "gene_id", quote: str = '"', extra: str = ""):
    names = (first, NORMAL, A1_AGAIN, A1, A2)
    head = "\t".join(f"{quote}{name}{quote}" for name in names)
    rows = [
        "?|100130426\t1\t1\t1\t1",
        "A1BG|1\t9\t9\t3.0000\t0.0000",
        "TP53|7157\t9\t9\t-0.51\tNA",
        "SLC35E2|728661\t9\t9\t1\t2",
        "SLC35E2|9906\t9\t9\t3\t4",
        "1-Mar|55016\t9\t9\t1.5E+01\t7",
    ]
    path = tmp_path / "EBPlusPlus.tsv"
    path.write_text("\n".join([head, *rows]) + "\n" + extra)
    return path


def test_pancan_expression_traps(tmp_path: Path):
    table = read("pancan_expression", pancan(tmp_path), TUMORS)
    assert table.frame.index.to_list() == ["TCGA-OR-A5J1", "TCGA-OR-A5J2"]
    assert table.frame.columns.to_list() == ["A1BG", "TP53", "MARCH1"]
    expected = np.array([[2, 0, 4], [0, np.nan, 3]], np.float32)
    np.testing.assert_allclose(table.frame, expected, atol=1e-6)
    notes = table.notes
    assert (notes["ambiguous"], notes["without_symbol"], notes["excel_dates"]) == (2, 1, 1)
    assert (notes["negative_values_set_to_0"], notes["further_aliquots"], notes["other_types"]) == (1, 1, 1)


def test_pancan_expression_banned_aliquot_is_replaced(tmp_path: Path):
    rule = TumorRule(banned=frozenset({A1}))
    table = read("pancan_expression", pancan(tmp_path, quote=""), Wanted(tumors=rule))
    assert table.frame.loc["TCGA-OR-A5J1", "A1BG"] == pytest.approx(np.log2(10))


def test_pancan_expression_wanted_genes_in_order_by_entrez(tmp_path: Path):
    wanted = Wanted(features=("P53 (7157)", "MARCHF1", "SLC35E2 (9906)", "NONE"), tumors=TumorRule())
    table = read("pancan_expression", pancan(tmp_path), wanted)
    assert table.frame.columns.to_list() == ["P53 (7157)", "MARCHF1", "SLC35E2 (9906)"]
    assert table.frame.loc["TCGA-OR-A5J2", "SLC35E2 (9906)"] == pytest.approx(np.log2(5))
    assert table.notes["features_lacking"] == ["NONE"]


def test_ambiguous_symbol_wanted_is_left_out(tmp_path: Path):
    wanted = Wanted(features=("SLC35E2", "A1BG"), tumors=TumorRule())
    assert read("pancan_expression", pancan(tmp_path), wanted).frame.columns.to_list() == ["A1BG"]


def test_converted_file_says_what_was_done(tmp_path: Path):
    out = tmp_path / "expression.parquet"
    table = convert("pancan_expression", pancan(tmp_path), out, TUMORS, sha256="abc")
    np.testing.assert_array_equal(read_matrix(out), table.frame)
    header = read_header(out)
    assert header["units"].startswith("log2(RSEM+1)")
    assert header["notes"]["negative_values_set_to_0"] == 1
    assert header["sha256"] == "abc"


def test_nothing_is_left_of_a_failed_conversion(tmp_path: Path):
    out = tmp_path / "out" / "expression.parquet"
    with pytest.raises(InputError, match=r"row 'KRAS\|3845' \(line 8\), column 'TCGA-OR-A5J1-01B.*'x'"):
        convert("pancan_expression", pancan(tmp_path, extra="KRAS|3845\t1\tx\t1\t1\n"), out, TUMORS)
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"first": "Gene"}, "the first column is 'Gene', not 'gene_id'"),
        ({"extra": "A1BG|1\t9\t9\t4\t0\n"}, "feature 'A1BG' stands twice with conflicting values"),
    ],
)
def test_pancan_expression_refuses(tmp_path: Path, options: dict, message: str):
    with pytest.raises(InputError, match=message):
        read("pancan_expression", pancan(tmp_path, **options), TUMORS)


def test_identical_repeated_rows_count_once(tmp_path: Path):
    path = pancan(tmp_path, extra="A1BG|1\t9\t9\t3.0000\t0.0000\n")
    table = read("pancan_expression", path, TUMORS)
    assert table.notes["repeated_features"] == 1
    assert table.frame.columns.to_list() == ["A1BG", "TP53", "MARCH1"]


def toil(tmp_path: Path, low: str = "-9.9658"):
    probemap = tmp_path / "probemap"
    probemap.write_text(
        "id\tgene\tchrom\tchromStart\tchromEnd\tstrand\n"
        "ENSG00000223972.5\tDDX11L1\tchr1\t11869\t14409\t+\n"
        "ENSG00000000003.14\tTSPAN6\tchrX\t1\t2\t-\n"
        "ENSG00000000004.1\tTSPAN6\tchrX\t3\t4\t-\n"
        "ENSG00000182378.13_PAR_Y\tPLCXD1\tchrY\t3\t4\t-\n"
    )
    path = tmp_path / "tcga_RSEM_gene_tpm.gz"
    body = (
        "sample\tTCGA-19-1787-01\tTCGA-S9-A7J2-01\tTCGA-S9-A7J2-11\n"
        f"ENSG00000223972.5\t{low}\t3.0\t1\n"
        "ENSG00000000003.14\t1.0\t-0.001\t1\n"
        "ENSG00000000004.1\t5.0\t6.0\t1\n"
        "ENSG00000182378.13_PAR_Y\t5.0\t6.0\t1\n"
        "ENSG00000999999.1\t5.0\t6.0\t1\n"
    )
    path.write_bytes(gzip.compress(body.encode()))
    return path, Wanted(tumors=TumorRule(), options={"probemap": probemap})


def test_toil_is_turned_into_log2_tpm_plus_1(tmp_path: Path):
    table = read("toil_tpm", *toil(tmp_path))
    assert table.frame.columns.to_list() == ["DDX11L1", "TSPAN6"]
    assert table.frame.index.to_list() == ["TCGA-19-1787", "TCGA-S9-A7J2"]
    tpm = np.array([[0.0, 2.0**5], [2.0**3, 2.0**6]]) - np.array([[0, 0.001], [0.001, 0.001]])
    np.testing.assert_allclose(table.frame, np.log2(tpm + 1), atol=1e-5)
    assert table.notes["further_rows_of_a_symbol"] == 1
    assert table.notes["zero_tpm"] == 1


def test_toil_refuses_another_scale(tmp_path: Path):
    with pytest.raises(InputError, match=r"values down to -12, below log2\(0.001\)"):
        read("toil_tpm", *toil(tmp_path, low="-12"))


def test_toil_needs_its_probemap(tmp_path: Path):
    with pytest.raises(InputError, match="needs the option 'probemap'"):
        read("toil_tpm", toil(tmp_path)[0], TUMORS)


def ccle(tmp_path: Path, second: str = "transcript_ids"):
    path = tmp_path / "ccle.txt.gz"
    text = (
        f"gene_id\t{second}\tX22RV1_PROSTATE\tHT29_LARGE_INTESTINE\n"
        "ENSG00000223972.4\tENST1,ENST2\t1\t3\nENSG00000227232.4\tENST3\t0\t7\n"
    )
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_ccle_rsem(tmp_path: Path):
    names = {"ENSG00000223972": "DDX11L1", "ENSG00000227232": "WASH7P"}
    lines = {"22RV1_PROSTATE": "ACH-000956", "HT29_LARGE_INTESTINE": "ACH-000552"}
    wanted = Wanted(sample_ids=lines, options={"gene_names": names})
    table = read("ccle_rsem", ccle(tmp_path), wanted)
    assert table.frame.index.to_list() == ["ACH-000956", "ACH-000552"]
    np.testing.assert_allclose(table.frame[["DDX11L1", "WASH7P"]], [[1, 0], [2, 3]])
    with pytest.raises(InputError, match=r"first columns are \['gene_id', 'transcripts'\]"):
        read("ccle_rsem", ccle(tmp_path, second="transcripts"), wanted)


@pytest.mark.parametrize("first", ["", "ModelID", "DepMap_ID", "Broad_ID"])
def test_depmap_matrix_whatever_the_first_header_cell(tmp_path: Path, first: str):
    path = tmp_path / "effect.csv"
    path.write_text(f"{first},A1BG (1),NSD2 (7468)\nACH-000001,-0.1,\nACH-000002,0.2,NA\n")
    table = read("depmap_matrix", path, Wanted(features=("WHSC1 (7468)", "A1BG")))
    assert table.frame.columns.to_list() == ["WHSC1 (7468)", "A1BG"]
    np.testing.assert_allclose(table.frame, np.array([[np.nan, -0.1], [np.nan, 0.2]], np.float32))
    assert table.notes["index_column"] == first


def test_depmap_expression_of_25q3_takes_the_default_run(tmp_path: Path):
    path = tmp_path / "OmicsExpressionTPMLogp1HumanProteinCodingGenes.csv"
    path.write_text(
        ",SequencingID,ModelID,IsDefaultEntryForModel,ModelConditionID,IsDefaultEntryForMC,TSPAN6 (7105)\n"
        "0,CDS-1,ACH-000001,Yes,MC-1,Yes,1.5\n1,CDS-2,ACH-000001,No,MC-1,Yes,9\n2,CDS-3,ACH-000002,Yes,MC-2,Yes,0\n"
    )
    table = read("depmap_expression", path)
    assert table.frame["TSPAN6"].to_dict() == {"ACH-000001": 1.5, "ACH-000002": 0.0}
    assert table.notes["rows_not_default"] == 1


def test_depmap_expression_refuses_linear_values(tmp_path: Path):
    path = tmp_path / "expression.csv"
    path.write_text(",A1BG (1)\nACH-000001,312\nACH-000002,0\n")
    with pytest.raises(InputError, match=r"values from 0 to 312: not log2\(TPM\+1\)"):
        read("depmap_expression", path)


def test_transposed_portal_export_is_turned(tmp_path: Path):
    path = tmp_path / "portal-Avana-2018-05-10.csv"
    path.write_text('"","HT29_LARGE_INTESTINE","A549_LUNG"\n"A1BG",0.1,-0.2\n"TP53",0.3,\n')
    table = read("depmap_matrix", path, Wanted(sample_ids={"HT29_LARGE_INTESTINE": "ACH-000552"}))
    assert table.frame.to_dict() == {
        "A1BG": {"ACH-000552": pytest.approx(0.1)},
        "TP53": {"ACH-000552": pytest.approx(0.3)},
    }


def test_a_table_that_is_neither_way_round_is_refused(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n1,2,3\n")
    with pytest.raises(InputError, match="neither genes SYMBOL"):
        read("depmap_matrix", path)


def test_repeated_models_have_to_agree(tmp_path: Path):
    path = tmp_path / "effect.csv"
    path.write_text(",A1BG (1)\nACH-000001,0.1\nACH-000001,0.2\n")
    with pytest.raises(InputError, match="repeated samples with conflicting values: ACH-000001"):
        read("depmap_matrix", path)
