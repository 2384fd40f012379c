"""What a web server answers: data, something to try again, or something that is no data."""

import re
from urllib.parse import urlsplit

import requests
import urllib3

PASSING = {408, 425, 429, 500, 502, 503, 504}  # statuses that another attempt may mend
HEAD_BYTES = 512  # read at once to see what the body is
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
NETWORK_ERRORS = (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError)


class SourceError(Exception):
    """A source cannot give the file; the next one may."""


class WrongFileError(SourceError):
    """The file of a source is not the one expected: another size or another checksum."""

    def __init__(self, what: str, expected: str, found: str, origin: str) -> None:
        super().__init__(f"wrong {what}: expected {expected} ({origin}), found {found}")


class PassingError(Exception):
    """An attempt failed in a way that another one may mend, ``wait`` seconds later if the server says so."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


def open_session(schemes: frozenset[str]) -> requests.Session:
    """Return a session that cannot leave ``schemes``, redirects included; proxies are the environment's."""
    session = requests.Session()
    for prefix in list(session.adapters):
        if prefix.split(":")[0] not in schemes:
            del session.adapters[prefix]
    # Compressed transfer would make sizes and positions those of another file.
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "deepdep-workflow"})
    return session


def check_answer(response: requests.Response, url: str) -> None:
    """Raise unless the answer is data: PassingError if another attempt may give it, else SourceError."""
    status = response.status_code
    if status in PASSING:
        after = response.headers.get("Retry-After", "")
        raise PassingError(f"HTTP status {status}", float(after) if after.isdecimal() else 0.0)
    if status not in (requests.codes.ok, requests.codes.partial_content):
        raise SourceError(f"HTTP status {status}")
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise SourceError("a web page (text/html) in place of data")
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity" and not urlsplit(url).path.endswith(".gz"):
        raise SourceError(f"compressed for transfer ({encoding}) although not asked for")


def refuse_page(head: bytes) -> None:
    """Raise SourceError if the first bytes are those of a web page or of a Git LFS pointer."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<error")):
        raise SourceError(f"a web page or error message in place of data: {start[:60].decode('latin-1')!r}")
    if start.startswith(LFS_POINTER):
        raise SourceError("the pointer of a Git LFS file in place of its data")


def total_bytes(response: requests.Response) -> int | None:
    """Return the size of the whole file as the server states it, None if it does not."""
    if response.status_code == requests.codes.partial_content:
        match = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))
        return int(match[1]) if match else None
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


def version_of(response: requests.Response) -> str:
    """Return the strong ETag or else the date of the file; empty if the server names neither."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
