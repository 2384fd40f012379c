"""The manifest of all source files, config/datasets.tsv: where each is, its sums, its licence.

After an edit, ``PYTHONPATH=workflow/scripts python -m deepdep.io.manifest config/datasets.tsv``
sorts the rows and says what is wrong with them.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from pathlib import Path

from deepdep.errors import InputError
from deepdep.io.atomic import whole_file
from deepdep.io.text import few, open_text

NO_CHECKSUM = "no checksum:"
ACCESS = ("open", "account", "click-through")
BUILDS = ("", "hg19", "hg38")
SUM_LENGTH = {"sha256": 64, "md5": 32}  # hexadecimal digits
SIZE = re.compile(r"[0-9]{1,15}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
URL = re.compile(r"https://[a-z0-9.-]+/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})+")


@dataclass(frozen=True)
class Dataset:
    """One row of the manifest: one file of one version of a dataset.

    ``bytes`` is None and sums are empty where they are not known; ``access`` is ``open``
    where the URL gives the file, else the page where a person gets it.
    """

    dataset: str
    version: str
    file: str
    url: str
    archive: str
    bytes: int | None
    sha256: str
    md5: str
    licence: str
    citation: str
    access: str
    build: str
    note: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names the row: dataset, version, file."""
        return self.dataset, self.version, self.file

    @property
    def name(self) -> str:
        """Return the key as one text, as in folders and messages."""
        return "/".join(self.key)

    @property
    def path(self) -> str:
        """Return where the download lies, from the working folder."""
        return f"resources/{self.name}"


COLUMNS = tuple(field.name for field in fields(Dataset))


def read_manifest(path: str | Path) -> list[Dataset]:
    """Read the rows in the order of the file.

    Raises
    ------
    InputError
        Another header, a row of another length, bytes that are no whole number, a name that is no
        name of a file, or an address that is not https.
    """
    with open_text(path) as lines:
        rows = [line.rstrip("\r\n").split("\t") for line in lines]
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError(
            f"{path}: the header is {few(rows[0] if rows else (), 20)}.",
            f"The columns are {few(COLUMNS, 20)}.",
        )
    return [to_dataset(path, number, row) for number, row in enumerate(rows[1:], start=2)]


def to_dataset(path: str | Path, number: int, row: Sequence[str]) -> Dataset:
    """Return one row as a Dataset."""
    if len(row) != len(COLUMNS):
        remedy = "Give every row as many cells as the header, empty ones too."
        raise InputError(f"{path}, line {number}: {len(row)} cells, the header has {len(COLUMNS)}.", remedy)
    if not "".join(row).isprintable():
        raise InputError(f"{path}, line {number}: signs that are no text.", "Correct the line.")
    cells = dict(zip(COLUMNS, row, strict=True))
    names = [cells[name] for name in ("dataset", "version", "file")]
    addresses = [cells[name] for name in ("url", "archive") if cells[name]]
    unsafe = [name for name in names if not NAME.fullmatch(name)]
    unsafe += [url for url in addresses if not url.startswith("https://")]
    if unsafe:
        remedy = "Name files without folders, and give addresses that begin with https://."
        raise InputError(f"{path}, line {number}: {unsafe[0]!r} is not safe.", remedy)
    size = cells.pop("bytes")
    if size and not SIZE.fullmatch(size):
        remedy = "Write the size as a whole number, or leave the cell empty."
        raise InputError(f"{path}, line {number}: bytes is {size!r}.", remedy)
    return Dataset(bytes=int(size) if size else None, **cells)


def find(manifest: Iterable[Dataset], dataset: str, file: str, version: str | None = None) -> Dataset:
    """Return the row of a file; ``version`` is needed where several versions have the file.

    Raises
    ------
    InputError
        No such file, or one in several versions and none named.
    """
    named = [row for row in manifest if row.dataset == dataset]
    rows = [row for row in named if row.file == file and version in (None, row.version)]
    if len(rows) == 1:
        return rows[0]
    wanted = f"{dataset}/{version}/{file}" if version else f"{dataset}/{file}"
    if rows:
        raise InputError(f"{wanted} has versions {few(r.version for r in rows)}.", "Name one of them.")
    there = few((row.name for row in named), 40) if named else f"no file of a dataset {dataset!r}"
    raise InputError(f"{wanted} is not in the manifest.", f"config/datasets.tsv has {there}.")


def problems(manifest: Sequence[Dataset]) -> list[str]:
    """List what is wrong: order, repeated rows, and the cells of each row."""
    found = [
        f"{name}: occurs {n} times" for name, n in Counter(row.name for row in manifest).items() if n > 1
    ]
    found += [f"{b.name}: comes after {a.name}" for a, b in pairwise(manifest) if b.key < a.key]
    return found + [f"{row.name}: {text}" for row in manifest for text in row_problems(row)]


def row_problems(row: Dataset) -> list[str]:
    """List what is wrong in the cells of one row."""
    found = [f"{part!r} does not suit a path" for part in row.key if not NAME.fullmatch(part)]
    addresses = [row.url, row.archive] if row.archive else [row.url]
    found += [
        f"not an address of safe characters over https: {url!r}"
        for url in addresses
        if not URL.fullmatch(url)
    ]
    for name, length in SUM_LENGTH.items():
        value = getattr(row, name)
        if value and not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
            found.append(f"{name} is not {length} lower-case hexadecimal digits")
    if bool(row.sha256 or row.md5) == row.note.startswith(NO_CHECKSUM):
        found.append(f"needs a checksum, or else a note that begins with {NO_CHECKSUM!r}")
    if row.note.startswith(NO_CHECKSUM) and not row.note.removeprefix(NO_CHECKSUM).strip():
        found.append("the note gives no reason for the missing checksum")
    if row.bytes == 0:
        found.append("bytes is 0")
    if row.access not in ACCESS:
        found.append(f"access is {row.access!r}, not {few(ACCESS)}")
    if row.build not in BUILDS:
        found.append(f"build is {row.build!r}")
    return found + [f"{name} is empty" for name in ("licence", "citation") if not getattr(row, name)]


def write_manifest(manifest: Iterable[Dataset], path: str | Path) -> None:
    """Write the rows sorted by dataset, version and file."""
    rows = sorted(manifest, key=lambda row: row.key)
    lines = [COLUMNS, *(["" if cell is None else str(cell) for cell in astuple(row)] for row in rows)]
    with whole_file(path) as temporary:
        temporary.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")


def main(path: str) -> int:
    """Sort the manifest at ``path`` and list what is wrong with it; return 1 if anything is."""
    write_manifest(read_manifest(path), path)
    found = problems(read_manifest(path))
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
