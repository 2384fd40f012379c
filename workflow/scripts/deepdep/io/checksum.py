"""Checksums of source files, for the headers of what is made from them."""

import hashlib
from pathlib import Path


def sha256(path: str | Path) -> str:
    """Return the sha256 of a file as hexadecimal text, read in pieces."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
