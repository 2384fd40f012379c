"""One URL into a ``.part`` file: resumed where it broke off, retried, never a web page as data."""

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from deepdep.errors import InputError
from deepdep.io.atomic import unwritable, whole_file
from deepdep.io.progress import ByteProgress, mega
from deepdep.io.web import (
    HEAD_BYTES,
    NETWORK_ERRORS,
    PassingError,
    SourceError,
    WrongFileError,
    check_answer,
    open_session,
    refuse_page,
    total_bytes,
    version_of,
)
from deepdep.log import logger

PIECE_BYTES = 1 << 20
SLOWEST = 1024  # bytes per second; below it over a whole time-out the transfer counts as stalled
PROGRESS = 1 << 20  # bytes after which an interrupted attempt does not count as a failure
CONNECT_SECONDS = 20.0
LONGEST_WAIT = 60.0  # seconds between attempts


@dataclass(frozen=True)
class Limits:
    """How long to try: attempts after the first, seconds without data, seconds before the second attempt."""

    retries: int = 5
    timeout: float = 60.0
    wait: float = 1.0


@dataclass(frozen=True)
class Transfer:
    """One file to fetch from one URL.

    ``bytes`` is the size it should have, if known. ``summed`` says that a checksum will be
    compared afterwards, so that joining pieces is safe even if the server names no version.
    """

    url: str
    part: Path
    schemes: frozenset[str] = frozenset({"https"})
    bytes: int | None = None
    summed: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def note(self) -> Path:
        """Return where URL and version of the piece are kept, beside it."""
        return self.part.with_name(f"{self.part.name}.json")


# ---- attempts


def transfer(job: Transfer) -> bool:
    """Fetch ``job.url`` into ``job.part`` and say whether an earlier piece was continued.

    A piece of the same URL is continued where the server still has the version it came from.

    Raises
    ------
    SourceError
        The server does not have the file, gives something else, or broke off too often.
    InputError
        The piece cannot be written (disk full, no permission).
    """
    if urlsplit(job.url).scheme not in job.schemes:
        raise SourceError(f"only {' and '.join(sorted(job.schemes))} addresses are followed")
    failures = 0
    with open_session(job.schemes) as session:
        while True:
            before = size_of(job.part)
            try:
                return attempt(session, job)
            except (PassingError, *NETWORK_ERRORS) as error:
                gained = size_of(job.part) - before
                failures = 1 if gained >= PROGRESS else failures + 1
                pause(job, failures, error)
            except requests.exceptions.InvalidSchema as error:
                raise SourceError(f"redirected to an address that is not followed ({error})") from error
            except requests.RequestException as error:
                raise SourceError(f"no valid answer ({error})") from error


def pause(job: Transfer, failures: int, error: Exception) -> None:
    """Wait before the next attempt, longer each time, or raise SourceError after the last one."""
    reason = f"{plain(error)} ({size_of(job.part)} bytes are kept)"
    if failures > job.limits.retries:
        raise SourceError(
            f"gave up; attempts that failed in a row: {failures}; the last: {reason}"
        ) from error
    seconds = min(LONGEST_WAIT, job.limits.wait * 2 ** (failures - 1))
    seconds *= random.SystemRandom().uniform(0.5, 1.5)  # so that parallel downloads do not come back at once
    seconds = max(seconds, min(LONGEST_WAIT, getattr(error, "wait", 0.0)))
    logger.warning("%s: %s; next attempt in %.1f s", job.url, reason, seconds)
    time.sleep(seconds)


def plain(error: Exception) -> str:
    """Return what a network error says: time-outs in our words, else the innermost reason."""
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "stalled: no data before the time-out"
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return str(reason or error)


def attempt(session: requests.Session, job: Transfer) -> bool:
    """Ask once for what is missing and append it; return whether an earlier piece was continued."""
    have, headers = resume_point(job)
    if have and have == job.bytes:
        return True
    timeouts = (min(CONNECT_SECONDS, job.limits.timeout), job.limits.timeout)
    with session.get(job.url, headers=headers, stream=True, timeout=timeouts) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable and have:
            return whole_already(response, job, have)
        check_answer(response, job.url)
        total = total_bytes(response)
        if response.status_code == requests.codes.partial_content:
            check_continued(response, job, have)
            head = b""
        else:
            have, head = 0, response.raw.read(HEAD_BYTES, decode_content=False)
            refuse_page(head)
        check_size(total, job)
        if not have:
            begin(job, response, total)
        receive(response, job, head, total if total is not None else job.bytes)
    return have > 0


