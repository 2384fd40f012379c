# ruff: noqa: ARG001 - all edits have one signature
"""What goes wrong with files: edits of cells and rows before a file is packed, and of its bytes after."""

import gzip
from collections.abc import Callable

from hypothesis import strategies as st
from public_files import Grid

# Cells that editors, spreadsheets and scripts leave behind.
CELLS = (
    *("", " ", "NA", "nan", "-nan", "NaN", "null", "None", "#N/A", "#REF!", "inf", "-Inf", "Infinity"),
    *("1e400", "1,5", "1_000", "+1.5", "1e-320", "-0", "0x1A", "1 2", '1"2', "1\r2", "9" * 40, "-1", "-7"),
    *("\u00b2", "\u0661", '"', '""', "'", '"A', 'A"', "A\x00B", "\ufeff", "\u00a0", "#", "--"),
    *("$(touch x)", ";", "<script>", "a" * 5000),
    *("TCGA-OR-A5J1-01A-11R-A29S-07", "2020-03-01", "1-Mar", "True", "Yes", "99999999999999999999", "1.5"),
)  # fmt: skip
MARKS = (*b"\t,\n\r\"'\x00 ;#-.0\xff\xef\x1f", 0x85)
Cells = Callable[[Grid, int, int, str], Grid]
Bytes = Callable[[bytes, int, int], bytes]


# ---- rows of cells: a and b say where, as far as the table reaches


def set_cell(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Write another cell."""
    row = rows[a % len(rows)]
    row[b % max(1, len(row)) : b % max(1, len(row)) + 1] = [cell]
    return rows


def drop_column(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Leave a column out."""
    at = a % max(1, len(rows[0]))
    return [row[:at] + row[at + 1 :] for row in rows]


def repeat_column(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Write a column again somewhere."""
    at, to = a % max(1, len(rows[0])), b % (len(rows[0]) + 1)
    return [[*row[:to], *row[at : at + 1], *row[to:]] for row in rows]


def swap_columns(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Swap two columns of every row, or of the header alone."""
    i, j = sorted((a % max(1, len(rows[0])), b % max(1, len(rows[0]))))
    many = 1 if a % 2 else len(rows)
    for row in rows[:many]:
        if j < len(row):
            row[i], row[j] = row[j], row[i]
    return rows


def drop_row(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Leave a row out, the header too."""
    return [*rows[: a % len(rows)], *rows[a % len(rows) + 1 :]] or [[""]]


def repeat_row(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Write a row again somewhere."""
    return [*rows[: b % len(rows)], list(rows[a % len(rows)]), *rows[b % len(rows) :]]


def swap_rows(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Swap two rows."""
    i, j = a % len(rows), b % len(rows)
    rows[i], rows[j] = rows[j], rows[i]
    return rows


def blank_row(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Put in an empty row, or one of empty cells."""
    return [*rows[: a % len(rows)], [""] * (1 if b % 2 else len(rows[0])), *rows[a % len(rows) :]]


def ragged_row(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Make a row longer or shorter."""
    row = rows[a % len(rows)]
    rows[a % len(rows)] = [*row, cell] if b % 2 else row[:-1]
    return rows


def header_only(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Leave the header."""
    return rows[:1]


def turned(rows: Grid, a: int, b: int, cell: str) -> Grid:
    """Swap rows and columns."""
    width = min(map(len, rows))
    return [[row[at] for row in rows] for at in range(width)] or [[""]]


CELL_EDITS: tuple[Cells, ...] = (
    *(set_cell,) * 6,
    *(drop_column, repeat_column, swap_columns, drop_row, repeat_row, swap_rows, blank_row, ragged_row),
    *(header_only, turned),
)


# ---- bytes


def flip(data: bytes, a: int, b: int) -> bytes:
    """Change one byte."""
    at = a % max(1, len(data))
    return data[:at] + bytes([data[at] ^ (b % 255 + 1)]) + data[at + 1 :] if data else data


def insert(data: bytes, a: int, b: int) -> bytes:
    """Put in a byte that means something in tables, or to text."""
    at = a % (len(data) + 1)
    return data[:at] + bytes([MARKS[b % len(MARKS)]]) + data[at:]


def cut(data: bytes, a: int, b: int) -> bytes:
    """Leave out the end, or a piece."""
    at = a % (len(data) + 1)
    return data[:at] if b % 2 else data[:at] + data[at + b % 50 :]


def other_ends(data: bytes, a: int, b: int) -> bytes:
    """Write line ends as Windows, or as old computers did."""
    return data.replace(b"\n", (b"\r\n", b"\r", b"\n\n", b"\r\r\n")[a % 4])


def with_bom(data: bytes, a: int, b: int) -> bytes:
    """Begin with a byte order mark, or be UTF-16."""
    if a % 3 == 0:
        return data.decode("latin-1").encode("utf-16")
    return b"\xef\xbb\xbf" + data


def other_separator(data: bytes, a: int, b: int) -> bytes:
    """Separate cells by something else."""
    return data.replace((b"\t", b",")[a % 2], (b";", b" ", b"|", b"\t", b",", b"  ")[b % 6])


def long_line(data: bytes, a: int, b: int) -> bytes:
    """Put in a run of one byte, longer than a field may be."""
    at = a % (len(data) + 1)
    return data[:at] + bytes([MARKS[b % len(MARKS)]]) * 140_000 + data[at:]


def zipped(data: bytes, a: int, b: int) -> bytes:
    """Compress, and cut the end off or add to it."""
    packed = gzip.compress(data, 1, mtime=0)
    return (packed, packed[: -1 - b % 20], packed + b"\x00\x1fgarbage", packed + packed)[a % 4]


def garbage(data: bytes, a: int, b: int) -> bytes:
    """Have nothing of the file, under gzip or not."""
    noise = bytes((a * 31 + n * b + n * n) % 256 for n in range(200))
    return (b"", noise, gzip.compress(noise, 1, mtime=0), gzip.compress(b"", 1, mtime=0))[a % 4]


BYTE_EDITS: tuple[Bytes, ...] = (
    *(flip, insert, cut) * 2,
    *(other_ends, with_bom, other_separator, long_line, zipped, garbage),
)
WHERE = st.integers(0, 4095)
OF_CELLS = st.lists(st.tuples(st.sampled_from(CELL_EDITS), WHERE, WHERE, st.sampled_from(CELLS)), max_size=3)
OF_BYTES = st.lists(st.tuples(st.sampled_from(BYTE_EDITS), WHERE, WHERE), max_size=2)
SOME_BYTES = st.lists(st.tuples(st.sampled_from(BYTE_EDITS), WHERE, WHERE), min_size=1, max_size=2)
EDITS = st.tuples(OF_CELLS, OF_BYTES).filter(any)


def edited(rows: Grid, edits: list, sheet: bool = False) -> Grid:
    """Return rows after edits; cells of a workbook cannot have control characters."""
    for edit, a, b, cell in edits:
        rows = edit(rows, a, b, "" if sheet and not cell.replace("\r", "").isprintable() else cell)
    return rows


def damaged(data: bytes, edits: list) -> bytes:
    """Return bytes after edits."""
    for edit, a, b in edits:
        data = edit(data, a, b)
    return data
