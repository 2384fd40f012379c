"""Fixtures of the workflow's tests."""

from pathlib import Path

import pytest
from runs import copy_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's tree, without results, for the tests of one file."""
    return copy_tree(tmp_path_factory.mktemp("project"))
