"""A server that hangs: the download gives up in its time, and says which file and what to do."""

import sys
import time
from pathlib import Path

import pytest
from faults import Row, assert_clear
from runs import ROOT, copy_tree, snakemake, write_config

sys.path.insert(0, str(ROOT / "tests/unit"))  # the server that misbehaves as told
from loopback import Answer, Handler, Loopback

from deepdep.io.manifest import read_manifest

pytestmark = pytest.mark.slow
BYTES = 1000
FILE = next(row for row in read_manifest(ROOT / "config/datasets.tsv") if row.access == "open")


def hang(handler: Handler) -> None:
    """Accept and never answer."""
    handler.server.owner.over.wait()


def stall(handler: Handler) -> None:
    """Begin the file and stop in its middle."""
    handler.head(200, {"Content-Length": BYTES, "ETag": '"v1"'})
    handler.body(b"x" * (BYTES // 2))
    handler.server.owner.over.wait()


@pytest.mark.parametrize("answer", [hang, stall])
def test_hanging_download_through_the_workflow(answer: Answer, tmp_path: Path, row: Row):
    """One retry of the script's, one of the rule's; the file's own address is closed to the test."""
    folder = copy_tree(tmp_path / "project")
    shut_out(folder)
    with Loopback() as server:
        server.serve(f"/{FILE.name}", answer)
        server.serve(f"/{FILE.file}", answer)
        settings = {"mirror": server.url, "download": {"retries": 1, "timeout": 1}}
        write_config(folder / "net.yaml", settings)
        begun = time.monotonic()
        done = snakemake(folder, FILE.path, "--configfile", "net.yaml", timeout=300)
        seconds, asked = time.monotonic() - begun, len(server.asked)
    assert done.status != 0
    assert asked >= 4
    assert_clear(done.text, FILE.name, "stalled: no data before the time-out", "Remedy: ", "local_files")
    assert not (folder / FILE.path).exists()
    row(
        f"download that hangs ({answer.__name__})",
        asked,
        f"gave up in {seconds:.0f} s; file and remedy named",
    )


def shut_out(folder: Path) -> None:
    """Have the manifest name an address of the test file's that no server answers."""
    path = folder / "config/datasets.tsv"
    path.write_text(path.read_text().replace(FILE.url, "https://127.0.0.1:9/closed"))
