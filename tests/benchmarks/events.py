"""Benchmark of omics-driven events: all features x genes of a study as large as the paper's.

    python tests/benchmarks/events.py --folder FOLDER [--scale 1.0]

The folder gets the tables (800 MB at scale 1), noise with cancer types and shared factors in it, so
that a good part of the pairs are events; the scores are made from the same factors. Prints minutes,
processor time and peak memory of a process that does what the rules find_events do, omic after omic.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from measure import LIBRARY, run, warm

sys.path.insert(0, str(LIBRARY))
from deepdep.io.parquet import write_matrix, write_table

FEATURES = {"mutation": 4539, "expression": 6016, "methylation": 6617, "copy_number": 7460}
TUMORS, GENES, TYPES, FACTORS, GAPS = 8238, 1298, 32, 20, 0.02


def factor_values(rng: np.random.Generator, factors: np.ndarray, columns: int) -> pd.DataFrame:
    """Return samples x columns float32 that load on the factors."""
    loads = rng.normal(size=(FACTORS, columns)).astype(np.float32) / FACTORS**0.5
    values = 0.5 * factors @ loads + rng.standard_normal((len(factors), columns), dtype=np.float32)
    index = [f"T{i}" for i in range(len(factors))]
    return pd.DataFrame(values, index=index, columns=[f"C{i}" for i in range(columns)])


def make(folder: Path, scale: float) -> None:
    """Write the tables that are not there yet."""
    rng = np.random.default_rng(1)
    tumors = int(TUMORS * scale)
    kind = rng.integers(TYPES, size=tumors)
    factors = rng.normal(size=(tumors, FACTORS)) + rng.normal(size=(TYPES, FACTORS))[kind]
    factors = factors.astype(np.float32)
    for omic, count in {"scores": GENES, **FEATURES}.items():
        values = factor_values(rng, factors, max(int(count * scale), 2))
        if omic == "mutation":
            values = (values > 2.2).astype(np.float32)
        if omic == "methylation":  # some probes are on one platform only
            values.iloc[: tumors // 4, : int(values.shape[1] * GAPS)] = np.nan
        write_matrix(values, folder / f"{omic}.parquet", "noise")
    samples = pd.DataFrame({"sample": [f"T{i}" for i in range(tumors)], "group": [f"t{k}" for k in kind]})
    write_table(samples, folder / "samples.parquet", "samples")


def main() -> None:
    """Make the tables in a process of their own (this one has to stay small), run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--make", action="store_true")
    given = parser.parse_args()
    if given.make:
        make(given.folder, given.scale)
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    run("events.py", "--folder", given.folder, "--scale", str(given.scale), "--make")
    for path in given.folder.glob("*.parquet"):
        warm(path)
    cost = run("events_works.py", given.folder)
    print(json.dumps({"minutes": cost.seconds["total"] / 60, "cpu_minutes": cost.cpu / 60,  # noqa: T201
                      "peak_gb": cost.peak, **cost.seconds}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
