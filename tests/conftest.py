"""Fixtures that several tests share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real test data, or skip where it is not at hand."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.exists():
        pytest.skip(f"no real test data at {folder}")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole studies first: side by side, the last file to start decides when all are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
