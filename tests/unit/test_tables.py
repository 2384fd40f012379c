"""Numeric tables: values, orientation, missing cells, and every kind of bad input."""

import gzip
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.checksum import sha256
from deepdep.io.gmt import read_gmt
from deepdep.io.tables import read_numeric_table

ROWS = "features_in_rows"
COLUMNS = "samples_in_rows"
TEXT = "Gene\tS1\tS2\nTP53\t1.5\tNA\nKRAS\t\t-2\nPTEN\tNaN\t0\n"
EXPECTED = pd.DataFrame(
    [[1.5, np.nan, np.nan], [np.nan, -2, 0]],
    index=pd.Index(["S1", "S2"], name="sample"),
    columns=["TP53", "KRAS", "PTEN"],
    dtype=np.float32,
)


def written(folder: Path, text: str, name: str = "table.tsv") -> Path:
    """Write text to a file, gzipped if its name says so."""
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def swapped(text: str) -> str:
    """Turn rows into columns."""
    cells = zip(*(line.split("\t") for line in text.splitlines()), strict=True)
    return "".join("\t".join(row) + "\n" for row in cells)


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "t.csv", "t.csv.gz"])
@pytest.mark.parametrize("orientation", [ROWS, COLUMNS])
def test_text_both_ways_round(tmp_path: Path, name: str, orientation: str):
    text = TEXT if orientation == ROWS else swapped(TEXT)
    text = text.replace("\t", ",") if "csv" in name else text
    frame = read_numeric_table(written(tmp_path, text, name), orientation)
    pd.testing.assert_frame_equal(frame, EXPECTED)


@pytest.mark.parametrize("named_index", [True, False])
@pytest.mark.parametrize("orientation", [ROWS, COLUMNS])
def test_parquet_both_ways_round(tmp_path: Path, orientation: str, named_index: bool):
    frame = EXPECTED.T if orientation == ROWS else EXPECTED
    path = tmp_path / "t.parquet"
    (frame.rename_axis("id") if named_index else frame.rename_axis("id").reset_index()).to_parquet(path)
    pd.testing.assert_frame_equal(read_numeric_table(path, orientation), EXPECTED)


def test_numeric_ids_and_an_empty_header_cell(tmp_path: Path):
    frame = read_numeric_table(written(tmp_path, ",1,2\n7157,0.5,1\n3845,2,3\n"), ROWS)
    assert frame.index.to_list() == ["1", "2"]
    assert frame.columns.to_list() == ["7157", "3845"]
    assert frame.loc["2", "3845"] == 3


def test_windows_lines_byte_order_mark_and_quotes(tmp_path: Path):
    frame = read_numeric_table(written(tmp_path, '\ufeff"Gene","S,1"\r\n"TP53, x",1\r\n'), ROWS)
    assert frame.to_dict() == {"TP53, x": {"S,1": 1.0}}


def test_a_gene_called_na_is_a_gene(tmp_path: Path):
    frame = read_numeric_table(written(tmp_path, "Gene\tS1\nNA\t1\n"), ROWS)
    assert frame.columns.to_list() == ["NA"]


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz"])
def test_text_in_a_numeric_table_is_named_with_its_place(tmp_path: Path, name: str):
    text = TEXT.replace("-2", "high")
    with pytest.raises(InputError, match=r"t\.tsv.*'KRAS' \(line 3\), column 'S2': 'high' is not a number"):
        read_numeric_table(written(tmp_path, text, name), ROWS)


def test_text_in_a_parquet_column_is_named_with_its_place(tmp_path: Path):
    frame = pd.DataFrame({"id": ["S1", "S2", "S3"], "TP53": ["1", "", "low"]})
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError, match="row 'S3', column 'TP53': 'low' is not a number"):
        read_numeric_table(tmp_path / "t.parquet", COLUMNS)
    frame.assign(TP53=["1", "", "2"]).to_parquet(tmp_path / "t.parquet")
    values = read_numeric_table(tmp_path / "t.parquet", COLUMNS)["TP53"]
    np.testing.assert_array_equal(values, [1, np.nan, 2])


