"""Benchmarks of the numerical core at the published sizes, on simulated data: run by hand.

    python tests/benchmarks/grid.py            all
    python tests/benchmarks/grid.py rows       grid against row formulation, by block shape
    python tests/benchmarks/grid.py predict    8,238 tumours x 1,298 genes
    python tests/benchmarks/grid.py growth     time and memory by lines and genes

Every contender runs in a process of its own. The 37.3 GiB of the published table of rows are
computed, not built: the row loop gathers 500 rows at a time.
"""

import argparse
import sys
from collections.abc import Iterator

from measure import run

LINES, GENES, TUMORS = 278, 1298, 8238
SHAPES = ((16, 32), (32, 64), (64, 128), (64, 256), (139, 649), (278, 1298))
GROWTH = ((100, 500), (278, 1298), (500, 3000), (1000, 9000), (2000, 18000))
GIB_OF_ROWS = 37.3


def rows() -> Iterator[list[str]]:
    """Compare pairs per second and memory of blocks with those of rows."""
    yield ["formulation", "steps_per_epoch", "s_per_step", "pairs_per_s", "times_rows", "peak_gb"]
    plain = run("grid_works.py", "rows", str(LINES), str(GENES), "500")
    base = plain.seconds["pairs_per_s"]
    for name, cost in (("rows of 500", plain), *((f"block {a} x {b}", None) for a, b in SHAPES)):
        found = cost or run("grid_works.py", "grid", str(LINES), str(GENES), *name.split()[1::2])
        now = found.seconds
        speed = [f"{now['steps_per_epoch']:.0f}", f"{now['step_s']:.3f}", f"{now['pairs_per_s']:,.0f}"]
        yield [name, *speed, f"{now['pairs_per_s'] / base:.1f}", f"{found.peak:.2f}"]
    yield ["table of rows, computed", "", "", "", "", f"{GIB_OF_ROWS * 1.0737:.1f}"]


def predict() -> Iterator[list[str]]:
    """Predict all tumours with one member and with three."""
    yield ["members", "s", "s_per_member", "peak_gb"]
    for members in (1, 3):
        cost = run("grid_works.py", "predict", str(TUMORS), str(GENES), str(members))
        found = cost.seconds
        yield [str(members), f"{found['total']:.1f}", f"{found['member_s']:.1f}", f"{cost.peak:.2f}"]


def growth() -> Iterator[list[str]]:
    """Measure an epoch by the size of the grid, in blocks of 64 x 256."""
    yield ["lines", "genes", "cells", "s_per_epoch", "ns_per_cell", "peak_gb"]
    for lines, genes in GROWTH:
        cost = run("grid_works.py", "grid", str(lines), str(genes), "64", "256")
        cells, seconds = lines * genes, lines * genes / cost.seconds["pairs_per_s"]
        yield [
            *(f"{value:,}" for value in (lines, genes, cells)),
            f"{seconds:.1f}",
            f"{seconds / cells * 1e9:,.0f}",
            f"{cost.peak:.2f}",
        ]


BENCHMARKS = {"rows": rows, "predict": predict, "growth": growth}


def main() -> None:
    """Run the benchmarks named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="all if none")
    for name in parser.parse_args().names or BENCHMARKS:
        table = list(BENCHMARKS[name]())
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ("  ".join(map(str.rjust, row, widths)) for row in table)
        sys.stdout.write(f"{name}\n" + "".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
