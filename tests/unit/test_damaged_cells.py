"""What fuzzing found: cells and ids that were once taken for others, or stopped a reader without a word."""

import gzip
import time
from pathlib import Path

import numpy as np
import pytest
from public_cases import FILES, format_of
from public_files import data_of, written

from deepdep.errors import InputError
from deepdep.io.formats import read
from deepdep.io.gtf import read_genes
from deepdep.io.identifiers import read_gene_names, split_labels
from deepdep.io.line_names import read_line_names
from deepdep.io.lockfile import read_pins
from deepdep.io.maf import read_maf
from deepdep.io.manifest import read_manifest
from deepdep.io.segments import read_rows
from deepdep.io.sheets import read_sheet
from deepdep.io.tables import read_numeric_table


def with_cell(folder: Path, case: str, row: int, column: int, cell: str) -> Path:
    """Write a public file with another cell."""
    rows = FILES[case].rows
    rows[row][column] = cell
    return written(folder, FILES[case], data_of(FILES[case], rows))


def reading(folder: Path, case: str, row: int, column: int, cell: str) -> object:
    """Read a public file with another cell."""
    path = with_cell(folder, case, row, column, cell)
    return read(format_of(case), path, FILES[case].wanted(folder)).frame


@pytest.mark.parametrize("cell", ["1 2", "1\r2", '1"2', "1_000", "\u0661", "0.25\x1f"])
@pytest.mark.parametrize("case", ["depmap_matrix", "pancan_methylation", "ccle_rrbs", "demeter2"])
def test_number_with_something_inside_is_no_other_number(tmp_path: Path, case: str, cell: str):
    with pytest.raises(InputError, match=r"is not a number|fields, expected"):
        reading(tmp_path, case, *FILES[case].number, cell)


@pytest.mark.parametrize("cell", [" 0.5", "0.5 ", '"0.5"', "0.5\r"])
def test_blanks_and_quotes_around_a_number_are_none_of_it(tmp_path: Path, cell: str):
    frame = reading(tmp_path, "pancan_methylation", 1, 1, cell)
    assert frame["cg01"].iloc[0] == np.float32(0.5)


@pytest.mark.parametrize("name", ["A\x00B", "A\rB", "", "\ufeffA1BG"])
@pytest.mark.parametrize(
    "case", ["depmap_matrix", "pancan_methylation", "depmap_matrix/turned", "pdx/copies"]
)
def test_id_that_does_not_print(tmp_path: Path, case: str, name: str):
    if FILES[case].pack == "xlsx" and "\x00" in name:
        pytest.skip("no workbook can hold it")
    with pytest.raises(
        InputError, match=r"has no id|signs that are no text|none of the genes|no sample|is not"
    ):
        reading(tmp_path, case, 1, 0, name)


def test_name_in_another_encoding(tmp_path: Path):
    path = written(tmp_path, FILES["depmap_matrix"], b",A1BG (1)\nACH-00000\xe9,1\n")
    with pytest.raises(InputError, match="UTF-8"):
        read("depmap_matrix", path)


@pytest.mark.parametrize("case", ["ccle_maf", "depmap_matrix", "cancer_gene_census", "pancan_segments"])
def test_field_longer_than_any_is(tmp_path: Path, case: str):
    with pytest.raises(InputError, match=r"Remedy: "):
        reading(tmp_path, case, 0, 0, '"' + "x" * 140_000)


def test_infinite_after_the_change_of_scale(tmp_path: Path):
    with pytest.raises(InputError, match="above log2"):
        reading(tmp_path, "toil_tpm", 1, 1, "99999999999999999999")
    with pytest.raises(InputError, match="not a finite number"):
        reading(tmp_path, "pdx/expression", 1, 1, "9" * 40)
    (tmp_path / "x").mkdir()
    rows = [["Sample", "X-1004"], ["A1BG", "0"], ["TP53", "0"]]
    path = written(tmp_path / "x", FILES["pdx/expression"], data_of(FILES["pdx/expression"], rows))
    with pytest.raises(InputError, match="a model without expression"):
        read("pdx", path, FILES["pdx/expression"].wanted(tmp_path))


@pytest.mark.parametrize("case", ["pancan_methylation", "toil_tpm", "depmap_copy_number", "pdx/copies"])
def test_matrix_of_nothing_but_missing_values(tmp_path: Path, case: str):
    rows = [FILES[case].rows[0], *([row[0], *[""] * (len(row) - 1)] for row in FILES[case].rows[1:])]
    path = written(tmp_path, FILES[case], data_of(FILES[case], rows))
    with pytest.raises(InputError, match="every value is missing"):
        read(format_of(case), path, FILES[case].wanted(tmp_path))


