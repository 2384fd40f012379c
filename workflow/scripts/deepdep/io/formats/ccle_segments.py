"""CCLE 2013 SNP6 segments: CCLE_name ... Segment_Mean, log2(CN/2), hg19, X and Y as letters."""

from pathlib import Path

from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.segment_rows import check_log2, segment_table
from deepdep.io.segments import read_rows
from deepdep.io.text import read_layout

HEAD = "CCLE_name"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read segments: sample, chrom, start, end, mean; ``sample_ids`` maps CCLE names."""
    first = read_layout(path).names[0]
    expect(first == HEAD, path, f"the first column is {first!r}, not {HEAD!r}")
    segments = read_rows(path)
    check_log2(segments, path)
    return segment_table(segments, wanted, path, "hg19")
