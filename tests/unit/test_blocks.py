"""Wide numeric text in blocks."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io import blocks
from deepdep.io.blocks import read_wide, wide_layout


def read(path: Path, **options: Any):
    return read_wide(wide_layout(path, **options), lambda cells: cells[0])


def put(tmp_path: Path, text: str | bytes, name: str = "table.tsv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_equals_pandas_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 999)
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(97, 13)).astype("float32"), index=[f"g{i}" for i in range(97)])
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    for name, options in (
        ("a.tsv", {"sep": "\t", "na_rep": "NA"}),
        ("b.csv", {}),
        ("c.csv.gz", {"na_rep": "NaN"}),
    ):
        frame.to_csv(tmp_path / name, **options)
        names, values = read(tmp_path / name)
        assert names == list(frame.index)
        np.testing.assert_allclose(values, frame.to_numpy(), rtol=1e-6)
        assert values.dtype == np.float32


def test_quotes_windows_ends_blank_lines_and_spellings(tmp_path: Path):
    text = '"g"\t"a"\t"b"\r\n"x"\t1\t\r\ny\tNA\t+2e-3\r\n\r\nz\t#N/A\t  NA'
    names, values = read(put(tmp_path, text))
    assert names == ["x", "y", "z"]
    expected = [[1, np.nan], [np.nan, 0.002], [np.nan, np.nan]]
    np.testing.assert_allclose(values, np.array(expected, np.float32))


def test_unwanted_rows_are_not_even_parsed(tmp_path: Path):
    path = put(tmp_path, "g\ta\tb\nx\tfoo\t1\ny\t1\t2\n")
    names, values = read_wide(wide_layout(path), lambda cells: cells[0] if cells[0] == "y" else None)
    assert names == ["y"]
    assert values.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("g\ta\tb\nx\t1\t2\ny\tfoo\t2\n", r"row 'y' \(line 3\), column 'a': 'foo' is not a number"),
        ("g\ta\tb\nx\t1\tinf\n", r"row 'x' \(line 2\), column 'b': 'inf' is infinite"),
        ("g\ta\tb\nx\t1\t2\ny\t2\n", r"line 3 \(row 'y'\) has 2 fields, expected 3"),
        ("g\ta\tb\n", "a header but no rows"),
        ("<!DOCTYPE html><html><body>503</body></html>", "this is a web page, no data"),
        ('{"message": "not found"}', "this is a JSON message"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n", "this is a Git LFS pointer"),
        (gzip.compress(b"g\ta\tb\n" + b"x\t1\t2.2345\n" * 9999, mtime=0)[:-90], "damaged or truncated gzip"),
    ],
)
def test_bad_files_are_named_with_the_place(tmp_path: Path, text: str | bytes, message: str):
    path = put(tmp_path, text)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "Remedy" in str(caught.value)


def test_bad_cell_in_a_later_block_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 50)
    text = "g\ta\tb\n" + "".join(f"x{i}\t1\t2\n" for i in range(40)) + "bad\t1\ttwo\n"
    with pytest.raises(InputError, match=r"row 'bad' \(line 42\), column 'b': 'two'"):
        read(put(tmp_path, text))
