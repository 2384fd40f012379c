"""The manifest of a mirror: the rows of its files have their sizes and sums."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from deepdep.io.manifest import NO_CHECKSUM, Dataset, read_manifest, write_manifest

NOTE = "miniature file of the tests"


def rewrite_manifest(manifest: Path, mirror: Path) -> None:
    """Give the rows of files that a mirror has their sizes and sums there, in place.

    Parameters
    ----------
    manifest
        A copy of config/datasets.tsv.
    mirror
        Folder with <dataset>/<version>/<file>.
    """
    write_manifest([of_mirror(row, mirror) for row in read_manifest(manifest)], manifest)


def of_mirror(row: Dataset, mirror: Path) -> Dataset:
    """Return the row as the mirror has its file, itself where it has none."""
    path = mirror / row.name
    if not path.is_file():
        return row
    data = path.read_bytes()
    note = NOTE if row.note.startswith(NO_CHECKSUM) else row.note
    return replace(row, bytes=len(data), sha256=sha256(data).hexdigest(), md5="", note=note)
