"""A file of the manifest to its place under resources/: from a mirror, the web or a local copy.

Nothing appears under the final name before its size and checksum are right. Files without a
published checksum are trusted once and compared with the lock file ever after.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from deepdep.errors import InputError
from deepdep.io.atomic import unwritable, whole_file
from deepdep.io.manifest import Dataset
from deepdep.io.text import existing
from deepdep.io.transfer import Limits, Transfer, discard, transfer
from deepdep.io.verify import Expected, check_file, check_trust, expectation
from deepdep.io.web import SourceError, WrongFileError
from deepdep.log import logger

WEB = frozenset({"https"})
MIRROR_SCHEMES = ("http", "https")


@dataclass(frozen=True)
class FetchRequest:
    """One file to fetch.

    Parameters
    ----------
    dataset
        Its row of the manifest.
    target
        Its final name.
    lock
        Table of the files that were trusted on first use, shared by all downloads.
    mirror
        Folder or base URL that is asked first, as ``<dataset>/<version>/<file>`` and ``<file>``.
    local
        A copy that is used in place of any download.
    limits
        How often and how long to try.
    """

    dataset: Dataset
    target: Path
    lock: Path
    mirror: str | None = None
    local: Path | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Source:
    """One place to look: an address with the schemes it may lead to, or a file (no schemes)."""

    location: str
    schemes: frozenset[str] = frozenset()


def fetch(request: FetchRequest) -> None:
    """Bring a file to ``request.target``, or leave it if the right one is there.

    Raises
    ------
    InputError
        No source gave the file (each is named with what was wrong), the local copy is not
        usable, or it cannot be written.
    """
    request.target.parent.mkdir(parents=True, exist_ok=True)
    with alone(request.target):
        expected = expectation(request.dataset, request.lock)
        if request.local is not None:
            take_local(request, request.local, expected)
        elif not is_there(request, expected):
            try_sources(request, expected)


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Let one process at a time fetch ``target``; the others wait and then find it there."""
    lock = FileLock(target.with_name(f".{target.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.info("%s: waiting for another process that fetches it", target)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def is_there(request: FetchRequest, expected: Expected) -> bool:
    """Say whether the right file is there already; another one is fetched again."""
    if not request.target.is_file():
        return False
    try:
        check_file(request.target, expected)
        check_trust(request.target, request.dataset, request.lock, str(request.target))
    except SourceError as error:
        logger.warning("%s: %s; fetching it again", request.target, error)
        return False
    return True


def try_sources(request: FetchRequest, expected: Expected) -> None:
    """Try one source after the other until one gave the right file."""
    tried: dict[str, SourceError] = {}
    for source in sources(request):
        bring = download if source.schemes else copy_file
        try:
            bring(request, source, expected)
        except SourceError as error:
            logger.warning("%s: %s: %s", request.dataset.name, source.location, error)
            tried[source.location] = error
        else:
            logger.info("%s: from %s", request.dataset.name, source.location)
            return
    raise nothing_worked(request, tried)


# ---- where to look


def sources(request: FetchRequest) -> list[Source]:
    """List where to look, the mirror first; a page where a person has to act is not asked."""
    row = request.dataset
    found = mirror_sources(request.mirror, row) if request.mirror else []
    if row.access == "open":
        found += [Source(url, WEB) for url in (row.url, row.archive) if url]
    return found


def mirror_sources(mirror: str, row: Dataset) -> list[Source]:
    """List where a mirror can have the file.

    Raises
    ------
    InputError
        A mirror that is neither a folder nor an address over http or https.
    """
    if "://" in mirror:
        scheme = urlsplit(mirror).scheme
        if scheme not in MIRROR_SCHEMES:
            raise InputError(f"mirror: {mirror!r} is no web address.", "Give a folder, http:// or https://.")
        return [Source(f"{mirror.rstrip('/')}/{path}", WEB | {scheme}) for path in (row.name, row.file)]
    folder = Path(mirror).expanduser()
    if not folder.is_dir():
        raise InputError(f"mirror: no folder {mirror!r}.", "Correct mirror in the config, or set it to null.")
    return [Source(str(folder / path)) for path in (row.name, row.file)]


# ---- bringing it


def download(request: FetchRequest, source: Source, expected: Expected) -> None:
    """Fetch an address into the .part file, check it, and give it its name."""
    job = Transfer(
        url=source.location,
        part=request.target.with_name(f"{request.target.name}.part"),
        schemes=source.schemes,
        bytes=expected.bytes,
        summed=bool(expected.digest),
        limits=request.limits,
    )
    try:
        fetch_checked(job, expected)
    except OSError as error:
        raise unwritable(job.part, error) from error
    check_trust(job.part, request.dataset, request.lock, source.location)
    os.replace(job.part, request.target)
    discard(job)


def fetch_checked(job: Transfer, expected: Expected) -> None:
    """Transfer and check; a file joined from pieces that turns out wrong is fetched once more in one go."""
    for may_repeat in (True, False):
        resumed = transfer(job)
        try:
            check_file(job.part, expected)
        except SourceError as error:
            discard(job)
            if not (resumed and may_repeat):
                raise
            logger.warning("%s: %s; fetching it in one go", job.url, error)
        else:
            return


def copy_file(request: FetchRequest, source: Source, expected: Expected) -> None:
    """Copy a file of a mirror folder, check the copy, and give it its name."""
    path = Path(source.location)
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise SourceError("not there, or not readable")
    try:
        with whole_file(request.target) as temporary:
            shutil.copyfile(path, temporary)
            check_file(temporary, expected)
            check_trust(temporary, request.dataset, request.lock, source.location)
    except OSError as error:
        raise unwritable(request.target, error) from error


def take_local(request: FetchRequest, local: Path, expected: Expected) -> None:
    """Link a file that the config names; another checksum than the published one is a warning."""
    local = existing(local.expanduser()).absolute()
    try:
        check_file(local, expected)
    except WrongFileError as error:
        logger.warning("%s: %s is used, although it has the %s", request.dataset.name, local, error)
    except SourceError as error:
        raise InputError(f"{local}: {error}.", "Correct local_files in the config.") from error
    if request.target.exists() and request.target.samefile(local):
        return
    with whole_file(request.target) as temporary:
        temporary.symlink_to(local)


def nothing_worked(request: FetchRequest, tried: dict[str, SourceError]) -> InputError:
    """Return the error that names every source tried, and what can be done."""
    row = request.dataset
    message, first = f"{row.name}: no source gave the file", "Check the network and run again"
    if row.access != "open":
        message = f"{row.name}: a person has to get it ({row.access}; licence: {row.licence})"
        first = f"Get it at {row.url}"
    elif any(isinstance(error, WrongFileError) for error in tried.values()):
        published = row.sha256 or row.md5
        mend = "correct config/datasets.tsv" if published else f"remove its row from {request.lock}"
        first = f"If the file found is the right one, {mend} and run again"
    places = "; ".join(f"{location} ({error})" for location, error in tried.items())
    hand = f'name a copy in the config (local_files: {{"{row.name}": PATH}}) or put one into the mirror'
    return InputError(f"{message}. Tried: {places or 'nothing'}.", f"{first}, or {hand}.")
