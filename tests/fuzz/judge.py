"""Whether a reader did right by a file: refused it in words, or gave a table that keeps its promises."""

import csv
import gzip
import logging
import re
import zlib
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from readers import Reader

from deepdep.errors import InputError
from deepdep.io.formats.base import Table

NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE | re.ASCII)
REMEDY = re.compile(r"\S.* Remedy: \S", re.DOTALL)


class Heard(logging.Handler):
    """What the readers say while they read."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.words.append(record.getMessage())


def judged(reader: Reader, path: Path, data: bytes) -> bool:
    """Read a file; say whether it was accepted. Anything but a refusal in words or a sound table raises."""
    path.write_bytes(data)
    heard, logger = Heard(), logging.getLogger("deepdep")
    logger.addHandler(heard)
    try:
        found = reader.read(path)
    except InputError as error:
        in_words(str(error), path)
        return False
    finally:
        logger.removeHandler(heard)
    text = plain(data)
    assert text is not None, "a cut or damaged gzip file is accepted"
    frame = found.frame if isinstance(found, Table) else found
    reader.check(frame)
    if reader.values:
        strange = strange_values(frame, text)
        assert not strange, f"values that are no cells of the file: {strange}"
    if reader.rows:
        lost = rows_of(text, reader.file.pack) - len(frame)
        assert lost <= 0 or heard.words, f"{lost} rows are lost without a word"
    return True


def in_words(message: str, path: Path) -> None:
    """Check that a refusal names the file and a remedy."""
    assert REMEDY.search(message), f"no remedy: {message}"
    assert path.name in message, f"no file: {message}"


def plain(data: bytes) -> bytes | None:
    """Return the bytes of a file that may be gzipped; None if it is and cannot be unpacked whole."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error):
        return None


def strange_values(frame: pd.DataFrame, data: bytes) -> list[float]:
    """List values that are none of the numbers which stand in a text between separators."""
    cells = re.split("[\t,\n\r]", data.decode("utf-8", errors="replace"))
    numbers = {cell for cell in (cell.strip(' "\r') for cell in cells) if NUMBER.fullmatch(cell)}
    with np.errstate(over="ignore"):
        known = np.array([float(number) for number in numbers], dtype=np.float64).astype(np.float32)
    values = frame.to_numpy()
    return list(values[~np.isnan(values) & ~np.isin(values, known)])


def rows_of(data: bytes, pack: str) -> int:
    """Count the rows of a text that have cells, without the header; fewer where quotes mean nothing."""
    text = StringIO(data.decode("utf-8-sig"), newline="")
    try:
        return sum(1 for row in csv.reader(text, delimiter="," if pack == "csv" else "\t") if row) - 1
    except csv.Error:  # a field longer than csv takes: not counted
        return 0