# ---- resuming


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 if there is none."""
    return path.stat().st_size if path.is_file() else 0


def discard(job: Transfer) -> None:
    """Remove the piece and what is known about it."""
    job.part.unlink(missing_ok=True)
    job.note.unlink(missing_ok=True)


def read_note(job: Transfer) -> dict[str, str]:
    """Return URL and version of the piece; nothing if the note is missing or damaged."""
    try:
        return json.loads(job.note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def resume_point(job: Transfer) -> tuple[int, dict[str, str]]:
    """Return how many bytes of this URL are there, and the headers that ask for the rest."""
    have, note = size_of(job.part), read_note(job)
    if not have or note.get("url") != job.url:
        return 0, {}
    if note.get("version"):
        return have, {"Range": f"bytes={have}-", "If-Range": note["version"]}
    return (have, {"Range": f"bytes={have}-"}) if job.summed else (0, {})


def whole_already(response: requests.Response, job: Transfer, have: int) -> bool:
    """Say yes if the server has nothing beyond the piece because the piece is the whole file."""
    if response.headers.get("Content-Range", "") == f"bytes */{have}":
        return True
    discard(job)
    raise PassingError("the piece is longer than the file; starting again")


def check_continued(response: requests.Response, job: Transfer, have: int) -> None:
    """Raise PassingError and drop the piece unless the answer continues the same file where it ended."""
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    version, noted = version_of(response), read_note(job)
    total = total_bytes(response)
    same = not version or not noted.get("version") or version == noted["version"]
    if not (have and begins and same and str(total) == noted.get("total", str(total))):
        discard(job)
        raise PassingError("the file changed on the server; starting again")


def check_size(total: int | None, job: Transfer) -> None:
    """Raise WrongFileError before anything is fetched if the server's file has another size."""
    if None not in (total, job.bytes) and total != job.bytes:
        raise WrongFileError("size", f"{job.bytes} bytes", f"{total} bytes", "manifest or lock file")


def begin(job: Transfer, response: requests.Response, total: int | None) -> None:
    """Drop the earlier piece and note URL and version before the first byte is written."""
    discard(job)
    check_space(job, total)
    noted = {"url": job.url, "version": version_of(response)}
    if total is not None:
        noted["total"] = str(total)
    with whole_file(job.note) as temporary:
        temporary.write_text(json.dumps(noted), encoding="utf-8")


def check_space(job: Transfer, total: int | None) -> None:
    """Raise InputError if the file cannot fit on the disk."""
    free = shutil.disk_usage(job.part.parent).free
    if total is not None and total > free:
        message = f"{job.part}: {mega(total)} MB are needed, {mega(free)} MB are free."
        raise InputError(message, "Free disk space, or link resources/ to a larger disk.")


# ---- data


def receive(response: requests.Response, job: Transfer, head: bytes, total: int | None) -> None:
    """Append the body to the piece; PassingError if it ends early."""
    with job.part.open("ab") as handle, ByteProgress(job.part.stem, handle.tell(), total) as bar:
        for piece in pieces(response, head, job.limits.timeout):
            write_piece(handle.fileno(), piece, job.part)
            bar.add(len(piece))
        os.fsync(handle.fileno())
    if total is not None and size_of(job.part) < total:
        raise PassingError(f"the transfer ended at {size_of(job.part)} of {total} bytes")


def pieces(response: requests.Response, head: bytes, timeout: float) -> Iterator[bytes]:
    """Yield the body as it comes; PassingError if less than SLOWEST bytes a second come for ``timeout``."""
    piece, since, moved = head or response.raw.read1(PIECE_BYTES, decode_content=False), time.monotonic(), 0
    while piece:
        yield piece
        moved += len(piece)
        passed = time.monotonic() - since
        if passed >= timeout:
            if moved < SLOWEST * passed:
                raise PassingError(f"stalled: {moved} bytes in {passed:.0f} s")
            since, moved = time.monotonic(), 0
        piece = response.raw.read1(PIECE_BYTES, decode_content=False)


def write_piece(handle: int, piece: bytes, path: Path) -> None:
    """Append bytes without a buffer, so that what is on disk is always a beginning of the file."""
    try:
        while piece:
            piece = piece[os.write(handle, piece) :]
    except OSError as error:
        raise unwritable(path, error) from error
