"""Trust on first use: what a file without a published checksum was when it was first fetched."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from deepdep.errors import InputError
from deepdep.io.atomic import whole_file
from deepdep.io.text import open_text

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Pin:
    """One row of the lock file: the file, its sum and size, from where and when (UTC date)."""

    dataset: str
    version: str
    file: str
    sha256: str
    bytes: str
    url: str
    date: str

    @property
    def key(self) -> Key:
        """Return what names the row: dataset, version, file."""
        return self.dataset, self.version, self.file


HEADER = "\t".join(field.name for field in fields(Pin))


def read_pins(path: str | Path) -> dict[Key, Pin]:
    """Read the lock file; without one nothing has been trusted yet.

    Raises
    ------
    InputError
        A file that is no lock file.
    """
    if not Path(path).is_file():
        return {}
    with open_text(path) as lines:
        header, *rows = [line.rstrip("\r\n").split("\t") for line in lines] or [[]]
    sound = all(len(row) == len(header) and "".join(row).isprintable() for row in rows)
    if "\t".join(header) != HEADER or not sound:
        remedy = "Restore it from version control, or remove it: all files are then trusted anew."
        raise InputError(f"{path}: not a lock file of downloads.", remedy)
    return {pin.key: pin for pin in (Pin(*row) for row in rows)}


def trust(path: str | Path, key: Key, found: Mapping[str, str]) -> Pin:
    """Record a file unless it already is, and return its row, which may be that of another run.

    Parameters
    ----------
    path
        Lock file, written whole and by one process at a time.
    key
        Dataset, version, file.
    found
        ``sha256``, ``bytes`` and ``url`` of what was fetched.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        pins = read_pins(path)
        if key not in pins:
            pins[key] = Pin(*key, **found, date=datetime.now(tz=UTC).date().isoformat())
            rows = [HEADER, *("\t".join(astuple(pins[each])) for each in sorted(pins))]
            with whole_file(path) as temporary:
                temporary.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return pins[key]
