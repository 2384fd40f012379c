"""The benchmarks of the data layer run, small, and both contenders write the same."""

import csv
import subprocess
import sys
from pathlib import Path

NAMES = ("methylation", "expression", "mc3", "segments", "columns_4000", "binning")


def run(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    """Run the benchmarks' command."""
    command = [sys.executable, root / "tests/benchmarks/data.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_both_contenders_write_the_same(root: Path, tmp_path: Path):
    table, folder = tmp_path / "results.tsv", tmp_path / "files"
    done = run(root, *NAMES, "--scale", "0.0005", "--folder", folder, "--out", table)
    assert done.returncode == 0, done.stderr
    with table.open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert [row["benchmark"] for row in rows] == [name for name in NAMES for _ in range(2)]
    for ours in rows[::2]:
        assert "contents equal" in ours["result"], ours
    for row in rows:
        assert float(row["total_s"]) > 0, row
        assert 0.05 < float(row["peak_gb"]) < 1, row
    assert list(folder.iterdir()) == []


def test_unknown_benchmark_lists_the_others(root: Path):
    done = run(root, "methylatoin")
    assert done.returncode == 2
    assert "no benchmark methylatoin; there are methylation, expression" in done.stderr
