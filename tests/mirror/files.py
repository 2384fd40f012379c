"""Text, gzip, zip and xlsx files whose bytes depend on their contents alone."""

import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def save(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write text, gzipped where the name ends in .gz."""
    save_bytes(path, text.encode(encoding), packed=path.suffix == ".gz")


def save_bytes(path: Path, data: bytes, packed: bool) -> None:
    """Write bytes, gzipped without time stamp if ``packed``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)


def save_rows(path: Path, rows: Iterable[Sequence[object]], separator: str = "\t", **options: str) -> None:
    """Write rows of cells, without any quoting."""
    save(path, "".join(separator.join(map(str, row)) + "\n" for row in rows), **options)


def save_wide(
    path: Path, frame: pd.DataFrame, corner: str, separator: str = "\t", missing: str = "NA", digits: int = 5
) -> None:
    """Write a table of numbers (and texts) with ``corner`` as first header cell."""
    save_rows(path, wide_rows(frame, corner, missing, digits), separator)


def wide_rows(frame: pd.DataFrame, corner: str, missing: str = "NA", digits: int = 5) -> list[list[str]]:
    """Return the cells of a table, header first."""
    rows = [[corner, *map(str, frame.columns)]]
    for name, values in zip(frame.index, frame.to_numpy(), strict=True):
        rows.append([str(name), *(cell(value, missing, digits) for value in values)])
    return rows


def cell(value: Any, missing: str, digits: int) -> str:
    """Return a value as text, numbers without needless zeros."""
    if isinstance(value, str):
        return value
    if np.isnan(value):
        return missing
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(cells: Iterable[object]) -> list[str]:
    """Return cells in double quotes, as R writes text."""
    return [f'"{value}"' for value in cells]


def comma_cell(value: object) -> str:
    """Return a cell of a comma-separated file, in quotes where it needs them."""
    text = str(value)
    return f'"{text}"' if "," in text else text


def save_sheet(
    path: Path, rows: Sequence[Mapping[str, object]], names: Sequence[str], separator: str
) -> None:
    """Write rows that have some of the columns ``names``; the others are empty."""
    body = [[comma_cell(row.get(name, "")) if separator == "," else row.get(name, "") for name in names]
            for row in rows]  # fmt: skip
    save_rows(path, [names, *body], separator)


def save_zip(path: Path, members: Mapping[str, bytes]) -> None:
    """Write a zip archive; members that end in / are folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def save_book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Write an xlsx workbook without the time it was made."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    members[core] = STAMP.sub(b"2018-04-05T00:00:00Z", members[core])
    save_zip(path, members)
