"""Wide numeric text in blocks of rows: ids by Python, numbers by one flat arrow column per block.

A row of 12,039 numbers costs a general reader more in columns than in digits. Here the ids
are cut off, separators become line ends, and arrow parses one long column. Measured on
600 probes x 12,039 samples (128 MB, 2 cores): pandas 3.8 s, polars 2.1 s, arrow with one
column per sample 1.5 s, this 0.9 s; rows that are not wanted are never parsed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.text import MISSING, in_turn, is_number, read_layout, text_blocks

BLOCK_BYTES = 4 << 20
# "#N/A" is Excel's; GEO and R write NA and NaN.
EMPTY = (*MISSING, "#N/A")
MARKS = b'" \r'  # may stand around a number
NameRow = Callable[[list[str]], str | None]


class Row(NamedTuple):
    """A row wanted: its line in the file, its name, and the text of its numbers."""

    line: int
    name: str
    numbers: memoryview


@dataclass(frozen=True)
class WideLayout:
    """Where the numbers of a wide table stand.

    Parameters
    ----------
    path
        Text, gzipped or not.
    columns
        Names of the columns of numbers, in file order.
    separator
        Tab or comma.
    leading
        Text cells in front of the numbers of every row; the header has one name for each,
        or fewer (GSE68379).
    """

    path: Path
    columns: list[str]
    separator: str
    leading: int = 1


def wide_layout(path: str | Path, leading: int = 1) -> WideLayout:
    """Read the header; ``leading`` columns of text come first."""
    layout = read_layout(path)
    if len(layout.names) <= leading:
        remedy = "Provide the official file; see docs of its format."
        raise InputError(f"{path}: {len(layout.names)} columns, more than {leading} expected.", remedy)
    check_ids(layout.names[leading:], path, "column")
    return WideLayout(layout.path, layout.names[leading:], layout.separator, leading)


def read_wide(
    layout: WideLayout, name_row: NameRow, reshape: Callable[[np.ndarray], np.ndarray] | None = None
) -> tuple[list[str], np.ndarray]:
    """Read rows of numbers, float32, NaN = missing.

    Parameters
    ----------
    layout
        Where the numbers stand.
    name_row
        Takes the leading cells of a row; gives its name, or None if the row is not wanted.
    reshape
        What to keep of a block of rows x columns, e.g. some columns; the rows have to stay.

    Returns
    -------
    tuple
        Row names, and rows x columns. Memory is that of the result and a few blocks.

    Raises
    ------
    InputError
        A cell that is not a finite number, a row of another length, a damaged file, no rows.
    """
    names: list[str] = []

    def wanted_blocks() -> Iterator[list[Row]]:
        seen = 0
        for first, lines in line_blocks(layout):
            seen += len(lines)
            if wanted := list(wanted_rows(layout, first, lines, name_row)):
                names.extend(row.name for row in wanted)
                yield wanted
        if not seen:
            raise InputError(f"{layout.path}: a header but no rows.", "Provide the table with its data.")

    def values_of(rows: list[Row]) -> np.ndarray:
        values = parse_block(layout, rows)
        return reshape(values) if reshape else values

    return names, gather(in_turn(values_of, wanted_blocks()))


def gather(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Put blocks of rows below each other as they come: the peak is one table and a quarter, not two.

    A large array grows in its place (mremap), and memory that is fresh costs more than to copy.
    """
    values, used = np.empty((0, 0), np.float32), 0
    for block in blocks:
        need = used + len(block)
        if need > len(values):
            values.resize((max(need, len(values) * 5 // 4), block.shape[1]), refcheck=False)
        values[used:need] = block
        used = need
    values.resize((used, values.shape[1]), refcheck=False)
    return values


def line_blocks(layout: WideLayout) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the number of the first line of a block and its lines; the header and blank ends are left out."""
    number = 1
    for piece in text_blocks(layout.path, BLOCK_BYTES):
        lines = piece.split(b"\n")
        count = len(lines) - (not lines[-1])
        start = int(number == 1)
        yield number + start, lines[start:count]
        number += count


def wanted_rows(layout: WideLayout, first: int, lines: Iterable[bytes], name_row: NameRow) -> Iterator[Row]:
    """Yield the rows wanted; they have as many cells as the header."""
    separator, cells = layout.separator.encode(), len(layout.columns)
    for number, line in enumerate(lines, start=first):
        leading, at = cut_leading(line, separator, layout.leading)
        if not leading and not line.strip():
            continue
        head = [id_of(cell, layout.path, number) for cell in leading]
        name = name_row(head) if len(head) == layout.leading else ""
        if name is None:
            continue
        found = len(head) + 1 + line.count(separator, at)
        if found != cells + layout.leading:
            place = f"line {number} (row {head[0] if head else ''!r}) has {found} fields"
            remedy = "The file is cut or not the official one; fetch it again."
            raise InputError(f"{layout.path}: {place}, expected {cells + layout.leading}.", remedy)
        if not name or not name.isprintable():
            check_ids([name], f"{layout.path}, line {number}", "row")
        yield Row(number, name, memoryview(line)[at:])


def id_of(cell: bytes, path: Path, line: int) -> str:
    """Return a leading cell as text; other text than UTF-8 would join with nothing."""
    try:
        return cell.strip(b' "\r').decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}, line {line}: {cell[:40]!r} is not UTF-8.", "Save it as UTF-8.") from error


def cut_leading(line: bytes, separator: bytes, leading: int) -> tuple[list[bytes], int]:
    """Return the leading cells of a line, or as many as it has, and where the rest starts."""
    cells, at = [], 0
    while len(cells) < leading and (end := line.find(separator, at)) >= 0:
        cells.append(line[at:end])
        at = end + 1
    return cells, at


def parse_block(layout: WideLayout, rows: list[Row]) -> np.ndarray:
    """Return rows x columns of the numbers' texts, NaN = missing; the first bad cell raises InputError."""
    shape = (len(rows), len(layout.columns))
    try:
        values = flat_column(cell_lines(layout, rows)).reshape(shape)
    except pa.ArrowInvalid:
        values = careful(layout, rows)
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise bad_cell(layout, rows[row], int(column), "is infinite")
    return values


def cell_lines(layout: WideLayout, rows: list[Row]) -> bytearray:
    """Return the numbers' texts of all rows, one per line, without quotes and blanks."""
    text = bytearray(b"\n").join([*(row.numbers for row in rows), b""])
    separator = ord(layout.separator)
    if any(mark in text for mark in MARKS):
        check_marks(text, separator)
        return text.translate(bytes.maketrans(layout.separator.encode(), b"\n"), MARKS)
    # In place, and several times faster than to translate.
    cells = np.frombuffer(text, np.uint8)
    down = (cells == separator).view(np.uint8)
    down *= np.uint8((separator - ord("\n")) % 256)
    cells -= down
    return text


def check_marks(text: bytearray, separator: int) -> None:
    """Raise ArrowInvalid where quotes or blanks stand inside a cell: 1 2 is not 12."""
    kinds = np.zeros(256, np.uint8)
    kinds[list(MARKS)], kinds[[separator, ord("\n")]] = 1, 2
    runs = kinds[np.frombuffer(text, np.uint8)]
    runs = runs[np.append(True, runs[1:] != runs[:-1])]
    if ((runs[:-2] == 0) & (runs[1:-1] == 1) & (runs[2:] == 0)).any():
        raise pa.ArrowInvalid("quotes or blanks inside a cell")


def flat_column(text: bytearray) -> np.ndarray:
    """Parse one number per line with arrow; an empty line is NaN."""
    read = pa.csv.ReadOptions(column_names=["number"], block_size=len(text) + 1, use_threads=False)
    parse = pa.csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False)
    convert = pa.csv.ConvertOptions(column_types={"number": pa.float32()}, null_values=list(EMPTY))
    return pa.csv.read_csv(pa.py_buffer(text), read, parse, convert).column(0).to_numpy()


def careful(layout: WideLayout, rows: list[Row]) -> np.ndarray:
    """Parse cell by cell: slow, for spellings arrow does not take (+1.5), and to find the bad cell."""
    values = np.full((len(rows), len(layout.columns)), np.nan, np.float32)
    for i, row in enumerate(rows):
        for j, cell in enumerate(cells_of(layout, row)):
            if not is_number(cell) and cell not in EMPTY:
                raise bad_cell(layout, row, j, "is not a number")
            with np.errstate(over="ignore"):  # infinite, and then refused
                values[i, j] = float(cell) if cell not in EMPTY else np.nan
    return values


def cells_of(layout: WideLayout, row: Row) -> list[str]:
    """Return the texts of a row's numbers."""
    return [
        cell.strip(' "\r') for cell in bytes(row.numbers).decode(errors="replace").split(layout.separator)
    ]


def bad_cell(layout: WideLayout, row: Row, column: int, what: str) -> InputError:
    """Return the error that names file, row, line and column of a cell."""
    place = f"row {row.name!r} (line {row.line}), column {layout.columns[column]!r}"
    remedy = "Correct the cell, or leave it empty or NA if the value is missing."
    return InputError(f"{layout.path}, {place}: {cells_of(layout, row)[column]!r} {what}.", remedy)
