"""Benchmark of synthetic essentiality at the published sizes, by hand.

    python tests/benchmarks/flips.py [LINES [RUNS]]   7 lines are a fortieth of the 278

Incremental flips against the row formulation (both encoders for every pair), in one process and turn about.
The best of the runs is reported, as other work on the machine only adds; its load stands beside.
"""

import sys

from measure import run

LINES, MUTATIONS, GENES = 278, 4539, 1298


def main(lines: str = "7", runs: str = "3") -> None:
    """Measure, and hold against what is to be reached."""
    cost = run("flips_works.py", lines, runs)
    found = cost.seconds
    scores = MUTATIONS * GENES
    lines_of_output = [
        f"load {found['load']:.1f}, {found['threads']:.0f} threads; best of {runs} runs",
        f"product 4,096 x 250 x 250: {found['gflop_per_s']:.0f} GFLOP/s",
        f"flips: {found['line_s']:.2f} s a line ({found['line_cpu_s']:.2f} s of processor), "
        f"{found['line_s'] / scores * 1e9:.0f} ns a score",
        f"rows: {found['row_s'] * 1e9:.0f} ns a score; {found['row_s'] * scores / found['line_s']:.0f} times",
        f"multiply-adds of a line: {found['here']:.3g}, rows {found['rows']:.3g}: "
        f"{found['rows'] / found['here']:.0f} times",
        f"units of the head's first layer used: {found['used']:.0f}; idle flips: {found['still']:.0f}",
        f"largest difference to rows: {found['difference']:.1e}, scores' sd {found['sd']:.2f}",
        f"whole assay of {LINES} lines: {found['assay_min']:.1f} min, "
        f"from {lines} lines with summaries and states",
        f"peak {cost.peak:.2f} GB",
    ]
    sys.stdout.write("\n".join(lines_of_output) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
