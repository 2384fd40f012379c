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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the faults that were staged, how often, and what came of them."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [
        (report, value) for report in reports for name, value in report.user_properties if name == "fault"
    ]
    if rows:
        terminalreporter.section("faults")
        terminalreporter.line("| fault | times | outcome |\n|---|---|---|")
    for report, (fault, times, outcome) in rows:
        terminalreporter.line(f"| {fault} | {times} | {outcome if report.passed else 'FAILED'} |")
