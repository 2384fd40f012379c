"""Copy number segments: their rows, and the mean at the position of each gene."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.text import Layout, few, position_of, read_columns, read_layout, to_numbers
from deepdep.log import logger

# Above the length of any chromosome: sample number x SPAN + position orders all segments in one axis.
SPAN = 10**10
LETTERS = {"X": "23", "Y": "24"}
NUMBERS = ("Start", "End", "Segment_Mean")


def segments_at(segments: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Return samples x genes: the mean of the segment that covers each gene's position.

    Start and end belong to the segment. Where segments of a sample overlap, the one that
    starts last of those covering the position is taken. NaN where none covers it.

    Parameters
    ----------
    segments
        As ``read_rows`` gives them.
    positions
        Columns gene, chrom (as in the segments), pos; base pairs of the same genome build.

    Returns
    -------
    pd.DataFrame
        samples (sorted) x genes, float32, in the units of the segment mean.
    """
    samples = pd.Index(np.sort(segments["sample"].unique()), name="sample")
    segments = segments.assign(code=samples.get_indexer(segments["sample"]))
    means = np.full((len(samples), len(positions)), np.nan, dtype=np.float32)
    groups = dict(iter(segments.groupby("chrom")))
    chromosomes = positions["chrom"].to_numpy()
    for chromosome, column in pd.Series(range(len(positions))).groupby(chromosomes):
        if chromosome in groups:
            genes = positions["pos"].to_numpy(dtype=np.int64)[column]
            means[:, column] = means_at(groups[chromosome], genes, len(samples))
    absent = sorted(set(chromosomes) - set(groups))
    if absent:
        logger.warning("segments: none on chromosomes %s of the gene positions", few(absent))
    return pd.DataFrame(means, index=samples, columns=positions["gene"].to_list())


def read_rows(path: str | Path) -> pd.DataFrame:
    """Read the columns sample, chrom, start, end and mean; the others are not looked at."""
    layout = read_layout(path)
    sample = layout.names.index("Sample") if "Sample" in layout.names else 0
    chrom = position_of(layout, "Chromosome")
    numbers = [position_of(layout, name) for name in NUMBERS]
    text = pa.dictionary(pa.int32(), pa.string())
    table = read_columns(layout, {sample: text, chrom: text, **dict.fromkeys(numbers, pa.float64())})
    start, end, mean = (to_numbers(table, i) for i in numbers)
    check_places(layout, start, end, mean)
    samples, chromosomes = (table.column(str(i)).to_pandas() for i in (sample, chrom))
    check_ids(samples.cat.categories, path, "sample")
    return pd.DataFrame(
        {
            "sample": samples.cat.categories.astype(str).to_numpy(dtype=object)[samples.cat.codes],
            "chrom": normal_chromosome(chromosomes.cat.categories.to_series()).to_numpy(dtype=object)[
                chromosomes.cat.codes
            ],
            "start": start.astype(np.int64),
            "end": end.astype(np.int64),
            "mean": mean,
        }
    )


def check_places(layout: Layout, start: np.ndarray, end: np.ndarray, mean: np.ndarray) -> None:
    """Raise InputError for a segment without start or end, that ends before it starts, or is infinite."""
    with np.errstate(invalid="ignore"):
        sound = (start >= 0) & (end >= start) & (end < SPAN) & ~np.isinf(mean)
    if not sound.all():
        bad = int(np.flatnonzero(~sound)[0])
        place = f"{layout.path}, segment {bad + 1}"
        found = f"Start {start[bad]:g}, End {end[bad]:g}, Segment_Mean {mean[bad]:g}"
        raise InputError(f"{place}: {found} is no segment.", "Correct or remove the row.")


def normal_chromosome(names: pd.Series) -> pd.Series:
    """Return chromosomes as bare numbers in text: chrX becomes 23, chrY 24."""
    return names.astype(str).str.strip().str.removeprefix("chr").replace(LETTERS)


def means_at(segments: pd.DataFrame, genes: np.ndarray, n_samples: int) -> np.ndarray:
    """Return samples x genes of one chromosome: the mean of the covering segment that starts last.

    Samples are laid one behind the other on one axis, so one search serves them all.
    """
    segments = segments.sort_values(["code", "start"])
    offset = segments["code"].to_numpy() * SPAN
    start, end = offset + segments["start"].to_numpy(), offset + segments["end"].to_numpy()
    reach = np.maximum.accumulate(end)
    wanted = (np.arange(n_samples)[:, None] * SPAN + genes).ravel()
    at = np.searchsorted(start, wanted, side="right") - 1
    means = np.full(len(wanted), np.nan)
    # A short segment inside a long one may have ended: step back while an earlier one reaches here.
    open_ = np.flatnonzero((at >= 0) & (reach[at] >= wanted))
    while len(open_):
        covers = end[at[open_]] >= wanted[open_]
        done = open_[covers]
        means[done] = segments["mean"].to_numpy()[at[done]]
        open_ = open_[~covers]
        at[open_] -= 1
    return means.reshape(n_samples, len(genes))
