"""What is measured: one piece of work per process, ours or the plain way.

``python contenders.py WORK SOURCE OUT`` runs one and prints its seconds as json: ``read`` for the
reading alone and ``total`` up to the written parquet. Imports are done before the clock starts.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from deepdep.io import formats
from deepdep.io.formats.base import Wanted
from deepdep.io.formats.genes import to_log2_tpm
from deepdep.io.formats.maf_rows import damaging_class, flags, maf_table
from deepdep.io.identifiers import unique_symbols
from deepdep.io.maf import CLASS, FILTER, GENE, SAMPLE
from deepdep.io.parquet import read_header, read_table, write_matrix
from deepdep.io.segments import normal_chromosome
from deepdep.prepare.bins import bin_copy_number

BINS = "bins.parquet"
SEGMENT_COLUMNS = ["Sample", "Chromosome", "Start", "End", "Segment_Mean"]
LOOPED = 3
COLUMNS_READ = 500
Seconds = dict[str, float]


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.start = time.perf_counter()

    def now(self) -> float:
        """Return the seconds up to now."""
        return time.perf_counter() - self.start


def convert(name: str) -> Callable[[Path, Path], Seconds]:
    """Return the work of ``formats.convert``; its call of ``read`` is timed on the way."""

    def work(path: Path, out: Path) -> Seconds:
        seconds, read, clock = {}, formats.read, Clock()

        def timed(*arguments: Any) -> formats.Table:
            table = read(*arguments)
            seconds["read"] = clock.now()
            return table

        formats.read = timed
        formats.convert(name, path, out)
        return {**seconds, "total": clock.now()}

    return work


def pandas_wide(path: Path) -> pd.DataFrame:
    """Read features x samples text with pandas, float32.

    All at once: by chunks, pandas needs longer for thousands of columns.
    """
    with path.open() as lines:
        names = next(csv.reader(lines, delimiter="\t"))
    types = {names[0]: str, **dict.fromkeys(names[1:], np.float32)}
    return pd.read_csv(path, sep="\t", index_col=0, dtype=types, low_memory=False)


def pandas_methylation(path: Path, out: Path) -> Seconds:
    """Read and transpose beta values with pandas."""
    clock = Clock()
    frame = pandas_wide(path)
    seconds = {"read": clock.now()}
    write_matrix(frame.T, out, "pandas")
    return {**seconds, "total": clock.now()}


def pandas_expression(path: Path, out: Path) -> Seconds:
    """Read expression with pandas; symbols and logarithms by the project's own steps."""
    clock = Clock()
    frame = pandas_wide(path)
    symbols, _ = unique_symbols(frame.index, path)
    frame = frame[symbols.notna().to_numpy()].set_axis(symbols.dropna().to_list())
    values = frame.to_numpy()
    to_log2_tpm(values)
    frame = pd.DataFrame(values.T, index=frame.columns, columns=frame.index)
    seconds = {"read": clock.now()}
    write_matrix(frame, out, "pandas")
    return {**seconds, "total": clock.now()}


def pandas_mc3(path: Path, out: Path) -> Seconds:
    """Read the four columns of the MAF with pandas; samples x genes by the project's own steps."""
    clock = Clock()
    columns = [GENE, CLASS, SAMPLE, FILTER]
    options = {"quoting": csv.QUOTE_NONE, "na_filter": False, "compression": "gzip"}
    rows = pd.read_csv(path, sep="\t", usecols=columns, dtype="category", **options)
    rows = rows[flags(rows[FILTER], {"PASS"})]
    frame = maf_table(rows, SAMPLE, damaging_class(rows), Wanted(), path).frame
    seconds = {"read": clock.now()}
    write_matrix(frame, out, "pandas")
    return {**seconds, "total": clock.now()}


def bins_of(path: Path) -> pd.DataFrame:
    """Read the bins that stand beside a source."""
    return pd.read_parquet(path.with_name(BINS))


def our_segments(path: Path, out: Path) -> Seconds:
    """Read segments and score bins."""
    clock = Clock()
    segments = formats.read("pancan_segments", path).frame
    seconds = {"read": clock.now()}
    write_matrix(bin_copy_number(segments, bins_of(path)), out, "ours")
    return {**seconds, "total": clock.now()}


