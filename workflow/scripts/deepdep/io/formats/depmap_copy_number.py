"""DepMap gene-level copy number: log2(ratio+1) up to 23Q4, linear ratio from 24Q2 (1 = two copies).

Option ``release`` (24Q4) says which; ``scale`` (linear, log2_plus_1, log2) comes before it.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats import depmap_matrix
from deepdep.io.formats.base import Table, Wanted, expect, limits, suspect
from deepdep.io.formats.genes import to_log2_ratio

RELEASE = re.compile(r"^(\d{2})Q(\d)$")
FIRST_LINEAR = (24, 2)
SCALES = ("linear", "log2_plus_1", "log2")
# log2(129 + 1): a gene of 258 copies; linear ratios of a release go well beyond in some lines.
MOST_LOG, CENTER = 7.0, (0.7, 1.3)


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read as log2(ratio) = log2(CN/2); values that are not on the stated scale are refused."""
    scale = scale_of(path, wanted)
    table = depmap_matrix.read(path, wanted)
    values = table.frame.to_numpy(copy=True)
    check_scale(values, scale, path)
    counts: dict[str, Any] = {}
    if scale == "log2_plus_1":
        values = np.exp2(values) - 1
    if scale != "log2":
        counts = to_log2_ratio(values)
    frame = pd.DataFrame(values, index=table.frame.index, columns=table.frame.columns)
    return Table(frame, "log2(CN/2)", {**table.notes, **counts, "scale_of_source": scale})


def scale_of(path: str | Path, wanted: Wanted) -> str:
    """Tell the scale from the options."""
    scale = wanted.options.get("scale")
    if scale is not None:
        expect(scale in SCALES, path, f"unknown scale {scale!r}, one of {', '.join(SCALES)}")
        return scale
    release = str(wanted.option("release", path))
    found = RELEASE.match(release)
    if not found:
        remedy = "State the release (24Q4) or the scale (linear, log2_plus_1, log2)."
        raise InputError(f"{path}: release {release!r} says nothing of the scale.", remedy)
    return "linear" if (int(found[1]), int(found[2])) >= FIRST_LINEAR else "log2_plus_1"


def check_scale(values: np.ndarray, scale: str, path: str | Path) -> None:
    """Raise InputError where the values contradict the stated scale."""
    (low, high), middle = limits(values, path), float(np.nanmedian(values))
    seen = f"values from {low:g} to {high:g}, median {middle:g}"
    if scale == "log2":
        expect(low < 0 and abs(middle) < CENTER[0], path, f"{seen}: not log2(ratio)")
        return
    expect(low >= 0 and CENTER[0] <= middle <= CENTER[1], path, f"{seen}: neither ratio nor log2(ratio+1)")
    if scale == "log2_plus_1":
        expect(high <= MOST_LOG, path, f"{seen}: linear ratios, not log2(ratio+1)")
    else:
        suspect(high > MOST_LOG or values.size < 10**6, path, f"{seen}: low for ratios; is it log2(ratio+1)?")
