"""DepMap segments: OmicsCNSegmentsProfile (to 24Q4), OmicsCNSegmentsWGS (from 25Q3), CCLE_segment_cn.

Means are linear ratios (1 = two copies); hg38, but hg19 in CCLE_segment_cn.csv (22Q2), whose scale
nobody states: it is checked. ``sample_ids`` maps ProfileID to ModelID (OmicsProfiles.csv).
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.genes import LOWEST_RATIO
from deepdep.io.formats.segment_rows import segment_table
from deepdep.io.segments import check_places, normal_chromosome
from deepdep.io.text import few, position_of, read_columns, read_layout, to_numbers


class Names(NamedTuple):
    """What a release calls its columns, and its build."""

    sample: str
    chrom: str
    start: str
    end: str
    mean: str
    build: str
    default: str | None = None


PROFILE = Names("ProfileID", "Chromosome", "Start", "End", "SegmentMean", "hg38")
GENOME = Names("ModelID", "CONTIG", "START", "END", "SEGMENT_COPY_NUMBER", "hg38", "IsDefaultEntryForModel")
ARRAY = Names("DepMap_ID", "Chromosome", "Start", "End", "Segment_Mean", "hg19")


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read segments as log2(ratio); ratios below 0.001 count as 0.001."""
    layout = read_layout(path)
    names = next((form for form in (PROFILE, GENOME, ARRAY) if form.mean in layout.names), None)
    if names is None:
        means = few(form.mean for form in (PROFILE, GENOME, ARRAY))
        remedy = "Provide OmicsCNSegmentsProfile.csv or OmicsCNSegmentsWGS.csv."
        raise InputError(f"{path}: no column {means}; it has {few(layout.names, 12)}.", remedy)
    at = [position_of(layout, name) for name in names[:5]]
    flag = [position_of(layout, names.default)] if names.default else []
    text = pa.dictionary(pa.int32(), pa.string())
    kinds = {**dict.fromkeys([*at[:2], *flag], text), **dict.fromkeys(at[2:], pa.float64())}
    table = read_columns(layout, kinds)
    start, end, mean = (to_numbers(table, i) for i in at[2:])
    check_places(layout, start, end, mean)
    expect(not (mean < 0).any(), path, "negative segment means: log2, not linear ratios")
    sample, chrom = (table.column(str(i)).to_pandas().astype(str) for i in at[:2])
    rows = pd.DataFrame({"sample": sample, "chrom": normal_chromosome(chrom)})
    rows = rows.assign(start=start.astype(np.int64), end=end.astype(np.int64))
    rows["mean"] = np.log2(np.maximum(mean, LOWEST_RATIO))
    keep = defaults(table.column(str(flag[0])).to_pandas(), path) if flag else np.ones(len(rows), bool)
    result = segment_table(rows[keep], wanted, path, names.build)
    low = int((mean < LOWEST_RATIO).sum())
    return Table(result.frame, result.units, {**result.notes, "ratios_below_0.001_set_to_it": low})


def defaults(flags: pd.Series, path: str | Path) -> np.ndarray:
    """Tell which rows are of a model's default run; flags other than Yes and No raise InputError."""
    odd = sorted(set(flags.unique()) - {"Yes", "No"})
    expect(not odd, path, f"column {GENOME.default!r}: values other than Yes and No: {few(odd)}")
    return (flags == "Yes").to_numpy()
