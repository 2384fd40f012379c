"""Whether two parquet tables hold the same: ``python compare.py ONE OTHER`` prints counts as json."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS_AT_ONCE = 500


def compare(one: Path, other: Path, rows: int | None = None) -> dict[str, int]:
    """Count cells, and those that differ at all or by more than one step of float32.

    Names and texts have to be the same. By default ``pandas.read_csv`` is a little off for small
    numbers with many digits (3.794897224962659e-06 in plain notation), and so may end one step of
    float32 beside the nearest one.
    """
    names = pq.read_schema(one).names
    if names != pq.read_schema(other).names:
        raise ValueError(f"{one} and {other}: other columns")
    counts = {"cells": 0, "differ": 0, "differ_more": 0}
    for first in range(0, len(names), COLUMNS_AT_ONCE):
        some = names[first : first + COLUMNS_AT_ONCE]
        tables = [pq.read_table(path, columns=some).slice(0, rows) for path in (one, other)]
        for name in some:
            for key, count in zip(counts, differences(*(table[name] for table in tables)), strict=True):
                counts[key] += count
    return counts


def differences(one: pa.ChunkedArray, other: pa.ChunkedArray) -> tuple[int, int, int]:
    """Return cells, those that differ, and those that differ by more than one step of float32."""
    if one.type != other.type or len(one) != len(other):
        raise ValueError(f"{one.type} x {len(one)} and {other.type} x {len(other)}")
    if one.equals(other):
        return len(one), 0, 0
    if not pa.types.is_floating(one.type):
        return len(one), len(one), len(one)
    a, b = one.to_numpy(), other.to_numpy()
    differ = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    far = differ & ~(np.nextafter(a, b) == b)
    return len(a), int(differ.sum()), int(far.sum())


if __name__ == "__main__":
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else None
    sys.stdout.write(json.dumps(compare(Path(sys.argv[1]), Path(sys.argv[2]), limit)))
