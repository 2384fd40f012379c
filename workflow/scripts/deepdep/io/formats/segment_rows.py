"""Steps the readers of copy number segments share."""

from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import check_build
from deepdep.io.formats.base import Table, Wanted, choose_samples, expect
from deepdep.io.text import few
from deepdep.log import logger

# X may be written X or 23, Y may be written Y or 24 or be absent; anything else is not expected.
CHROMOSOMES = {str(number) for number in range(1, 25)}
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
    mitochondrial = segments["chrom"].isin(["M", "MT"])
    segments = segments[~mitochondrial]
    strange = sorted(set(segments["chrom"].unique()) - CHROMOSOMES)
    expect(not strange, path, f"chromosomes other than 1 to 22, X or 23, Y or 24: {few(strange)}")
    check_build(segments, build, f"{path}: segments")
    names = list(segments["sample"].unique())
    samples = choose_samples(names, wanted, path)
    ids = pd.Series(samples.ids, index=[names[at] for at in samples.positions])
    chosen = each_once(segments[segments["sample"].isin(ids.index)], path)
    chosen = chosen.assign(sample=chosen["sample"].map(ids)).reset_index(drop=True)
    facts = {"build": build, "has_y": bool((chosen["chrom"] == "24").any())}
    return Table(chosen, LOG2, {**samples.notes, **facts, "mitochondrial_rows": int(mitochondrial.sum())})


def each_once(segments: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Keep one of segments that stand twice; two means of one segment raise InputError."""
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


def check_log2(segments: pd.DataFrame, path: str | Path) -> None:
    """Raise InputError unless means are log2 ratios."""
    low, high = segments["mean"].min(), segments["mean"].max()
    expect(low < 0, path, f"segment means from {low:g} to {high:g}, none negative: linear, not log2")
