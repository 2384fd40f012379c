"""Delimited text, gzipped or not: the header line first, then typed columns through arrow."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.csv
from isal import igzip, isal_zlib

from deepdep.errors import InputError

MISSING = ("", "NA", "NaN", "nan")
# Few enough to stay in the processor's cache; a longer row is a block of its own.
BLOCK_BYTES = 4 << 20
READ_AHEAD = 3
# Longer than any line of a table of 22,601 features; a file without line ends must not fill the memory.
LINE_BYTES = 64 << 20
NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[-+]?[0-9]+)?|[-+]?inf(inity)?", re.IGNORECASE)
GZIP_MAGIC = b"\x1f\x8b"
BAD_GZIP = (EOFError, igzip.BadGzipFile, isal_zlib.error)
# What a file starts with that was saved in place of the data, in lower case, and what to do.
DISGUISES = {
    b"<!doctype": ("a web page, no data", "Download the file again; the host answered with an error page."),
    b"<html": ("a web page, no data", "Download the file again; the host answered with an error page."),
    b"<?xml": ("an XML message, no data", "Download the file again; the host answered with an error."),
    b'{"': ("a JSON message, no data", "Download the file again; the host answered with an error."),
    b"version https://git-lfs": (
        "a Git LFS pointer, not the data",
        "Fetch the file itself from media.githubusercontent.com, or with `git lfs pull`.",
    ),
}
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Layout:
    """What the head of a text table says: column names, separator, lines above the data."""

    path: Path
    names: list[str]
    separator: str
    skip: int
    quoted: bool = True


def few(ids: Iterable[object], n: int = 5) -> str:
    """Return the first ``n`` ids for a message, with dots where there are more."""
    ids = [str(i) for i in ids]
    return ", ".join(ids[:n]) + (", ..." if len(ids) > n else "")


def existing(path: str | Path) -> Path:
    """Return ``path`` if it is a file with something in it, else raise InputError."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file.", "Correct the path in the config, or provide the file.")
    if path.stat().st_size == 0:
        raise InputError(
            f"{path}: the file is empty.", "Provide the table, or take the file out of the config."
        )
    check_disguise(path)
    return path


def check_disguise(path: Path) -> None:
    """Raise InputError for a web page, an error message or a pointer that was saved as the data."""
    with path.open("rb") as handle:
        start = handle.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, (what, remedy) in DISGUISES.items():
        if start.startswith(mark):
            raise InputError(f"{path}: this is {what}.", remedy)


def no_cells(path: str | Path, line: int, error: csv.Error) -> InputError:
    """Return the error for a line that is no row of cells."""
    remedy = "Look for a quote that is not closed, or for a line end that is missing."
    return InputError(f"{path}, line {line}: no row of cells ({error}).", remedy)


def bounded_line(lines: TextIO, path: str | Path) -> str:
    """Read the next line; one without an end raises InputError."""
    line = lines.readline(LINE_BYTES)
    if len(line) == LINE_BYTES:
        raise endless(path)
    return line


def endless(path: str | Path) -> InputError:
    """Return the error for a file without line ends."""
    return InputError(f"{path}: a line of more than {LINE_BYTES >> 20} MB.", "Provide a table of rows.")


def is_gzip(path: Path) -> bool:
    """Say whether the file starts as gzip does, whatever its name."""
    with path.open("rb") as handle:
        return handle.read(2) == GZIP_MAGIC


@contextmanager
def open_text(path: str | Path, encoding: str = "utf-8-sig") -> Iterator[TextIO]:
    """Open plain or gzipped text, UTF-8 if not said; damaged files raise InputError while being read."""
    path = existing(path)
    try:
        with open_bytes(path) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as lines:
            yield lines
    except BAD_GZIP as error:
        raise damaged(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 text ({error.reason}).", "Save the table as UTF-8 text."
        ) from error


