"""Downloads against a loopback server that fails in every way the real ones do.

``pytest -s tests/unit/test_download.py`` ends with the table of faults and outcomes.
"""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from loopback import OLD_DATE, Handler, Loopback, chunked, cut, data, stall, status, trickle

from deepdep.errors import InputError
from deepdep.io import download, transfer
from deepdep.io.download import FetchRequest, fetch
from deepdep.io.lockfile import read_pins, trust
from deepdep.io.manifest import Dataset
from deepdep.io.progress import ByteProgress
from deepdep.io.transfer import Limits

BODY = b"gene\tsample\n" + np.random.default_rng(1).bytes(300_000)
THIRD = len(BODY) // 3
OTHER = b"gene\tsample\n" + np.random.default_rng(2).bytes(300_000)
PAGE = b"\n<!DOCTYPE html><html><body>Just a moment...</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:5724a6\nsize 157723926\n"
QUICK = Limits(retries=3, timeout=0.4, wait=0.01)
ROWS: list[tuple[str, str]] = []

Note = Callable[[str, str], None]
Make = Callable[..., FetchRequest]


def fault_rows() -> list[tuple[str, str]]:
    """Return (fault, outcome) of the tests that have passed so far."""
    return list(ROWS)


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    yield
    sys.stdout.write("".join(f"\n{fault:<46} {outcome}" for fault, outcome in fault_rows()) + "\n")


@pytest.fixture
def note() -> Note:
    return lambda fault, outcome: ROWS.append((fault, outcome))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies, and http for the manifest's addresses too: the server has no certificate."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(download, "WEB", frozenset({"http", "https"}))


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def make(server: Loopback, tmp_path: Path) -> Make:
    """Return a maker of requests for a file of the server, BODY and its checksum by default."""

    def build(*, known: bool = True, **changes: object) -> FetchRequest:
        names = set(Dataset.__dataclass_fields__)
        row = Dataset(
            dataset="toy",
            version="v1",
            file="table.tsv",
            url=f"{server.url}/primary",
            archive="",
            bytes=len(BODY) if known else None,
            sha256=hashlib.sha256(BODY).hexdigest() if known else "",
            md5="",
            licence="none",
            citation="none",
            access="open",
            build="",
            note="" if known else "no checksum: toy",
        )
        row = replace(row, **{name: value for name, value in changes.items() if name in names})
        rest = {name: value for name, value in changes.items() if name not in names}
        target = tmp_path / "resources" / "toy" / "v1" / "table.tsv"
        return FetchRequest(row, target, tmp_path / "datasets.lock.tsv", **{"limits": QUICK, **rest})

    return build


def names_beside(request: FetchRequest) -> list[str]:
    """List the files in the folder of the target, without those that only hold a lock."""
    return sorted(path.name for path in request.target.parent.iterdir() if path.suffix != ".lock")


def part(request: FetchRequest) -> Path:
    """Return the .part file."""
    return request.target.with_name("table.tsv.part")


def failure(request: FetchRequest) -> str:
    """Fetch, and return the message of the error that has to come."""
    with pytest.raises(InputError) as caught:
        fetch(request)
    assert not request.target.exists()
    return str(caught.value)


# ---- what goes well, and what another attempt mends