def test_infinite_cell_makes_no_column_of_numbers(tmp_path: Path):
    (tmp_path / "s.tsv").write_text("sample\tage\nL1\tinf\nL2\t50\n")
    assert list(read_sheet(tmp_path / "s.tsv", "sample", None, None)["age"]) == ["inf", "50"]


@pytest.mark.parametrize("place", ["\u00b2", "9" * 5000, "-1", "1.5", ""])
def test_gtf_place_that_is_no_number(tmp_path: Path, place: str):
    (tmp_path / "g.gtf").write_text(f'chr1\tx\tgene\t{place}\t9\t.\t+\t.\tgene_id "E1"; gene_name "A";\n')
    with pytest.raises(InputError, match=r"g\.gtf, line 1: no gene row"):
        read_genes(tmp_path / "g.gtf")


@pytest.mark.parametrize("reader", [read_manifest, read_pins])
@pytest.mark.parametrize("data", [gzip.compress(b""), b"\n", b"a\tb\n"])
def test_list_of_files_without_its_header(tmp_path: Path, reader: object, data: bytes):
    path = tmp_path / "list.tsv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"list\.tsv: "):
        reader(path)


def test_barcodes_are_refused_with_the_name_of_their_file(tmp_path: Path):
    path = tmp_path / "m.maf"
    path.write_text("Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\nTP53\tSilent\t$(x)\n")
    with pytest.raises(InputError, match=r"m\.maf: 1 ids are no TCGA barcodes"):
        read_maf(path, ["TP53"], "tcga_patient")


def test_signs_that_are_no_text_in_sheets_and_names(tmp_path: Path):
    path = tmp_path / "t.tsv"
    path.write_text("name\tid\nA549\tA\x15-1\n")
    for reading_it in (read_line_names, lambda p: read_sheet(p, "name", None, None)):
        with pytest.raises(InputError, match=r"t\.tsv, line 2: signs that are no text"):
            reading_it(path)
    path.write_text("Sample\tChromosome\tStart\tEnd\tSegment_Mean\nA\x00\t1\t1\t9\t0.5\n")
    with pytest.raises(InputError, match=r"t\.tsv, sample number 1"):
        read_rows(path)


def test_label_of_many_blanks_is_read_in_no_time():
    begun = time.monotonic()
    assert split_labels([" " * 200_000 + "x", "A1BG  (1)", " (1)"])["entrez"].to_list() == ["", "1", "1"]
    assert time.monotonic() - begun < 5  # minutes, when every blank began a search


def test_quote_that_swallows_a_row_of_gene_names(tmp_path: Path):
    path = tmp_path / "hgnc.tsv"
    path.write_text('symbol\talias_symbol\tprev_symbol\tentrez_id\nA\t"B\t\t1\nC\tD\t\t2"\t\t\n')
    with pytest.raises(InputError, match=r"hgnc\.tsv.* Remedy: "):
        read_gene_names(path)


def test_table_whose_features_have_no_names(tmp_path: Path):
    (tmp_path / "t.tsv").write_text("sample\t\t\nL1\t1\t2\n")
    with pytest.raises(InputError, match="no feature has an id"):
        read_numeric_table(tmp_path / "t.tsv", "samples_in_rows")


def test_columns_of_a_workbook_without_names_are_left_out(tmp_path: Path):
    file = FILES["pdx/curves"]
    rows = [[*row, *cells] for row, cells in zip(file.rows, (["", ""], ["1", "2"], ["3", "4"]), strict=True)]
    path = written(tmp_path, file, data_of(file, rows))
    assert list(read("pdx", path, file.wanted(tmp_path)).frame) == file.rows[0]


def test_blanks_in_place_of_a_sample(tmp_path: Path):
    with pytest.raises(InputError, match="has no id"):
        reading(tmp_path, "depmap_mutations", 1, 6, " ")


def test_no_damaging_variant_is_no_table(tmp_path: Path):
    rows = [[cell.replace("Missense_Mutation", "Silent") for cell in row] for row in FILES["ccle_maf"].rows]
    rows = [[cell.replace("Splice_Site", "Silent") for cell in row] for row in rows]
    path = written(tmp_path, FILES["ccle_maf"], data_of(FILES["ccle_maf"], rows))
    with pytest.raises(InputError, match="no damaging variant of a named gene"):
        read("ccle_maf", path)


def test_numeric_patient_ids_are_refused_in_words(tmp_path: Path):
    path = written(tmp_path, FILES["pancan_clinical"], b"bcr_patient_barcode\tacronym\n-1\tACC\n")
    with pytest.raises(InputError, match="no TCGA patients"):
        read("pancan_clinical", path)


def test_quote_that_swallows_a_row_is_found(tmp_path: Path):
    path = tmp_path / "t.tsv"
    path.write_text('gene\tL1\n"A\t1\nB"\t2\n')
    with pytest.raises(InputError, match=r"signs that are no text|fields|is not"):
        read_numeric_table(path, "features_in_rows")
