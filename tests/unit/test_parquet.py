"""Tables of the workflow: a flipped bit anywhere in them is found, and the file and the remedy are named."""

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from deepdep.errors import InputError
from deepdep.io.parquet import (
    KEY,
    REMEDY,
    column_names,
    read_header,
    read_matrix,
    write_matrix,
    write_table,
    write_text_copy,
)

ABOUT = {"units": "log2", "by_number": {10: "a", 9: "b"}, "limits": (0.5, float("inf"))}


@pytest.fixture
def frame() -> pd.DataFrame:
    """Return a matrix with a missing value."""
    values = np.random.default_rng(0).normal(size=(20, 9)).astype(np.float32)
    values[3, 2] = np.nan
    names = [f"G{number}" for number in range(9)]
    return pd.DataFrame(values, pd.Index([f"S{row}" for row in range(20)], name="sample"), names)


@pytest.fixture
def path(frame: pd.DataFrame, tmp_path: Path) -> Path:
    """Return the path of the matrix, written with a header."""
    write_matrix(frame, tmp_path / "table.parquet", "test", **ABOUT)
    return tmp_path / "table.parquet"


def test_table_and_header_come_back(frame: pd.DataFrame, path: Path):
    pd.testing.assert_frame_equal(read_matrix(path), frame)
    assert column_names(path) == ["sample", *frame.columns]
    header = read_header(path)
    assert header.pop("version")
    assert header == {
        "holds": "test", "units": "log2", "by_number": {"10": "a", "9": "b"}, "limits": [0.5, float("inf")]
    }  # fmt: skip


def test_a_bit_that_flips_anywhere_is_found_or_without_effect(frame: pd.DataFrame, path: Path):
    whole, header = path.read_bytes(), read_header(path)
    messages = []
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8 or 3)
        path.write_bytes(damaged)
        try:
            back, said = read_matrix(path), read_header(path)
        except InputError as error:
            messages.append(str(error))
        else:  # lengths and encodings that the reader does not look at, names of the writing program
            pd.testing.assert_frame_equal(back, frame, obj=f"flip at {place}")
            assert said == header, place
    assert len(messages) > len(whole) * 0.7
    assert all(str(path) in message and message.endswith(REMEDY) for message in messages)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"<html><body>503 Service Unavailable</body></html>", b"PAR1" + bytes(90)]
)
def test_what_is_no_parquet_is_named(path: Path, content: bytes):
    path.write_bytes(content)
    for read in (read_matrix, read_header, column_names):
        with pytest.raises(InputError, match=r"table\.parquet: damaged, or no parquet .*Remedy: Remove it"):
            read(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_table_is_named(path: Path, share: float):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"table\.parquet: damaged"):
        read_matrix(path)


def test_header_of_another_table_is_refused(frame: pd.DataFrame, path: Path, tmp_path: Path):
    write_table(frame.iloc[:5], tmp_path / "other.parquet", "test", **ABOUT)
    header = pq.read_schema(tmp_path / "other.parquet").metadata[KEY]
    pq.write_table(pq.read_table(path).replace_schema_metadata({KEY: header}), path)
    with pytest.raises(InputError, match="its parts do not belong together"):
        read_header(path)


def test_missing_table_is_told_as_such(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        read_matrix(tmp_path / "none.parquet")


def test_text_copies_of_two_processes_are_the_same_bytes(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    written = []
    for process in (7, 8):
        monkeypatch.setattr(os, "getpid", lambda number=process: number)
        write_text_copy(frame, tmp_path / "copy.tsv.gz")
        written.append((tmp_path / "copy.tsv.gz").read_bytes())
    assert written[0] == written[1]
    back = pd.read_csv(tmp_path / "copy.tsv.gz", sep="\t", index_col="sample")
    pd.testing.assert_frame_equal(back, frame, check_dtype=False, rtol=1e-4)
    assert gzip.decompress(written[0]).startswith(b"sample\tG0\tG1")
