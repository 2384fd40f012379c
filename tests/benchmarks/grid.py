"""Benchmarks of the numerical core at the published sizes, on simulated data: run by hand.

    python tests/benchmarks/grid.py            all
    python tests/benchmarks/grid.py rows       grid against row formulation, by block shape
    python tests/benchmarks/grid.py predict    8,238 tumours x 1,298 genes
    python tests/benchmarks/grid.py growth     time and memory by lines and genes
    python tests/benchmarks/grid.py training   the whole published training on a planted cohort, then the
                                               per-gene r of further lines by block shape (an hour)
    python tests/benchmarks/grid.py members    seeds side by side as one batched model, or in turn

Every contender runs in a process of its own. The 37.3 GiB of the published table of rows are
computed, not built: the row loop gathers 500 rows at a time.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Cost, run

LINES, GENES, TUMORS = 278, 1298, 8238
SHAPES = ((16, 32), (32, 64), (64, 128), (64, 256), (139, 649), (278, 1298))
GROWTH = ((100, 500), (278, 1298), (500, 3000), (1000, 9000), (2000, 18000))
GIB_OF_ROWS = 37.3
OMICS = ("mutation", "expression", "methylation", "copy_number")
EPOCHS, JOINT_EPOCHS = 100, 30  # fixed, where time is measured
MOST_EPOCHS = 100  # with early stopping
PATIENCE = {"autoencoder": 5, "joint": 3}
LARGE = ((64, 128), (64, 256), (139, 649))  # blocks whose r is held against that of 16 x 32
# An epoch of a large block has few steps, so that it takes more epochs, each many times faster.
LARGE_EPOCHS, LARGE_PATIENCE = 200, 40


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


TIMES = ["epochs", "total_s", "epoch_s", "step_s", "product_s", "times_products", "gflop_per_s"]


def training() -> Iterator[list[str]]:
    """Train as published with fixed epochs, then with early stopping; then by block shape."""
    with tempfile.TemporaryDirectory() as folder:
        yield ["part", *TIMES, "peak_gb", "note"]
        for patience in (0, 1):
            for omic in OMICS:
                size = (EPOCHS, PATIENCE["autoencoder"] if patience else EPOCHS)
                yield training_row(
                    f"{omic}{' stopped early' * patience}",
                    run("training_works.py", "autoencoder", omic, *map(str, size), folder),
                    "loss {loss:.4f}, PCA {pca_loss:.4f}",
                )
            size = (MOST_EPOCHS, PATIENCE["joint"]) if patience else (JOINT_EPOCHS, 0)
            yield training_row(
                f"joint 16 x 32{' stopped early' * patience}",
                run("training_works.py", "joint", "16", "32", *map(str, size), folder),
                "per-gene r {r:.3f}",
            )
        yield from curve(folder)


def training_row(part: str, cost: Cost, note: str) -> list[str]:
    """Describe what a part of the training took."""
    now = cost.seconds
    return [
        part,
        f"{now['epochs']:.0f}",
        f"{now['total']:.0f}",
        f"{now['epoch_s']:.2f}",
        f"{now['step_s']:.4f}",
        f"{now['product_s']:.4f}",
        f"{now['step_s'] / now['product_s']:.2f}",
        f"{now['gflop'] / now['step_s']:.0f}",
        f"{cost.peak:.2f}",
        note.format(**now),
    ]


def curve(folder: str | Path) -> Iterator[list[str]]:
    """Train large blocks until they stop improving; further lines say how good they are."""
    for lines, genes in LARGE:
        size = map(str, (lines, genes, LARGE_EPOCHS, LARGE_PATIENCE))
        cost = run("training_works.py", "joint", *size, folder)
        note = "per-gene r {r:.3f} at epoch {best_epoch}, {steps_per_epoch} steps, {pairs_per_s:,.0f} pairs/s"
        yield training_row(f"block {lines} x {genes}", cost, note)


def members() -> Iterator[list[str]]:
    """Train five seeds in turn and side by side, at the sizes of the demo and of the paper."""
    yield ["size", "block", "in_turn_s", "batched_s", "times"]
    for size in ("demo", "published"):
        for shape in ((16, 32), (64, 256)):
            found = run("members_works.py", size, *map(str, shape)).seconds
            speed = f"{found['in_turn'] / found['batched']:.2f}"
            times = [f"{found[name]:.4f}" for name in ("in_turn", "batched")]
            yield [size, "{} x {}".format(*shape), *times, speed]


BENCHMARKS = {
    "rows": rows,
    "predict": predict,
    "growth": growth,
    "training": training,
    "members": members,
}


def main() -> None:
    """Run the benchmarks named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="all if none")
    for name in parser.parse_args().names or BENCHMARKS:
        table = []
        for row in BENCHMARKS[name]():
            table.append(row)
            sys.stderr.write("\t".join(row) + "\n")  # at once: a benchmark takes up to an hour
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ("  ".join(map(str.rjust, row, widths)) for row in table)
        sys.stdout.write(f"{name}\n" + "".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
