"""TCGA PanCanAtlas SNP6 segments (whitelisted): Sample ... Segment_Mean, log2(CN/2), hg19.

Tumour and normal aliquots, several per sample; positions and means may be in scientific notation.
"""

from pathlib import Path

from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.segment_rows import check_log2, segment_table
from deepdep.io.segments import read_rows
from deepdep.io.text import read_layout

HEAD = "Sample"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read segments of the aliquots chosen: sample, chrom, start, end, mean."""
    expect(HEAD in read_layout(path).names, path, f"no column {HEAD!r}")
    segments = read_rows(path)
    check_log2(segments, path)
    return segment_table(segments, wanted, path, "hg19")
