"""Cells of one sheet of an xlsx file, as they stand."""

import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from deepdep.errors import InputError
from deepdep.io.text import existing, few

# The PDX encyclopedia, the largest of the sources, is 122 MB packed; text packs to a tenth at best.
LARGEST = 2 << 30
# What openpyxl, zipfile and zlib raise for a file that is cut or damaged, whole or in a sheet.
DAMAGE = (
    *(BadZipFile, ParseError, InvalidFileException, zlib.error, EOFError, OSError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, RuntimeError),
)


def read_sheet_cells(path: str | Path, sheet: str) -> pd.DataFrame:
    """Read a sheet, its first row as header; dates stay dates, empty cells None, blank rows are left out.

    Raises
    ------
    InputError
        No xlsx file, no such sheet, or a sheet without rows.
    """
    book = open_book(path)
    try:
        if sheet not in book.sheetnames:
            remedy = "Check dataset and version of the file."
            raise InputError(f"{path}: no sheet {sheet!r}; sheets are {few(book.sheetnames, 12)}.", remedy)
        rows = [row for row in book[sheet].iter_rows(values_only=True) if set(row) - {None}]
    except InputError:
        raise
    except DAMAGE as error:
        raise damaged_book(path, error) from error
    finally:
        book.close()
    if len(rows) < 2:
        raise InputError(f"{path}: sheet {sheet!r} has no rows.", "Fetch the file again.")
    names = ["" if name is None else str(name).strip() for name in rows[0]]
    width = max(map(len, rows))
    names += [""] * (width - len(names))
    cells = [[*row, *[None] * (width - len(row))] for row in rows[1:]]
    return pd.DataFrame(cells, columns=names, dtype=object)


def read_first_sheet(path: str | Path) -> pd.DataFrame:
    """Read the first sheet, whatever its name."""
    book = open_book(path)
    names = book.sheetnames
    book.close()
    if not names:
        raise damaged_book(path, ValueError("it has no sheets"))
    return read_sheet_cells(path, names[0])


def open_book(path: str | Path) -> openpyxl.Workbook:
    """Open a workbook row by row, with the values its formulas had."""
    path = existing(path)
    try:
        check_size(path)
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except InputError:
        raise
    except DAMAGE as error:
        raise damaged_book(path, error) from error


def check_size(path: Path) -> None:
    """Raise InputError for a workbook that unpacks to more than any does; zipfile keeps to what is said."""
    with ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > LARGEST:
        raise InputError(f"{path}: it would unpack to {size:,} bytes.", "Fetch the official file.")


def damaged_book(path: str | Path, error: Exception) -> InputError:
    """Return the error for a file that is no workbook, or only a part of one."""
    return InputError(f"{path}: no xlsx workbook, or a damaged one ({error}).", "Fetch the file again.")