@pytest.mark.parametrize("cell", ["inf", "-Inf", "1e300"])
def test_infinite_values_are_named_with_their_place(tmp_path: Path, cell: str):
    with pytest.raises(InputError, match="row 'KRAS', column 'S2': the value is infinite"):
        read_numeric_table(written(tmp_path, TEXT.replace("-2", cell)), ROWS)


def test_infinite_values_in_parquet(tmp_path: Path):
    pd.DataFrame({"id": ["S1"], "TP53": [np.inf]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError, match="row 'S1', column 'TP53': the value is infinite"):
        read_numeric_table(tmp_path / "t.parquet", COLUMNS)


def test_a_short_row_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"line 3 \(row 'KRAS'\) has 2 fields, the header 3"):
        read_numeric_table(written(tmp_path, TEXT.replace("KRAS\t\t-2", "KRAS\t-2")), ROWS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "empty"), ("\n", "no columns"), ("Gene\n", "no columns"), ("Gene\tS1\n", "no rows")],
)
def test_empty_tables(tmp_path: Path, text: str, problem: str):
    with pytest.raises(InputError, match=problem):
        read_numeric_table(written(tmp_path, text), ROWS)


def test_empty_parquet_and_parquet_that_is_none(tmp_path: Path):
    pd.DataFrame({"id": ["S1"]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError, match="no rows or no columns"):
        read_numeric_table(tmp_path / "t.parquet", COLUMNS)
    with pytest.raises(InputError, match="not a readable parquet"):
        read_numeric_table(written(tmp_path, TEXT, "u.parquet"), COLUMNS)


def test_missing_file_and_unknown_orientation(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_numeric_table(tmp_path / "t.tsv", ROWS)
    with pytest.raises(InputError, match="unknown orientation 'rows'"):
        read_numeric_table(written(tmp_path, TEXT), "rows")


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_truncated_gzip(tmp_path: Path, share: float):
    values = np.random.default_rng(0).normal(size=(300, 50))
    path = tmp_path / "t.tsv.gz"
    pd.DataFrame(values).to_csv(path, sep="\t")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match="damaged or truncated gzip"):
        read_numeric_table(path, ROWS)


def test_text_that_is_not_utf8(tmp_path: Path):
    path = tmp_path / "t.tsv"
    path.write_bytes("Gene\tS1\nβ-actin\t1\n".encode("iso-8859-7"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_numeric_table(path, ROWS)


def test_first_of_repeated_features_wins(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = written(tmp_path, "Gene\tS1\nTP53\t1\nKRAS\t2\nTP53\t3\n")
    assert read_numeric_table(path, ROWS).to_dict() == {"TP53": {"S1": 1}, "KRAS": {"S1": 2}}
    assert "1 repeated features, the first one wins: TP53" in caplog.text


def test_repeated_samples_have_to_agree(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    same = written(tmp_path, "Gene\tS1\tS2\tS1\nTP53\t1\t2\t1\nKRAS\t\t3\t\n")
    assert read_numeric_table(same, ROWS).index.to_list() == ["S1", "S2"]
    assert "1 repeated samples with identical values: S1" in caplog.text
    other = written(tmp_path, "Gene\tS1\tS2\tS1\nTP53\t1\t2\t1\nKRAS\t\t3\t0\n")
    with pytest.raises(InputError, match="repeated samples with conflicting values: S1"):
        read_numeric_table(other, ROWS)


def test_rows_without_id(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = written(tmp_path, "Gene\tS1\nTP53\t1\n\t2\n")
    assert read_numeric_table(path, ROWS).columns.to_list() == ["TP53"]
    assert "dropped 1 features without an id" in caplog.text
    with pytest.raises(InputError, match="sample number 2 has no id"):
        read_numeric_table(path, COLUMNS)


def test_known_samples_tell_orientation_from_ids(tmp_path: Path):
    path = written(tmp_path, TEXT)
    assert len(read_numeric_table(path, ROWS, {"S2", "S9"})) == 2
    with pytest.raises(InputError, match="wrong way round"):
        read_numeric_table(path, COLUMNS, {"S2", "S9"})
    with pytest.raises(InputError, match=r"zero overlap.*S1, S2; the sample sheet has A1, A2, A3, \.\.\."):
        read_numeric_table(path, ROWS, {"A1", "A2", "A3", "A4"})


def test_wide_rows_fit(tmp_path: Path):
    values = np.random.default_rng(1).normal(size=(2, 60_000)).round(4)
    frame = pd.DataFrame(values, index=["S1", "S2"]).add_prefix("cg")
    frame.to_csv(tmp_path / "t.csv")
    read = read_numeric_table(tmp_path / "t.csv", COLUMNS)
    np.testing.assert_array_equal(read, values.astype(np.float32))


def test_real_cell_lines(real: Path):
    expression = read_numeric_table(real / "ccl/expression.tsv.gz", ROWS)
    assert expression.shape == (1450, 535)
    assert expression.loc["ACH-000002", "ABCA13"] == np.float32(0.6323)
    copy_number = read_numeric_table(real / "ccl/copy_number.tsv.gz", ROWS)
    assert copy_number.shape == (1227, 2000)
    assert copy_number.min(axis=1).idxmin() == "ACH-000305"
    assert copy_number.min().idxmin() == "GBE1"
    assert copy_number.min().min() == pytest.approx(-34.2, abs=0.01)
    assert int((copy_number < -5).sum().sum()) == 3027


def test_real_tumour_expression_against_a_reading_line_by_line(real: Path):
    path = real / "tumors/expression.tsv.gz"
    frame = read_numeric_table(path, ROWS)
    assert frame.shape == (5240, 1526)
    assert frame.max().idxmax() == "DEFA5"
    assert int((frame > 100).sum().sum()) == 285
    with gzip.open(path, "rt") as lines:
        samples = next(lines).rstrip("\n").split("\t")[1:]
        gene, *cells = next(lines).rstrip("\n").split("\t")
    np.testing.assert_array_equal(frame.loc[samples, gene], np.array(cells, dtype=np.float32))


def test_real_repeated_symbols(real: Path, caplog: pytest.LogCaptureFixture):
    frame = read_numeric_table(real / "prep4deepdep/inputs/exp.file.txt.gz", ROWS)
    assert frame.columns.is_unique
    with gzip.open(real / "prep4deepdep/inputs/exp.file.txt.gz", "rt") as lines:
        symbols = [line.split("\t", 1)[0] for line in lines][1:]
    assert frame.shape[1] == len(set(symbols))
    assert f"{len(symbols) - len(set(symbols))} repeated features" in caplog.text


def test_gene_sets(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING)
    path = written(tmp_path, "B\turl\tTP53\tKRAS\tTP53\nEMPTY\turl\n\nA\turl\tKRAS\t\n", "sets.gmt")
    assert read_gmt(path) == {"B": ["TP53", "KRAS"], "A": ["KRAS"]}
    assert list(read_gmt(path)) == ["B", "A"]
    assert "1 sets without genes left out: EMPTY" in caplog.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty"),
        ("A\turl\nB,url,TP53\n", "no gene set with genes"),
        ("A\turl\tTP53\nB\turl\tKRAS\nA\turl\tPTEN\n", "line 3: gene set 'A' occurs twice"),
    ],
)
def test_bad_gene_sets(tmp_path: Path, text: str, problem: str):
    with pytest.raises(InputError, match=problem):
        read_gmt(written(tmp_path, text, "sets.gmt"))


def test_real_gene_sets(real: Path):
    sets = read_gmt(real / "features/cgp_prep4deepdep.gmt")
    assert len(sets) == 3115
    assert len(set().union(*sets.values())) == 20_564


def test_checksum(tmp_path: Path):
    path = written(tmp_path, "abc", "abc.txt")
    assert sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_checksums_of_the_real_files(real: Path):
    for line in (real / "SHA256SUMS").read_text().splitlines():
        expected, name = line.split()
        if name in ("./ccl/mutation.tsv.gz", "./tumors/clinical.tsv"):
            assert sha256(real / name) == expected
