"""Fixtures of the workflow's tests."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import Finished, Row, end_all, run
from micro import MICRO
from runs import copy_tree, write_config


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's tree, without results, for the tests of one file."""
    return copy_tree(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Run the micro study undisturbed, once for the tests of faults of a process."""
    folder = copy_tree(tmp_path_factory.mktemp("undisturbed"))
    write_config(folder / "study.yaml", MICRO)
    begun = time.monotonic()
    done = run(folder)
    assert done.status == 0, done.text
    return Finished(folder, time.monotonic() - begun)


@pytest.fixture
def study(finished: Finished, tmp_path: Path) -> Iterator[Path]:
    """Return a copy of the finished study that a test may damage."""
    yield Path(shutil.copytree(finished.folder, tmp_path / "project"))
    end_all()


@pytest.fixture
def row(record_property: pytest.FixtureRequest) -> Row:
    """Return what enters a row (fault, times, outcome) into the table that pytest prints at its end."""
    return lambda fault, times, outcome: record_property("fault", (fault, times, outcome))
