"""What a downloaded file has to be: no web page, and of the published or first-trusted checksum."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from deepdep.io.checksum import sha256
from deepdep.io.lockfile import read_pins, trust
from deepdep.io.manifest import Dataset
from deepdep.io.web import HEAD_BYTES, SourceError, WrongFileError, refuse_page


@dataclass(frozen=True)
class Expected:
    """What a file should be: one checksum (or none) and its size, and who says so."""

    algorithm: str
    digest: str
    bytes: int | None
    origin: str


def expectation(row: Dataset, lock: Path) -> Expected:
    """Return what the manifest says of the file, or else the lock file."""
    for algorithm, digest in (("sha256", row.sha256), ("md5", row.md5)):
        if digest:
            return Expected(algorithm, digest, row.bytes, "manifest")
    pin = read_pins(lock).get(row.key)
    if pin is None:
        return Expected("sha256", "", row.bytes, "manifest")
    return Expected("sha256", pin.sha256, int(pin.bytes), f"{lock}, fetched {pin.date} from {pin.url}")


def check_file(path: Path, expected: Expected) -> None:
    """Raise SourceError for a page or an empty file, WrongFileError for another size or checksum."""
    with path.open("rb") as handle:
        refuse_page(handle.read(HEAD_BYTES))
    size = path.stat().st_size
    if size == 0:
        raise SourceError("an empty file")
    if expected.bytes not in (None, size):
        raise WrongFileError("size", f"{expected.bytes} bytes", f"{size} bytes", expected.origin)
    if expected.digest:
        found = digest_of(path, expected.algorithm)
        if found != expected.digest:
            raise WrongFileError(expected.algorithm, expected.digest, found, expected.origin)


def digest_of(path: Path, algorithm: str) -> str:
    """Return the checksum of a file as hexadecimal text."""
    if algorithm == "sha256":
        return sha256(path)
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, algorithm).hexdigest()


def check_trust(path: Path, row: Dataset, lock: Path, location: str) -> None:
    """Record a file without published checksum in the lock file, or compare it with what is there.

    Raises
    ------
    WrongFileError
        Another run has meanwhile recorded another file.
    """
    if row.sha256 or row.md5:
        return
    found = {"sha256": sha256(path), "bytes": str(path.stat().st_size), "url": location}
    pin = trust(lock, row.key, found)
    if pin.sha256 != found["sha256"]:
        raise WrongFileError(
            "sha256", pin.sha256, found["sha256"], f"{lock}, fetched {pin.date} from {pin.url}"
        )
