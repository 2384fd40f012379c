"""Cells of one sheet of an xlsx file, as they stand."""

from pathlib import Path
from zipfile import BadZipFile

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from deepdep.errors import InputError
from deepdep.io.text import existing, few


def read_sheet_cells(path: str | Path, sheet: str) -> pd.DataFrame:
    """Read a sheet, its first row as header, row by row; dates stay dates, empty cells None.

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
        rows = list(book[sheet].iter_rows(values_only=True))
    finally:
        book.close()
    if len(rows) < 2:
        raise InputError(f"{path}: sheet {sheet!r} has no rows.", "Fetch the file again.")
    names = ["" if name is None else str(name).strip() for name in rows[0]]
    return pd.DataFrame(rows[1:], columns=names, dtype=object)


def read_first_sheet(path: str | Path) -> pd.DataFrame:
    """Read the first sheet, whatever its name."""
    book = open_book(path)
    name = book.sheetnames[0]
    book.close()
    return read_sheet_cells(path, name)


def open_book(path: str | Path) -> openpyxl.Workbook:
    """Open a workbook row by row, with the values its formulas had."""
    path = existing(path)
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, InvalidFileException) as error:
        raise InputError(f"{path}: no xlsx workbook ({error}).", "Fetch the file again.") from error
