"""``python generate_files.py NAME PATH SCALE`` writes the source of one benchmark."""

import sys
from functools import partial
from pathlib import Path

import generate
from generate_maf import mc3

MAKERS = {
    "methylation": generate.methylation,
    "expression": generate.expression,
    "mc3": mc3,
    "segments": generate.segments,
    "binning": generate.segment_parquet,
    "columns_4000": partial(generate.matrix, rows=4000),
    "columns_10000": partial(generate.matrix, rows=10_000),
}

if __name__ == "__main__":
    name, path, scale = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    MAKERS[name](path, scale)
    if name in ("segments", "binning"):
        generate.bins_table(path.with_name("bins.parquet"))
