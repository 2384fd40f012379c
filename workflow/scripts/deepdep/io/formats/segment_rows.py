"""Steps the readers of copy number segments share."""

from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import check_build
from deepdep.io.formats.base import Table, Wanted, choose_samples, expect
from deepdep.io.segments import SPAN
from deepdep.io.text import few
from deepdep.log import logger

# X may be written X or 23, Y may be written Y or 24 or be absent; anything else is not expected.
CHROMOSOMES = {str(number) for number in range(1, 25)}
MITOCHONDRIAL = {"M", "MT"}
LOG2 = "log2(CN/2)"
PLACE = ["sample", "chrom", "start", "end"]


def segment_table(segments: pd.DataFrame, wanted: Wanted, path: str | Path, build: str) -> Table:
    """Give rows sample, chrom, start, end, mean the ids wanted; mitochondrial rows are left out.

    Raises
    ------
    InputError
        An unknown chromosome, segments beyond the ends of the chromosomes of ``build``, or one
        segment with two means.
    """
    chrom, chromosomes = pd.factorize(segments["chrom"])
    strange = sorted(set(chromosomes) - CHROMOSOMES - MITOCHONDRIAL)
    expect(not strange, path, f"chromosomes other than 1 to 22, X or 23, Y or 24: {few(strange)}")
    mitochondrial = chromosomes.isin(MITOCHONDRIAL)[chrom]
    segments = take(segments, ~mitochondrial)
    check_build(segments, build, f"{path}: segments")
    number, names = pd.factorize(segments["sample"])
    samples = choose_samples(list(names), wanted, path)
    ids = np.full(len(names), None, dtype=object)
    ids[samples.positions] = samples.ids
    kept = pd.notna(ids)[number]
    chosen = each_once(take(segments, kept), path)
    chosen = chosen.assign(sample=ids[names.get_indexer(pd.Index(chosen["sample"]))]).reset_index(drop=True)
    facts = {"build": build, "has_y": bool((chosen["chrom"] == "24").any())}
    return Table(chosen, LOG2, {**samples.notes, **facts, "mitochondrial_rows": int(mitochondrial.sum())})


def take(segments: pd.DataFrame, kept: np.ndarray) -> pd.DataFrame:
    """Return some of the rows, the frame itself where it is all of them."""
    return segments if kept.all() else segments[kept]


def each_once(segments: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Keep one of segments that stand twice; two means of one segment raise InputError."""
    if starts_differ(segments):
        return segments
    single = segments.drop_duplicates()
    if len(single) < len(segments):
        logger.warning("%s: %d repeated segments count once", path, len(segments) - len(single))
    twice = single[single.duplicated(PLACE)]
    if len(twice):
        sample, chrom, start, end = twice[PLACE].iloc[0]
        place = f"sample {sample!r}, chromosome {chrom}, {start} to {end}"
        remedy = "Keep one of the rows."
        raise InputError(f"{path}: {place}: this segment stands twice with conflicting means.", remedy)
    return single


def starts_differ(segments: pd.DataFrame) -> bool:
    """Say whether no two segments of a sample start at one place: quick, and so in most files."""
    sample, names = pd.factorize(segments["sample"])
    chrom, chromosomes = pd.factorize(segments["chrom"])
    place = (sample * np.int64(len(chromosomes)) + chrom) * SPAN + segments["start"].to_numpy()
    return len(names) * len(chromosomes) < np.iinfo(np.int64).max // SPAN and pd.Index(place).is_unique


def check_log2(segments: pd.DataFrame, path: str | Path) -> None:
    """Raise InputError unless means are log2 ratios."""
    low, high = segments["mean"].min(), segments["mean"].max()
    expect(low < 0, path, f"segment means from {low:g} to {high:g}, none negative: linear, not log2")