def pandas_segments(path: Path, out: Path) -> Seconds:
    """Read segments with pandas, score bins by the project's own steps."""
    clock = Clock()
    types = {"Sample": str, "Chromosome": str, "Start": float, "End": float, "Segment_Mean": float}
    segments = pd.read_csv(path, sep="\t", usecols=SEGMENT_COLUMNS, dtype=types)
    segments = segments.set_axis(["sample", "chrom", "start", "end", "mean"], axis=1)
    segments["chrom"] = normal_chromosome(segments["chrom"])
    segments = segments.astype({"start": np.int64, "end": np.int64})
    seconds = {"read": clock.now()}
    write_matrix(bin_copy_number(segments, bins_of(path)), out, "pandas")
    return {**seconds, "total": clock.now()}


def our_binning(path: Path, out: Path) -> Seconds:
    """Score bins of all samples at once; reading the segments does not count."""
    segments, bins = pd.read_parquet(path), bins_of(path)
    clock = Clock()
    scores = bin_copy_number(segments, bins)
    seconds = {"total": clock.now()}
    write_matrix(scores, out, "ours")
    return seconds


def looped_binning(path: Path, out: Path) -> Seconds:
    """Score bins of a few samples by a plain loop; the seconds are extrapolated to all samples."""
    segments, bins = pd.read_parquet(path), bins_of(path)
    names = segments["sample"].drop_duplicates().sort_values()
    clock = Clock()
    scores = {name: loop_sample(segments[segments["sample"] == name], bins) for name in names[:LOOPED]}
    seconds = {"total": clock.now() / len(scores) * len(names)}
    frame = pd.DataFrame.from_dict(
        scores, orient="index", columns=bins["feature"].to_list(), dtype=np.float32
    )
    write_matrix(frame, out, "loop")
    return seconds


def loop_sample(segments: pd.DataFrame, bins: pd.DataFrame) -> list[float]:
    """Score the bins of one sample, one bin and one segment of its chromosome at a time."""
    by_chrom = {name: list(own.itertuples(index=False)) for name, own in segments.groupby("chrom")}
    scores = []
    for place in bins.itertuples(index=False):
        score = 0.0
        for own in by_chrom.get(place.chrom, ()):
            shared = min(own.end, place.end) - max(own.start, place.start) + 1
            score += max(shared, 0) * own.mean
        scores.append(round(score / 10_000, 4))
    return scores


def our_columns(path: Path, out: Path) -> Seconds:
    """Open a matrix (schema, header, seal), then read some of its columns and compare their checksums."""
    clock = Clock()
    read_header(path)
    seconds = {"open": clock.now()}
    return written_columns(path, out, seconds, lambda names: read_table(path, "sample", names))


def pandas_columns(path: Path, out: Path) -> Seconds:
    """Open what ``DataFrame.to_parquet`` wrote, then read some of its columns with pandas."""
    clock = Clock()
    pq.read_metadata(path)
    seconds = {"open": clock.now()}
    return written_columns(
        path, out, seconds, lambda names: pd.read_parquet(path, columns=names).set_index("sample")
    )


def written_columns(
    path: Path, out: Path, seconds: Seconds, read: Callable[[list[str]], pd.DataFrame]
) -> Seconds:
    """Time the reading of some columns, write them, and return all seconds."""
    names = [name for name in pq.read_schema(path).names if name != "sample"]
    chosen = names[:: max(1, len(names) // COLUMNS_READ)][:COLUMNS_READ]
    clock = Clock()
    frame = read(["sample", *chosen])
    seconds["read"] = clock.now()
    write_matrix(frame, out, "some columns")
    return {**seconds, "total": seconds["open"] + seconds["read"]}


WORKS: dict[str, Callable[[Path, Path], Seconds]] = {
    "methylation.ours": convert("pancan_methylation"),
    "methylation.plain": pandas_methylation,
    "expression.ours": convert("pancan_expression"),
    "expression.plain": pandas_expression,
    "mc3.ours": convert("mc3"),
    "mc3.plain": pandas_mc3,
    "segments.ours": our_segments,
    "segments.plain": pandas_segments,
    "binning.ours": our_binning,
    "binning.plain": looped_binning,
    "columns.ours": our_columns,
    "columns.plain": pandas_columns,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(WORKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