def open_bytes(path: Path) -> BinaryIO:
    """Open plain or gzipped bytes; igzip inflates three times faster than zlib."""
    return igzip.open(path, "rb") if is_gzip(path) else path.open("rb")


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error for a compressed file that cannot be read to its end."""
    return InputError(
        f"{path}: damaged or truncated gzip file ({error}).", "Fetch or compress the file again."
    )


def read_layout(path: str | Path, comment: str | None = None, quoted: bool = True) -> Layout:
    """Read the header line and find the separator from it.

    Parameters
    ----------
    path
        Text, gzipped or not.
    comment
        Lines above the header that start with this character are skipped.
    quoted
        Whether double quotes enclose cells.

    Raises
    ------
    InputError
        No such file, an empty file, a damaged gzip file, or a header of less than two columns.
    """
    with open_text(path) as lines:
        numbered = enumerate(iter(lambda: bounded_line(lines, path), ""), start=1)
        heads = ((n, line.rstrip("\r\n")) for n, line in numbered if not comment or line[0] != comment)
        skip, header = next(heads, (0, ""))
    separator = "\t" if "\t" in header else ","
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        cells = next(csv.reader([header], delimiter=separator, quoting=quoting), [])
    except csv.Error as error:
        raise no_cells(path, 1, error) from error
    names = [name.strip() for name in cells]
    if len(names) < 2:
        remedy = "Provide tab- or comma-separated text with ids in the first column and a header line."
        raise InputError(f"{path}: no columns; the header line is {header[:60]!r}.", remedy)
    return Layout(Path(path), names, separator, skip, quoted)


def read_columns(layout: Layout, types: dict[int, pa.DataType]) -> pa.Table:
    """Read the columns at the positions ``types`` names; they are called ``"0"``, ``"1"``, ...

    Empty cells, NA and NaN are null in numeric columns and stay as they are in text columns.

    Raises
    ------
    InputError
        A cell that is no number in a numeric column, a row of another length than the
        header, a damaged file, or no rows at all.
    """
    parse = pa.csv.ParseOptions(delimiter=layout.separator, quote_char='"' if layout.quoted else False)
    convert = pa.csv.ConvertOptions(
        column_types={str(i): kind for i, kind in types.items()},
        include_columns=[str(i) for i in types],
        null_values=list(MISSING),
    )

    def columns(block: tuple[int, bytes]) -> pa.Table:
        read = pa.csv.ReadOptions(
            column_names=[str(i) for i in range(len(layout.names))],
            skip_rows=layout.skip if block[0] == 0 else 0,
            block_size=len(block[1]) + 1,
            use_threads=False,
        )
        return pa.csv.read_csv(pa.py_buffer(block[1]), read, parse, convert)

    try:
        table = pa.concat_tables(in_turn(columns, enumerate(text_blocks(layout.path))))
    except pa.ArrowInvalid as error:
        raise unreadable(layout, types, error) from error
    if table.num_rows == 0:
        raise InputError(f"{layout.path}: a header but no rows.", "Provide the table with its data.")
    return table.unify_dictionaries()


def text_blocks(path: Path, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield pieces of whole lines; the next ones are read (and unzipped) while this one is used."""
    try:
        with open_bytes(path) as stream, ThreadPoolExecutor(1) as reader:
            ahead, tail = deque(reader.submit(stream.read, size) for _ in range(READ_AHEAD)), b""
            while piece := ahead.popleft().result():
                ahead.append(reader.submit(stream.read, size))
                cut = piece.rfind(b"\n") + 1
                if cut:
                    yield b"".join((tail, memoryview(piece)[:cut]))
                tail = piece[cut:] if cut else tail + piece
                if len(tail) > LINE_BYTES:
                    raise endless(path)
            if tail:
                yield tail
    except BAD_GZIP as error:
        raise damaged(path, error) from error


def in_turn(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield ``work(item)`` in the order of the items, while as many as there are cores are worked on.

    What the first bad item raises is raised, also where a later item cannot even be had.
    """
    cores = pa.cpu_count()
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > cores:
                    yield waiting.popleft().result()
        except InputError:
            while waiting:
                waiting.popleft().result()
            raise
        while waiting:
            yield waiting.popleft().result()


def unreadable(layout: Layout, types: dict[int, pa.DataType], error: Exception) -> InputError:
    """Return the error that names the first cell or row arrow could not read."""
    numeric = [i for i, kind in types.items() if pa.types.is_floating(kind)]
    for line, cells in rows_of(layout):
        if len(cells) != len(layout.names):
            place = f"line {line} (row {cells[0]!r}) has {len(cells)} fields, the header {len(layout.names)}"
            return InputError(f"{layout.path}: {place}.", "Give every row as many fields as the header.")
        bad = next((i for i in numeric if not is_number(cells[i])), None)
        if bad is not None:
            place = f"row {cells[0]!r} (line {line}), column {layout.names[bad]!r}"
            remedy = "Correct the cell, or leave it empty or NA if the value is missing."
            return InputError(f"{layout.path}, {place}: {cells[bad]!r} is not a number.", remedy)
    return InputError(f"{layout.path}: {error}.", "Provide a plain tab- or comma-separated UTF-8 table.")


def rows_of(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every data row that is not blank."""
    quoting = csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE
    with open_text(layout.path) as lines:
        for _ in range(layout.skip):
            next(lines, None)
        reader = csv.reader(lines, delimiter=layout.separator, quoting=quoting)
        try:
            for cells in reader:
                if cells:
                    yield layout.skip + reader.line_num, cells
        except csv.Error as error:
            raise no_cells(layout.path, layout.skip + reader.line_num, error) from error


def is_number(cell: str) -> bool:
    """Say whether a cell is a number or missing."""
    return cell in MISSING or bool(NUMBER.fullmatch(cell.strip(" \t")))


def to_numbers(table: pa.Table, column: int) -> np.ndarray:
    """Return a numeric column, null as NaN."""
    return table.column(str(column)).to_numpy()


def position_of(layout: Layout, name: str) -> int:
    """Return the position of a column by its exact name, or raise InputError that lists what is there."""
    if name not in layout.names:
        remedy = f"Columns there are: {few(layout.names, 40)}; names are case-sensitive."
        raise InputError(f"{layout.path}: no column {name!r}.", remedy)
    if layout.names.count(name) > 1:
        raise InputError(f"{layout.path}: column {name!r} occurs twice.", "Rename one of them.")
    return layout.names.index(name)
