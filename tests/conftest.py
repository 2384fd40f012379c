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
    """Print what tests recorded to be printed, of those that pass too, and the table of staged faults."""
    faults = []
    for report in (report for reports in list(terminalreporter.stats.values()) for report in reports):
        for name, value in getattr(report, "user_properties", ()):
            if name == "printed" and report.when == "call":
                terminalreporter.section(report.nodeid)
                terminalreporter.line(value)
            if name == "fault" and report.when == "call":
                fault, times, outcome = value
                faults.append(f"| {fault} | {times} | {outcome if report.passed else 'FAILED'} |")
    if faults:
        terminalreporter.section("faults")
        terminalreporter.line("\n".join(["| fault | times | outcome |", "|---|---|---|", *faults]))
