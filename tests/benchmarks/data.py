"""Benchmarks of the data layer at full size, on generated files: run by hand, not by pytest.

    python tests/benchmarks/data.py                       all, about 13 GB of files under /tmp/bench
    python tests/benchmarks/data.py segments --scale 0.01 one, small

Both contenders read the same file, warm in the page cache, each in a process of its own; the
results are compared. Generating is not measured.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from measure import Cost, run, warm

FULL = 1.0
MOST_GB = 4.0
TIMES = 3.0
HEAD = (
    "benchmark",
    "contender",
    "open_s",
    "read_s",
    "total_s",
    "cpu_s",
    "peak_gb",
    "read_x",
    "total_x",
    "result",
)


@dataclass(frozen=True)
class Benchmark:
    """One source file, read by two contenders.

    Parameters
    ----------
    work
        Name in ``contenders.WORKS``.
    plain
        What the other contender is.
    target
        Says what of the targets is missed: of our cost, and of theirs.
    text
        Targets in words.
    make
        Name in ``generate_files.MAKERS``; the work's if empty.
    other
        End of the file the plain contender reads, if it is another one.
    rows
        Rows compared; all if None.
    """

    work: str
    plain: str
    target: Callable[[Cost, Cost], list[str]]
    text: str
    make: str = ""
    other: str = ""
    rows: int | None = None


def reading(ours: Cost, plain: Cost) -> list[str]:
    """Return what misses the targets of a reader."""
    missed = [] if ours.peak <= MOST_GB else [f"peak {ours.peak:.1f} GB"]
    for phase in ("read", "total"):
        times = plain.seconds[phase] / ours.seconds[phase]
        missed += [] if times >= TIMES else [f"{phase} x {times:.2f}"]
    return missed


def opening(ours: Cost, _: Cost) -> list[str]:
    """Return what misses the targets of a parquet table."""
    late = {phase: most for phase, most in (("open", 10), ("read", 1)) if ours.seconds[phase] >= most}
    return [f"{phase} not under {most} s" for phase, most in late.items()]


def scoring(ours: Cost, _: Cost) -> list[str]:
    """Return what misses the target of binning."""
    return [] if ours.seconds["total"] < 30 else ["not under 30 s"]


READING = f"read and total {TIMES:g} times faster, peak <= {MOST_GB:g} GB"
OPENING = "opens in < 10 s, 500 columns in < 1 s"
BENCHMARKS = {
    "methylation": Benchmark("methylation", "pandas.read_csv", reading, READING),
    "expression": Benchmark("expression", "pandas.read_csv", reading, READING),
    "mc3": Benchmark("mc3", "pandas.read_csv", reading, READING),
    "segments": Benchmark("segments", "pandas.read_csv", reading, READING),
    "columns_4000": Benchmark(
        "columns", "DataFrame.to_parquet", opening, OPENING, "columns_4000", ".default.parquet"
    ),
    "columns_10000": Benchmark(
        "columns", "DataFrame.to_parquet", opening, OPENING, "columns_10000", ".default.parquet"
    ),
    "binning": Benchmark("binning", "loop, extrapolated", scoring, "< 30 s", rows=3),
}


def costs(name: str, scale: float, folder: Path) -> tuple[Cost, Cost, str]:
    """Generate a file, run both contenders, compare what they wrote, and remove all files."""
    job = BENCHMARKS[name]
    source, outs = folder / f"{name}.source", [folder / f"{name}.{who}.parquet" for who in ("ours", "plain")]
    other = source.with_suffix(job.other) if job.other else source
    bins = folder / "bins.parquet"
    try:
        run("generate_files.py", job.make or job.work, source, str(scale))
        found = []
        for who, path, out in zip(("ours", "plain"), (source, other), outs, strict=True):
            warm(path)
            found.append(run("contenders.py", f"{job.work}.{who}", path, out))
        same = run("compare.py", *outs, *([str(job.rows)] if job.rows else [])).seconds
    finally:
        for path in (source, other, bins, *outs):
            path.unlink(missing_ok=True)
    return *found, contents(same)


def contents(counts: dict[str, float]) -> str:
    """Say in words how the two tables compare."""
    if counts["differ_more"]:
        return f"CONTENTS DIFFER in {counts['differ_more']:,} of {counts['cells']:,} cells"
    if counts["differ"]:
        return f"contents equal, {counts['differ']} of {counts['cells']:,} cells within one step of float32"
    return "contents equal"


def rows_of(name: str, scale: float, folder: Path) -> Iterator[list[str]]:
    """Run a benchmark; yield its two rows of the table."""
    ours, plain, same = costs(name, scale, folder)
    job = BENCHMARKS[name]
    missed = job.target(ours, plain)
    verdict = f"missed: {', '.join(missed)}" if missed else "met"
    result = f"{verdict} ({job.text}); {same}" if scale >= FULL else f"no target at this scale; {same}"
    yield [name, "deepdep", *figures(ours), "1.00", "1.00", result]
    ratios = (plain.seconds.get(phase, 0) / ours.seconds.get(phase, 1) for phase in ("read", "total"))
    yield [name, job.plain, *figures(plain), *(f"{ratio:.2f}" if ratio else "" for ratio in ratios), ""]


def figures(cost: Cost) -> list[str]:
    """Return seconds by phase, processor seconds and peak memory as texts."""
    phases = (cost.seconds.get(phase) for phase in ("open", "read", "total"))
    return [
        *("" if value is None else f"{value:.2f}" for value in phases),
        f"{cost.cpu:.1f}",
        f"{cost.peak:.2f}",
    ]


def as_text(rows: list[list[str]]) -> str:
    """Align a table."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main() -> int:
    """Run the benchmarks named; 1 where contents differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all if none")
    parser.add_argument("--scale", type=float, default=FULL, help="1 is the size of the official files")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/bench"), help="for generated files")  # noqa: S108
    parser.add_argument("--out", type=Path, help="the table as TSV too")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = [list(HEAD)]
    for name in options.names or BENCHMARKS:
        sys.stderr.write(f"{name}, load {os.getloadavg()[0]:.1f}\n")
        rows += rows_of(name, options.scale, options.folder)
    if options.out:
        options.out.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    sys.stdout.write(as_text(rows) + "\n")
    return int(any("DIFFER" in row[-1] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
