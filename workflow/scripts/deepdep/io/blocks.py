"""Wide numeric text in blocks of rows: ids by Python, numbers by one flat arrow column per block.

A row of 12,039 numbers costs a general reader more in columns than in digits. Here the ids
are cut off, separators become line ends, and arrow parses one long column. Measured on
600 probes x 12,039 samples (128 MB, 2 cores): pandas 3.8 s, polars 2.1 s, arrow with one
column per sample 1.5 s, this 0.9 s; rows that are not wanted are never parsed.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from deepdep.errors import InputError
from deepdep.io.text import MISSING, damaged, is_gzip, is_number, read_layout

BLOCK_BYTES = 16 << 20
# "#N/A" is Excel's; GEO and R write NA and NaN.
EMPTY = (*MISSING, "#N/A")
NameRow = Callable[[list[str]], str | None]


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
    blocks, seen = [], 0
    for first, lines in line_blocks(layout):
        seen += len(lines)
        wanted = list(wanted_rows(layout, first, lines, name_row))
        if wanted:
            values = parse_block(layout, wanted)
            blocks.append(reshape(values) if reshape else values)
            names += [name for _, name, _ in wanted]
    if not seen:
        raise InputError(f"{layout.path}: a header but no rows.", "Provide the table with its data.")
    return names, stack(blocks)


def stack(blocks: list[np.ndarray]) -> np.ndarray:
    """Join blocks of rows, giving each back as it is copied: the peak is one table, not two."""
    values = np.empty((sum(map(len, blocks)), blocks[0].shape[1] if blocks else 0), np.float32)
    blocks.reverse()
    at = 0
    while blocks:
        block = blocks.pop()
        values[at : at + len(block)] = block
        at += len(block)
    return values


def text_blocks(path: Path) -> Iterator[bytes]:
    """Yield pieces of whole lines; the next piece is read (and unzipped) while this one is used."""
    compression = "gzip" if is_gzip(path) else None
    try:
        with pa.input_stream(path, compression=compression) as stream, ThreadPoolExecutor(1) as reader:
            ahead, tail = reader.submit(stream.read, BLOCK_BYTES), b""
            while piece := ahead.result():
                ahead = reader.submit(stream.read, BLOCK_BYTES)
                cut = piece.rfind(b"\n") + 1
                if cut:
                    yield tail + piece[:cut]
                tail = piece[cut:] if cut else tail + piece
            if tail:
                yield tail
    except OSError as error:
        raise damaged(path, error) from error


def line_blocks(layout: WideLayout) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the number of the first line of a block and its lines; the header and blank ends are left out."""
    number = 1
    for piece in text_blocks(layout.path):
        lines = piece.split(b"\n")
        count = len(lines) - (not lines[-1])
        start = int(number == 1)
        yield number + start, lines[start:count]
        number += count


def wanted_rows(
    layout: WideLayout, first: int, lines: Iterable[bytes], name_row: NameRow
) -> Iterator[tuple[int, str, bytes]]:
    """Yield line number, name and the numbers' text of the rows wanted."""
    separator, cells = layout.separator.encode(), len(layout.columns)
    for number, line in enumerate(lines, start=first):
        *leading, numbers = line.split(separator, layout.leading)
        if not leading and not numbers.strip():
            continue
        head = [cell.decode(errors="replace").strip(' "\r') for cell in leading]
        name = name_row(head) if len(head) == layout.leading else ""
        if name is None:
            continue
        found = len(head) + 1 + numbers.count(separator)
        if found != cells + layout.leading:
            place = f"line {number} (row {head[0] if head else ''!r}) has {found} fields"
            remedy = "The file is cut or not the official one; fetch it again."
            raise InputError(f"{layout.path}: {place}, expected {cells + layout.leading}.", remedy)
        yield number, name, numbers


def parse_block(layout: WideLayout, rows: list[tuple[int, str, bytes]]) -> np.ndarray:
    """Return rows x columns of the numbers' texts, NaN = missing; the first bad cell raises InputError."""
    to_lines = bytes.maketrans(layout.separator.encode(), b"\n")
    flat = b"\n".join(text for _, _, text in rows).translate(to_lines, b'" \r') + b"\n"
    shape = (len(rows), len(layout.columns))
    try:
        values = flat_column(flat).reshape(shape)
    except pa.ArrowInvalid:
        values = careful(layout, rows)
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise bad_cell(layout, rows[row], int(column), "is infinite")
    return values


def flat_column(text: bytes) -> np.ndarray:
    """Parse one number per line with arrow, on all its threads; an empty line is NaN."""
    read = pa.csv.ReadOptions(column_names=["number"], block_size=4 << 20)
    parse = pa.csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False)
    convert = pa.csv.ConvertOptions(column_types={"number": pa.float32()}, null_values=list(EMPTY))
    return pa.csv.read_csv(pa.py_buffer(text), read, parse, convert).column(0).to_numpy()


def careful(layout: WideLayout, rows: list[tuple[int, str, bytes]]) -> np.ndarray:
    """Parse cell by cell: slow, for spellings arrow does not take (+1.5), and to find the bad cell."""
    values = np.full((len(rows), len(layout.columns)), np.nan, np.float32)
    for i, row in enumerate(rows):
        for j, cell in enumerate(cells_of(layout, row)):
            if not is_number(cell) and cell not in EMPTY:
                raise bad_cell(layout, row, j, "is not a number")
            values[i, j] = float(cell) if cell not in EMPTY else np.nan
    return values


def cells_of(layout: WideLayout, row: tuple[int, str, bytes]) -> list[str]:
    """Return the texts of a row's numbers."""
    return [cell.strip(' "\r') for cell in row[2].decode(errors="replace").split(layout.separator)]


def bad_cell(layout: WideLayout, row: tuple[int, str, bytes], column: int, what: str) -> InputError:
    """Return the error that names file, row, line and column of a cell."""
    place = f"row {row[1]!r} (line {row[0]}), column {layout.columns[column]!r}"
    remedy = "Correct the cell, or leave it empty or NA if the value is missing."
    return InputError(f"{layout.path}, {place}: {cells_of(layout, row)[column]!r} {what}.", remedy)
