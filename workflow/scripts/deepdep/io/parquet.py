"""Parquet with a header that says what the table holds: the contract between stages."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import deepdep
from deepdep.errors import InputError
from deepdep.io.atomic import whole_file

KEY = b"deepdep"
INDEX = "sample"
# One row group, no dictionary and no statistics of float columns. Measured on 4,000 x 22,601 (2 cores):
# 500 columns read in 0.2 s (0.3 with dictionaries and statistics, 0.5 with 4 row groups), all in 4 s
# (7, 33), written in 2.4 s (6, 7), 326 MB (462, 337); BYTE_STREAM_SPLIT saves 4 % more and reads 1.5
# times slower. The header alone takes 0.1 s. Checksums of pages cost less than the scatter between runs
# (2,000 x 10,000: 1.3 s to write, 1.1 s to read, either way) and 0.1 % more bytes; without them 3 of 4
# flipped bits came back as other numbers.
ONE_GROUP = 1 << 26
ROWS_AT_ONCE = 256
SEAL = "seal"  # of header, names, types and number of rows: pages have checksums, what says them has none
REMEDY = "Remove it and run again: it is made anew."
# The last two: a flipped bit in the footer can leave json of another kind, which then has no such part.
DAMAGED = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError)


def write_table(frame: pd.DataFrame, path: str | Path, holds: str, **meta: Any) -> None:
    """Write ``frame`` (zstd) with the header ``holds`` and whatever else describes it.

    The index, if it has a name, becomes the first column. ``meta`` takes what json takes:
    units, id scheme, sha256 of sources, parameters.
    """
    table = to_arrow(frame)
    header = json.loads(json.dumps({"holds": holds, "version": deepdep.__version__, **meta}))
    header |= {SEAL: seal(header, table.schema, table.num_rows)}
    table = table.replace_schema_metadata({KEY: json.dumps(header, sort_keys=True).encode()})
    texts = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    with whole_file(path) as temporary:
        pq.write_table(
            table,
            temporary,
            compression="zstd",
            use_dictionary=texts,
            write_statistics=texts,
            row_group_size=ONE_GROUP,
            write_page_checksum=True,
        )


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as a table, a named index as its first column; NaN becomes null."""
    table = matrix_to_arrow(frame) if is_matrix(frame) else pa.Table.from_pandas(frame, preserve_index=False)
    if not frame.index.name:
        return table
    if frame.index.name in frame.columns:
        raise ValueError(f"cannot insert {frame.index.name}, already exists")
    index = pa.Table.from_pandas(frame.index.to_frame(index=False), preserve_index=False)
    schema = table.schema.insert(0, index.schema.field(0))
    return pa.Table.from_arrays([index.column(0), *table.columns], schema=schema)


def is_matrix(frame: pd.DataFrame) -> bool:
    """Say whether all columns are float32 and have distinct names."""
    named = frame.columns.is_unique and frame.columns.inferred_type == "string"
    return named and set(frame.dtypes) == {np.dtype("float32")}


def matrix_to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return the columns of a matrix without a copy, if they lie one behind the other.

    Measured on 9,900 x 20,000 by rows: 1.3 s, where pandas takes 5.3 to pick columns out of rows.
    """
    values = frame.to_numpy()
    by_column = values.T if values.flags.f_contiguous else turned(values)
    return pa.table([pa.array(column, from_pandas=True) for column in by_column], frame.columns.to_list())


def turned(values: np.ndarray) -> np.ndarray:
    """Return the transposed values, copied some rows at a time that fit the processor's cache."""
    copy = np.empty(values.shape[::-1], values.dtype)
    for first in range(0, len(values), ROWS_AT_ONCE):
        copy[:, first : first + ROWS_AT_ONCE] = values[first : first + ROWS_AT_ONCE].T
    return copy


def read_table(path: str | Path, index: str | None = None, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table; ``index`` names the column that becomes the index.

    Raises
    ------
    InputError
        The file is damaged, if only by one bit, or is not one of :func:`write_table`.
    """
    rows = sealed(path)[2]
    with named_if_damaged(path):
        table = pq.read_table(path, columns=columns, page_checksum_verification=True)
        if table.num_rows != rows:
            raise ValueError(f"{table.num_rows} rows in place of {rows}")
    frame = table.to_pandas()
    return frame.set_index(index) if index else frame


def read_matrix(path: str | Path, index: str = INDEX, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a matrix, rows x columns (some, or all) float32 under a named index (``sample`` or ``gene``)."""
    return read_table(path, index=index, columns=None if columns is None else [index, *columns])


def column_names(path: str | Path) -> list[str]:
    """Read the names of the columns, without reading the table."""
    return sealed(path)[0].names


def read_present(path: str | Path, names: Iterable[str]) -> pd.DataFrame:
    """Read those of the named columns that a matrix of samples has, in the order named, each once."""
    there = set(column_names(path)) - {INDEX}
    return read_matrix(path, columns=[name for name in dict.fromkeys(names) if name in there])


def write_text_copy(frame: pd.DataFrame, path: str | Path, index: str = INDEX) -> None:
    """Write a matrix as gzipped tab-separated text too, 5 significant digits."""
    frame = frame.rename_axis(index=index)
    with whole_file(path) as temporary, temporary.open("wb") as raw, nameless_gzip(raw) as text:
        frame.to_csv(text, sep="\t", float_format="%.5g", mode="wb")  # type: ignore[call-overload]


def nameless_gzip(raw: BinaryIO) -> gzip.GzipFile:
    """Compress into an open file without its name and time: the same bytes each time.

    The name is a temporary one, with the number of the process in it.
    """
    return gzip.GzipFile("", "wb", fileobj=raw, mtime=0)


def read_header(path: str | Path) -> dict[str, Any]:
    """Read what ``write_table`` said of the table, without reading the table."""
    return sealed(path)[1]


def sealed(path: str | Path) -> tuple[pa.Schema, dict[str, Any], int]:
    """Read schema, header and number of rows of a table, once they agree with its seal.

    Raises
    ------
    InputError
        They do not, or there is none.
    """
    with named_if_damaged(path):
        whole = pq.read_metadata(path)
        schema = whole.schema.to_arrow_schema()
        header = json.loads((whole.metadata or {})[KEY])
        if header.pop(SEAL) != seal(header, schema, whole.num_rows):
            raise ValueError("its parts do not belong together")
    return schema, header, whole.num_rows


def seal(header: Mapping[str, Any], schema: pa.Schema, rows: int) -> str:
    """Return a sha256 over all that the pages' own checksums leave out."""
    said = [json.dumps(header, sort_keys=True), schema.names, [str(kind) for kind in schema.types], rows]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@contextmanager
def named_if_damaged(path: str | Path) -> Iterator[None]:
    """Turn the errors of reading a damaged file into one that names it and the remedy."""
    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except DAMAGED as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{path}: damaged, or no parquet file of this workflow ({reason}).", REMEDY
        ) from error


def write_matrix(frame: pd.DataFrame, path: str | Path, holds: str, index: str = INDEX, **meta: Any) -> None:
    """Write a rows x columns matrix under a named index; ids become text."""
    # without a copy, which the stubs do not know of
    named = frame.set_axis(frame.index.rename(index), copy=False)  # type: ignore[call-arg]
    write_table(named, path, holds, **meta)