def test_plain_download(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert names_beside(request) == ["table.tsv"]
    fetch(request)
    assert len(server.asked) == 1
    note("200", "fetched; a second call asks nobody")


def test_a_damaged_target_is_fetched_again(server: Loopback, make: Make, caplog: pytest.LogCaptureFixture):
    request = make(url=server.serve("/f", data(BODY)))
    fetch(request)
    request.target.write_bytes(OTHER)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert "fetching it again" in caplog.text


@pytest.mark.parametrize("code", [429, 503])
def test_busy_server_is_asked_again(server: Loopback, make: Make, note: Note, code: int):
    request = make(url=server.serve("/f", status(code), status(code), data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert len(server.asked) == 3
    note(f"{code}, {code}, 200", "fetched at the third attempt")


def test_waits_grow_with_jitter_and_honour_retry_after(
    server: Loopback, make: Make, monkeypatch: pytest.MonkeyPatch
):
    waits: list[float] = []
    monkeypatch.setattr(transfer.time, "sleep", waits.append)
    limits = Limits(retries=4, timeout=1, wait=1)
    busy = status(503)
    request = make(url=server.serve("/f", busy, busy, status(503, Retry_After="30"), busy), limits=limits)
    assert "attempts that failed in a row: 5" in failure(request)
    assert len(waits) == 4
    for wait, base in zip([*waits[:2], waits[3]], [1, 2, 8], strict=True):
        assert 0.5 * base <= wait <= 1.5 * base
    assert waits[2] == 30


def test_cut_transfer_is_continued(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", cut(BODY, THIRD), data(BODY)), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.ranges() == [None, f"bytes={THIRD}-"]
    assert server.asked[1].if_range == '"v1"'
    assert [asked.sent for asked in server.asked] == [THIRD, len(BODY) - THIRD]
    note(
        "cut at one third",
        f"continued: only the missing {server.asked[1].sent} of {len(BODY)} bytes are sent",
    )


def test_cut_transfer_is_continued_by_date(server: Loopback, make: Make):
    answers = cut(BODY, THIRD, None, OLD_DATE), data(BODY, None, date=OLD_DATE)
    request = make(url=server.serve("/f", *answers), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[1].if_range == OLD_DATE
    assert server.asked[1].sent == len(BODY) - THIRD


@pytest.mark.parametrize("known", [True, False])
def test_server_without_versions(server: Loopback, make: Make, known: bool):
    """Pieces are joined only if a checksum will tell whether they fit."""
    request = make(url=server.serve("/f", cut(BODY, THIRD, None), data(BODY, None)), known=known)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.ranges() == [None, f"bytes={THIRD}-" if known else None]


def test_cuts_with_progress_do_not_use_up_the_attempts(
    server: Loopback, make: Make, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transfer, "PROGRESS", 1000)

    def fifth(handler: Handler) -> None:
        start = int((handler.headers["Range"] or "bytes=0-")[6:-1])
        size = len(BODY)
        span = {"Content-Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
        handler.head(206 if start else 200, {"Content-Length": size - start, "ETag": '"v1"', **span})
        handler.body(BODY[start : start + size // 5 + 1])
        handler.close_connection = True

    request = make(url=server.serve("/f", fifth), limits=replace(QUICK, retries=1))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert len(server.asked) == 5


def test_server_that_ignores_ranges(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", cut(BODY, THIRD), data(BODY, ranges=False)), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[1].sent == len(BODY)
    note("server ignores Range", "started again from the first byte")


def test_file_changed_under_a_resume(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", cut(OTHER, THIRD, '"v1"'), data(BODY, '"v2"')), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[1].range == f"bytes={THIRD}-"
    note("file changed under a resume (ETag)", "started again; nothing of the old file is left")


def test_file_changed_and_the_server_ignores_if_range(server: Loopback, make: Make):
    """A 206 that belongs to another version is told by its ETag."""

    def careless(handler: Handler) -> None:
        start = int((handler.headers["Range"] or "bytes=0-")[6:-1])
        span = {"Content-Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if start else {}
        length = {"Content-Length": len(BODY) - start}
        handler.head(206 if start else 200, {**length, "ETag": '"v2"', **span})
        handler.body(BODY[start:])

    request = make(url=server.serve("/f", cut(OTHER, THIRD, '"v1"'), careless), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.ranges() == [None, f"bytes={THIRD}-", None]


def test_wrong_join_is_fetched_in_one_go(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", cut(OTHER, THIRD, None), data(BODY, None)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.ranges() == [None, f"bytes={THIRD}-", None]
    note("file changed under a resume (no ETag, no date)", "checksum told; fetched in one go")


@pytest.mark.parametrize("known", [True, False])
def test_whole_piece_needs_no_more_data(server: Loopback, make: Make, known: bool):
    request = make(url=server.serve("/f", cut(BODY, THIRD), data(BODY)), known=known)
    request.target.parent.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download, "check_trust", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(request)
    sent = sum(asked.sent for asked in server.asked)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert sum(asked.sent for asked in server.asked) == sent == len(BODY)
    assert len(server.asked) == (2 if known else 3)  # of known size: nobody is asked again


def killed(*_: object) -> None:
    """Stand in for a kill between the last byte and the rename."""
    raise KeyboardInterrupt


def test_stall_times_out_and_is_continued(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", stall(BODY, THIRD), data(BODY)), known=False)
    start = time.monotonic()
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert QUICK.timeout <= time.monotonic() - start < 10 * QUICK.timeout
    assert server.asked[1].sent == len(BODY) - THIRD
    note("stalls after one third", f"given up after the time-out ({QUICK.timeout} s here), continued")


def test_trickle_counts_as_a_stall(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", trickle(BODY, 5, 0.05), data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[1].range is not None
    note("trickles below 1 kB/s", "given up after the time-out, continued")


def test_size_stated_by_nobody(server: Loopback, make: Make):
    request = make(url=server.serve("/f", chunked(BODY)), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY


# ---- what makes the next source be tried, or an error


@pytest.mark.parametrize(
    ("page", "headers"), [(b"Just a moment...", {"Content_Type": "text/html; charset=utf-8"}), (PAGE, {})]
)
def test_html_page_with_status_200(
    server: Loopback, make: Make, note: Note, page: bytes, headers: dict[str, str]
):
    request = make(url=server.serve("/f", status(200, page, **headers)), known=False)
    assert "a web page" in failure(request)
    assert len(server.asked) == 1
    assert names_beside(request) == []
    note(f"HTML page, status 200, {'named so' if headers else 'not named so'}", "refused, not kept")


def test_page_does_not_cost_the_piece_that_is_there(server: Loopback, make: Make):
    request = make(url=server.serve("/f", cut(BODY, THIRD), status(200, PAGE), data(BODY)))
    assert "a web page" in failure(request)
    assert part(request).stat().st_size == THIRD
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[-1].sent == len(BODY) - THIRD


def test_missing_file_comes_from_the_archive(server: Loopback, make: Make, note: Note):
    request = make(archive=server.serve("/archive", data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert [asked.path for asked in server.asked] == ["/primary", "/archive"]
    note("404, archive has it", "fetched from the archive")


def test_missing_everywhere_names_all_sources(server: Loopback, make: Make, note: Note):
    request = make(archive=f"{server.url}/archive", mirror=f"{server.url}/mirror/")
    said = failure(request)
    asked = ["/mirror/toy/v1/table.tsv", "/mirror/table.tsv", "/primary", "/archive"]
    assert [each.path for each in server.asked] == asked
    assert all(f"{server.url}{path} (HTTP status 404)" in said for path in asked)
    assert 'local_files: {"toy/v1/table.tsv": PATH}' in said
    note("404 everywhere", "error names the 4 addresses tried and the remedy")


def test_server_that_is_not_there(make: Make):
    with Loopback() as gone:
        url = f"{gone.url}/f"
    said = failure(make(url=url, limits=replace(QUICK, retries=1)))
    assert "attempts that failed in a row: 2" in said
    assert "refused" in said


def test_wrong_size_is_told_before_the_transfer(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", data(BODY[:-1])))
    assert f"wrong size: expected {len(BODY)} bytes (manifest or lock file), found {len(BODY) - 1} bytes" in (
        failure(request)
    )
    assert names_beside(request) == []
    note("wrong size", "refused before the transfer, both sizes named")


def test_wrong_size_without_a_stated_one(server: Loopback, make: Make):
    request = make(url=server.serve("/f", chunked(BODY + b"more")))
    assert f"wrong size: expected {len(BODY)} bytes (manifest), found {len(BODY) + 4} bytes" in failure(
        request
    )
    assert names_beside(request) == []


def test_wrong_checksum_goes_on_to_the_archive(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", data(OTHER)), archive=server.serve("/archive", data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert names_beside(request) == ["table.tsv"]
    note("wrong checksum, archive has the right one", "fetched from the archive")


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_wrong_checksum_names_both(server: Loopback, make: Make, note: Note, algorithm: str):
    right, found = (hashlib.new(algorithm, body).hexdigest() for body in (BODY, OTHER))
    sums = {"sha256": "", "md5": "", algorithm: right}
    said = failure(make(url=server.serve("/f", data(OTHER)), **sums))
    assert f"wrong {algorithm}: expected {right} (manifest), found {found}" in said
    assert "correct config/datasets.tsv" in said
    note(f"wrong {algorithm}", "refused, both sums named, nothing kept")


def test_lfs_pointer_is_named(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", data(POINTER)))
    assert "pointer of a Git LFS file" in failure(request)
    assert names_beside(request) == []
    note("Git LFS pointer in place of the data", "refused and named so")


def test_empty_file_is_refused(server: Loopback, make: Make):
    assert "an empty file" in failure(make(url=server.serve("/f", data(b"")), known=False))


def test_compressed_transfer_is_refused(server: Loopback, make: Make):
    url = server.serve("/f", status(200, b"\x1f\x8b", Content_Encoding="gzip"))
    assert "compressed for transfer (gzip)" in failure(make(url=url, known=False))


# ---- mirrors and local files


@pytest.mark.parametrize("place", ["toy/v1/table.tsv", "table.tsv"])
def test_mirror_folder(server: Loopback, make: Make, note: Note, tmp_path: Path, place: str):
    copy = tmp_path / "mirror" / place
    copy.parent.mkdir(parents=True)
    copy.write_bytes(BODY)
    request = make(mirror=str(tmp_path / "mirror"), limits=QUICK)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert not request.target.is_symlink()
    assert server.asked == []
    note(f"mirror folder, {place}", "copied, nobody asked")


def test_mirror_folder_with_a_damaged_copy(server: Loopback, make: Make, note: Note, tmp_path: Path):
    (tmp_path / "table.tsv").write_bytes(OTHER)
    request = make(mirror=str(tmp_path), url=server.serve("/f", data(BODY)))
    fetch(request)
    assert request.target.read_bytes() == BODY
    note("damaged copy in the mirror folder", "refused, fetched from the primary address")


def test_mirror_address(server: Loopback, make: Make, note: Note):
    server.serve("/m/table.tsv", data(BODY))
    request = make(mirror=f"{server.url}/m")
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert [asked.path for asked in server.asked] == ["/m/toy/v1/table.tsv", "/m/table.tsv"]
    note("mirror address", "fetched from the mirror")


def test_mirror_that_is_none(make: Make, tmp_path: Path):
    with pytest.raises(InputError, match="no folder"):
        fetch(make(mirror=str(tmp_path / "unplugged")))
    with pytest.raises(InputError, match="no web address"):
        fetch(make(mirror="ftp://host/folder"))


def test_proxy_of_the_environment_is_used(server: Loopback, make: Make, monkeypatch: pytest.MonkeyPatch):
    server.serve("/m/toy/v1/table.tsv", data(BODY))
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    request = make(mirror="http://mirror.invalid/m")
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert [asked.path for asked in server.asked] == ["http://mirror.invalid/m/toy/v1/table.tsv"]


def test_local_file_is_linked(server: Loopback, make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "own.tsv").write_bytes(OTHER)
    request = make(local=tmp_path / "own.tsv")
    fetch(request)
    assert request.target.readlink() == tmp_path / "own.tsv"
    assert "is used, although it has the wrong sha256" in caplog.text
    assert server.asked == []
    with pytest.raises(InputError, match="no such file"):
        fetch(make(local=tmp_path / "absent.tsv"))
    (tmp_path / "own.tsv").write_bytes(PAGE)
    with pytest.raises(InputError, match="a web page"):
        fetch(request)


def test_file_behind_an_account_is_not_asked_for(server: Loopback, make: Make, note: Note, tmp_path: Path):
    request = make(access="account", known=False)
    said = failure(request)
    assert server.asked == []
    assert "a person has to get it (account; licence: none)" in said
    assert f"Get it at {server.url}/primary" in said
    (tmp_path / "table.tsv").write_bytes(BODY)
    fetch(replace(request, mirror=str(tmp_path)))
    assert request.target.read_bytes() == BODY
    note(
        "file behind an account", "nobody asked; error says where to get it; taken from mirror or local_files"
    )


# ---- addresses


def test_only_https_unless_the_mirror_says_otherwise(
    server: Loopback, make: Make, note: Note, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    request = make(url=server.serve("/f", data(BODY)), archive="file:///etc/hosts")
    assert failure(request).count("only https addresses are followed") == 2
    assert server.asked == []
    server.serve("/m/table.tsv", data(BODY))
    fetch(replace(request, mirror=f"{server.url}/m"))
    assert request.target.read_bytes() == BODY
    note("http or file address in the manifest", "refused; http is for the configured mirror only")


@pytest.mark.parametrize("place", ["file:///etc/hosts", "ftp://127.0.0.1/f"])
def test_redirect_to_another_scheme_is_refused(server: Loopback, make: Make, note: Note, place: str):
    request = make(url=server.serve("/f", status(302, Location=place)), known=False)
    assert "redirected to an address that is not followed" in failure(request)
    note(f"redirect to {place.split(':')[0]}", "refused")


def test_redirect_is_followed_with_the_range(server: Loopback, make: Make):
    server.serve("/signed", cut(BODY, THIRD), data(BODY))
    request = make(url=server.serve("/f", status(302, Location="/signed")), known=False)
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.asked[-1].sent == len(BODY) - THIRD


def test_redirect_from_https_to_http_is_refused(
    server: Loopback, make: Make, note: Note, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    pem, certificate = tmp_path / "server.pem", tmp_path / "certificate.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", pem, "-out", certificate]
    subprocess.run(["openssl", "req", "-x509", *kind, *name, *files], check=True, capture_output=True)
    pem.write_text(pem.read_text() + certificate.read_text())
    monkeypatch.undo()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    away = server.serve("/f", data(BODY))
    with Loopback(pem) as safe:
        request = make(url=safe.serve("/away", status(302, Location=away)))
        assert "redirected to an address that is not followed" in failure(request)
        assert server.asked == []
        fetch(make(url=safe.serve("/stay", data(BODY))))
    assert request.target.read_bytes() == BODY
    note("redirect from https to http", "refused")


# ---- disk, lock file, kills, company


def test_full_disk(server: Loopback, make: Make, note: Note, monkeypatch: pytest.MonkeyPatch):
    request = make(url=server.serve("/f", data(BODY)))
    real, room = os.write, THIRD

    def write(handle: int, piece: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = real(handle, piece[:room])
        room -= done
        return done

    with monkeypatch.context() as patch:
        patch.setattr(transfer.os, "write", write)
        said = failure(request)
    assert "the disk is full" in said
    assert "Free disk space; the next run continues" in said
    assert part(request).read_bytes() == BODY[:THIRD]
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert server.ranges() == [None, f"bytes={THIRD}-"]
    note("disk full", "error says so; nothing under the final name; the next run continues")


def test_full_disk_while_copying(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "table.tsv").write_bytes(BODY)
    request = make(mirror=str(tmp_path))

    def copy(_: Path, target: Path) -> None:
        target.write_bytes(BODY[:THIRD])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(download.shutil, "copyfile", copy)
        assert "the disk is full" in failure(request)
    assert names_beside(request) == []
    fetch(request)
    assert request.target.read_bytes() == BODY


def test_too_small_disk_is_told_before_the_transfer(
    server: Loopback, make: Make, monkeypatch: pytest.MonkeyPatch
):
    request = make(url=server.serve("/f", data(BODY)))
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert "0.3 MB are needed, 0.0 MB are free" in failure(request)


def test_first_use_is_recorded_and_later_ones_compared(server: Loopback, make: Make, note: Note):
    request = make(url=server.serve("/f", data(BODY), data(OTHER)), known=False)
    fetch(request)
    pin = read_pins(request.lock)["toy", "v1", "table.tsv"]
    assert pin.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (pin.bytes, pin.url) == (str(len(BODY)), f"{server.url}/f")
    request.target.unlink()
    said = failure(request)
    found = hashlib.sha256(OTHER).hexdigest()
    assert f"wrong sha256: expected {pin.sha256} ({request.lock}, fetched {pin.date}" in said
    assert f"found {found}" in said
    assert f"remove its row from {request.lock}" in said
    assert read_pins(request.lock) == {pin.key: pin}
    request.lock.unlink()
    fetch(request)
    assert read_pins(request.lock)[pin.key].sha256 == found
    note("no published checksum, file changes later", "recorded at first; later refused, remedy named")


def test_file_with_a_checksum_is_not_recorded(server: Loopback, make: Make):
    request = make(url=server.serve("/f", data(BODY)))
    fetch(request)
    assert not request.lock.exists()


def test_lock_file_written_by_many_at_once(tmp_path: Path):
    lock, n = tmp_path / "datasets.lock.tsv", 24
    found = {"sha256": "0" * 64, "bytes": "1", "url": "https://host.org/f"}

    def record(i: int) -> None:
        trust(lock, ("toy", "v1", f"f{i:02d}"), found)

    threads = [threading.Thread(target=record, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [key[2] for key in read_pins(lock)] == [f"f{i:02d}" for i in range(n)]
    lock.write_text("something else\n", encoding="utf-8")
    with pytest.raises(InputError, match="not a lock file"):
        read_pins(lock)


CHILD = """
import sys
from pathlib import Path
from deepdep.io.download import FetchRequest, fetch
from deepdep.io.manifest import Dataset
from deepdep.io.transfer import Limits

folder, mirror, digest = sys.argv[1:]
names = "toy", "v1", "table.tsv"
row = Dataset(*names, "https://host.invalid/f", "", None, digest, "", "", "", "open", "", "")
target = Path(folder, "resources", *names)
fetch(FetchRequest(row, target, Path(folder) / "datasets.lock.tsv", mirror, limits=Limits(0, 30)))
"""


def child(request: FetchRequest, folder: Path) -> subprocess.Popen[bytes]:
    """Start another process that fetches the same file from the same mirror."""
    library = str(Path(download.__file__).parents[2])
    command = [sys.executable, "-c", CHILD, str(folder), str(request.mirror), request.dataset.sha256]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": library})


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait at most 20 seconds."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_killed_process_is_continued(server: Loopback, make: Make, note: Note, tmp_path: Path):
    server.serve("/m/toy/v1/table.tsv", stall(BODY, THIRD), data(BODY))
    request = make(mirror=f"{server.url}/m")
    process = child(request, tmp_path)
    wait_for(lambda: part(request).is_file() and part(request).stat().st_size == THIRD)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    assert names_beside(request) == ["table.tsv.part", "table.tsv.part.json"]
    fetch(request)
    assert request.target.read_bytes() == BODY
    assert names_beside(request) == ["table.tsv"]
    assert server.asked[1].sent == len(BODY) - THIRD
    note("killed at one third", "nothing under the final name; the next run sends the rest only")


def test_two_processes_fetch_the_same_file(server: Loopback, make: Make, note: Note, tmp_path: Path):
    begun, go = threading.Event(), threading.Event()

    def slowly(handler: Handler) -> None:
        handler.head(200, {"Content-Length": len(BODY), "ETag": '"v1"'})
        handler.body(BODY[:THIRD])
        begun.set()
        go.wait(20)
        handler.body(BODY[THIRD:])

    server.serve("/m/toy/v1/table.tsv", slowly)
    request = make(mirror=f"{server.url}/m")
    first = child(request, tmp_path)
    assert begun.wait(20)
    second = threading.Thread(target=fetch, args=(request,))
    second.start()
    time.sleep(0.2)
    assert second.is_alive()
    go.set()
    second.join(20)
    assert first.wait(20) == 0
    assert request.target.read_bytes() == BODY
    assert len(server.asked) == 1
    note("two processes want the same file", "one fetches, the other waits and finds it")


def test_progress_is_ten_log_lines(caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", logger="deepdep")
    with ByteProgress("table.tsv", 500, 10_000) as bar:
        for _ in range(95):
            bar.add(100)
    assert len(caplog.messages) == 9
    assert caplog.messages[-1].endswith("MB")
