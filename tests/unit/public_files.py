"""Files of public formats made of rows of cells, which a test may damage first."""

import gzip
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl

from deepdep.io.barcodes import TumorRule
from deepdep.io.formats.base import Wanted

Grid = list[list[str]]
MATRIX = "01a_qnorm_corrected_logFCs.tsv"


@dataclass(frozen=True)
class Public:
    """One kind of file.

    Parameters
    ----------
    text
        Its cells, ``;`` between them.
    pack
        tsv, csv, gz (tab-separated), zip (tab-separated member) or xlsx.
    number
        Row and column of a cell that has to be a number, if there is one.
    place
        What an error about that cell has to name; empty: the header above and the first cell beside it.
    needed
        Columns found by name: without one of them, or under another name, the file is refused.
    first
        Other names of the first column that are read; None: its name says nothing.
    keys
        Rows and columns that may stand twice if they agree: "rows", "columns" or both.
    sheet
        Of a workbook.
    options
        Of the reader.
    """

    text: str
    pack: str = "tsv"
    number: tuple[int, int] | None = (1, 1)
    place: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    keys: tuple[str, ...] = ("rows", "columns")
    tumors: bool = False
    sheet: str = ""
    options: tuple[tuple[str, object], ...] = ()

    @property
    def rows(self) -> Grid:
        """Return the cells, new ones each time."""
        return [line.split(";") for line in self.text.strip("\n").split("\n")]

    def places(self) -> tuple[str, ...]:
        """Return what an error about the number has to name."""
        row, column = self.number
        return self.place or (self.rows[row][0], self.rows[0][column])

    def wanted(self, folder: Path) -> Wanted:
        """Return what to read; the tables of names are put into ``folder``."""
        probemap = folder / "probemap"
        probemap.write_text("id\tgene\tchrom\tchromStart\tchromEnd\tstrand\n" + SYMBOLS)
        options = {"probemap": probemap, "gene_names": probemap, **dict(self.options)}
        return Wanted(tumors=TumorRule() if self.tumors else None, options=options)


SYMBOLS = "ENSG01.1\tA1BG\tchr1\t1\t9\t+\nENSG02.1\tTP53\tchr1\t1\t9\t+\n"


def joined(rows: Grid, separator: str) -> bytes:
    """Return rows as text; cells with a comma are quoted in a csv."""
    quoted = [
        [f'"{cell}"' if separator == "," and "," in cell and '"' not in cell else cell for cell in row]
        for row in rows
    ]
    return "".join(separator.join(row) + "\n" for row in quoted).encode()


def zipped(rows: Grid) -> bytes:
    """Return rows as a member of an archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"EssentialityMatrices/{MATRIX}", joined(rows, "\t"))
    return out.getvalue()


def workbook(rows: Grid, sheet: str) -> bytes:
    """Return rows as a workbook, numbers as such."""
    book, out = openpyxl.Workbook(), BytesIO()
    book.active.title = sheet
    for row in rows:
        book.active.append([float(cell) if is_plain(cell) else cell or None for cell in row])
    book.save(out)
    return out.getvalue()


def is_plain(cell: str) -> bool:
    """Say whether a cell is digits with a point at most."""
    return cell.isascii() and cell.lstrip("-").replace(".", "", 1).isdigit()


def data_of(file: Public, rows: Grid) -> bytes:
    """Return the bytes of a file with these rows."""
    packs: dict[str, Callable[[], bytes]] = {
        "tsv": lambda: joined(rows, "\t"),
        "csv": lambda: joined(rows, ","),
        "gz": lambda: gzip.compress(joined(rows, "\t"), mtime=0),
        "zip": lambda: zipped(rows),
        "xlsx": lambda: workbook(rows, file.sheet),
    }
    return packs[file.pack]()


def written(folder: Path, file: Public, data: bytes) -> Path:
    """Write a file; openpyxl looks at the name."""
    path = folder / ("file.xlsx" if file.pack == "xlsx" else "file.dat")
    path.write_bytes(data)
    return path
