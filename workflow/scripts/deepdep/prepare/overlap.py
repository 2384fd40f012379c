"""Overlap of segments with intervals, for all samples at once.

Samples and chromosomes are laid on one axis each; a binary search gives the run of intervals
every segment reaches, and only pairs that meet are made, some million at a time. A sum is made
of its terms in the order of the segments, so it has the exactness of a loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.io.segments import SPAN
from deepdep.io.text import few
from deepdep.log import logger

PAIRS = 2_000_000


@dataclass(frozen=True)
class Block:
    """Sums of some samples: rows of the result, and samples x intervals in base pairs."""

    rows: slice
    weighted: np.ndarray
    covered: np.ndarray


@dataclass(frozen=True)
class Axis:
    """Intervals by start on one axis of all chromosomes, and the reach of those before each."""

    order: np.ndarray
    start: np.ndarray
    end: np.ndarray
    reach: np.ndarray


def overlap_blocks(segments: pd.DataFrame, samples: pd.Index, intervals: pd.DataFrame) -> Iterator[Block]:
    """Yield, for a few samples at a time, overlap x mean summed over segments, and the overlap itself.

    Parameters
    ----------
    segments
        Columns sample, chrom, start, end, mean; start and end (base pairs, whole or not) belong
        to the segment. Segments that overlap each other all count.
    samples
        Samples in the order wanted.
    intervals
        Columns chrom, start, end; in any order, overlapping or not.
    """
    codes = {chrom: code for code, chrom in enumerate(pd.unique(intervals["chrom"]))}
    axis = lay_out(intervals, codes)
    usable = usable_segments(segments, codes, samples)
    shift = usable["chrom"].map(codes).to_numpy(dtype=np.float64) * SPAN
    start, end = shift + usable["start"].to_numpy(), shift + usable["end"].to_numpy()
    mean, code = usable["mean"].to_numpy(np.float64), usable["code"].to_numpy()
    low = np.searchsorted(axis.reach, start, side="left")
    count = np.maximum(np.searchsorted(axis.start, end, side="right") - low, 0)
    step = max(1, PAIRS // max(len(intervals), 1))
    for first in range(0, len(samples), step):
        rows = slice(first, min(first + step, len(samples)))
        part = slice(*np.searchsorted(code, [rows.start, rows.stop]))
        shape = (rows.stop - rows.start, len(intervals))
        segment = np.repeat(np.arange(part.start, part.stop), count[part])
        place = run_places(low[part], count[part])
        overlap = (
            np.minimum(end[segment], axis.end[place]) - np.maximum(start[segment], axis.start[place]) + 1
        )
        overlap = np.maximum(overlap, 0)
        cell = (code[segment] - rows.start) * shape[1] + axis.order[place]
        weighted = np.bincount(cell, overlap * mean[segment], shape[0] * shape[1]).reshape(shape)
        yield Block(rows, weighted, np.bincount(cell, overlap, weighted.size).reshape(shape))


def lay_out(intervals: pd.DataFrame, codes: dict[str, int]) -> Axis:
    """Sort intervals by chromosome and start."""
    shift = intervals["chrom"].map(codes).to_numpy(dtype=np.float64) * SPAN
    start, end = shift + intervals["start"].to_numpy(), shift + intervals["end"].to_numpy()
    order = np.argsort(start, kind="stable")
    return Axis(order, start[order], end[order], np.maximum.accumulate(end[order]))


def usable_segments(segments: pd.DataFrame, codes: dict[str, int], samples: pd.Index) -> pd.DataFrame:
    """Return the segments on chromosomes of the intervals, with a sample number, by sample.

    Segments without a mean are left out, with a warning.
    """
    empty = segments["mean"].isna()
    if empty.any():
        names = few(segments["sample"][empty].unique())
        logger.warning("segments: %d without a mean left out, of samples %s", empty.sum(), names)
    kept = segments[~empty & segments["chrom"].isin(list(codes))]
    kept = kept.assign(code=samples.get_indexer(pd.Index(kept["sample"])))
    return kept[kept["code"] >= 0].sort_values("code", kind="stable")


def run_places(low: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return low, low + 1, ... for each run of ``count``, one behind the other."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count - low, count)
