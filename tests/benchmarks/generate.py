"""Generated source files of full size: the official layouts, simulated values.

Every maker takes a path and a scale; at scale 1 the file has the size of the official one. Both
sides of a matrix shrink by the root of the scale. Text is made by arrow a block of rows at a time.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from deepdep.io.builds import LENGTHS
from deepdep.io.parquet import write_matrix

LEAST = 30
ROWS_AT_ONCE = 100
PROBES, ALIQUOTS = 22_601, 12_039
GENES, RNA_ALIQUOTS = 20_531, 11_069
SEGMENT_SAMPLES, TCGA_SAMPLES, SEGMENTS_EACH, BINS = 11_000, 8_238, 200, 7_460
NORMAL_SHARE = 0.07
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
# As broad.mit.edu writes them: a few positions and means in scientific notation.
SEGMENT_HEAD = b"Sample\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean\n"
CHROMOSOMES = [str(number) for number in range(1, 24)]


def scaled(count: int, scale: float) -> int:
    """Return a count at a scale, but not next to nothing."""
    return max(LEAST, round(count * scale))


def barcodes(count: int, analyte: str, rng: np.random.Generator) -> list[str]:
    """Return distinct TCGA aliquots of 28 characters, some of them normal tissue."""
    sites = ["".join(pair) for pair in rng.choice(LETTERS, (count, 2))]
    kinds = np.where(rng.random(count) < NORMAL_SHARE, "11", "01")
    plates = ["".join(four) for four in rng.choice(LETTERS, (count, 4))]
    numbers = range(count)
    parts = zip(sites, numbers, kinds, plates, strict=True)
    return [f"TCGA-{site}-A{n:03X}-{kind}A-11{analyte}-{plate}-05" for site, n, kind, plate in parts]


def lines_of(pieces: list[pa.Array | str]) -> memoryview:
    """Join pieces of rows by tabs, as the bytes of whole lines."""
    lines = pc.binary_join_element_wise(*pieces, "\t")
    lines = pc.binary_join_element_wise(lines, "", "\n")
    return memoryview(lines.buffers()[2])[: lines.buffers()[2].size]


def write_blocks(path: Path, head: bytes, blocks: Iterator[Callable[[], memoryview]]) -> None:
    """Write a header and blocks of lines, which two threads make in turn."""
    with path.open("wb") as handle, ThreadPoolExecutor(2) as pool:
        handle.write(head)
        waiting = []
        for make in blocks:
            waiting.append(pool.submit(make))
            if len(waiting) > 2:
                handle.write(waiting.pop(0).result())
        for block in waiting:
            handle.write(block.result())


def write_wide(path: Path, head: list[str], names: list[str], cells: Callable) -> None:
    """Write rows of numbers; ``cells(count, rng)`` gives the texts of as many cells, null for NA."""

    def block(first: int) -> memoryview:
        rows, width = names[first : first + ROWS_AT_ONCE], len(head) - 1
        texts = cells(len(rows) * width, np.random.default_rng(first)).fill_null("NA")
        starts = pa.array(np.arange(len(rows) + 1) * width, pa.int32())
        return lines_of([pa.array(rows), pc.binary_join(pa.ListArray.from_arrays(starts, texts), "\t")])

    firsts = range(0, len(names), ROWS_AT_ONCE)
    write_blocks(
        path, "\t".join(head).encode() + b"\n", (lambda first=first: block(first) for first in firsts)
    )


def beta_cells(count: int, rng: np.random.Generator) -> pa.Array:
    """Return beta values, most of them near 0 or 1, with all digits of a double; 2 % are missing."""
    values = np.sin(rng.random(count) * (np.pi / 2)) ** 2
    return pc.cast(pa.array(values, mask=rng.random(count) < 0.02), pa.string())


def rsem_cells(count: int, rng: np.random.Generator) -> pa.Array:
    """Return RSEM values with 4 decimals: 0.6 % of them negative, 2 % missing, 10 % zero."""
    draw = rng.random(count)
    values = np.exp(rng.normal(5.5, 2.5, count)) * (draw > 0.1)
    values[draw > 0.994] *= -0.001
    whole = pa.array((values * 1e4).astype(np.int64)).buffers()[1]
    # 4 decimals exactly: whole numbers that are said to be decimals.
    decimals = pa.Array.from_buffers(pa.decimal64(18, 4), count, [None, whole])
    missing = pa.array(rng.random(count) < 0.02)
    return pc.if_else(missing, pa.scalar(None, pa.string()), pc.cast(decimals, pa.string()))


def methylation(path: Path, scale: float) -> None:
    """Write probes x aliquots beta values."""
    rng = np.random.default_rng(1)
    head = ["Composite Element REF", *barcodes(scaled(ALIQUOTS, scale**0.5), "D", rng)]
    probes = [f"cg{at:08d}" for at in rng.choice(10**8, scaled(PROBES, scale**0.5), replace=False)]
    write_wide(path, head, probes, beta_cells)


def expression(path: Path, scale: float) -> None:
    """Write genes x aliquots RSEM values; 29 genes have no symbol, two share one, as officially."""
    rng = np.random.default_rng(2)
    head = ["gene_id", *barcodes(scaled(RNA_ALIQUOTS, scale**0.5), "R", rng)]
    count = scaled(GENES, scale**0.5)
    symbols = ["?"] * 29 + ["SLC35E2"] * 2 + [f"GENE{at}" for at in range(count - 31)]
    write_wide(path, head, [f"{name}|{at + 1}" for at, name in enumerate(symbols[:count])], rsem_cells)


def segment_frame(names: list[str], seed: int = 3) -> pd.DataFrame:
    """Return segments that tile the genome (1 to 22, X) of each sample, 200 each."""
    rng = np.random.default_rng(seed)
    lengths = np.array([LENGTHS["hg19"][name] for name in CHROMOSOMES])
    ends = np.cumsum(lengths)
    cuts = rng.integers(1, ends[-1], (len(names), SEGMENTS_EACH - len(lengths)))
    heads = np.tile(ends - lengths, (len(names), 1))
    start = np.sort(np.hstack([heads, cuts]), axis=1)
    end = np.hstack([start[:, 1:], np.full((len(names), 1), ends[-1])]).ravel()
    chrom = np.searchsorted(ends, start.ravel(), side="right")
    offset = (ends - lengths)[chrom]
    frame = pd.DataFrame({"sample": np.repeat(names, SEGMENTS_EACH), "chrom": chrom})
    frame["start"], frame["end"] = start.ravel() - offset + 1, end - offset
    frame["mean"] = rng.normal(-0.05, 0.4, len(frame)).round(4)
    return frame[frame["end"] >= frame["start"]].reset_index(drop=True)


def segments(path: Path, scale: float) -> None:
    """Write SNP6 segments; one position in a thousand is in scientific notation."""
    rng = np.random.default_rng(4)
    frame = segment_frame(barcodes(scaled(SEGMENT_SAMPLES, scale), "D", rng))
    start = pc.cast(pa.array(frame["start"]), pa.string())
    odd = pa.array(rng.random(len(frame)) < 0.001)
    start = pc.if_else(odd, pc.binary_join_element_wise(start, "E+00", ".0"), start)
    chrom = pa.array([*CHROMOSOMES[:-1], "X"]).take(pa.array(frame["chrom"]))
    rest = [pa.array(frame[name]) for name in ("end", "mean")]
    probes = pa.array(((frame["end"] - frame["start"]) // 1700 + 1).to_numpy())
    end, mean, probes = (pc.cast(column, pa.string()) for column in (*rest, probes))
    lines = lines_of([pa.array(frame["sample"]), chrom, start, end, probes, mean])
    write_blocks(path, SEGMENT_HEAD, iter([lambda: lines]))


def bins_table(path: Path) -> None:
    """Write a list of bins: 7,460 of 10 kb, in genome order, as the official feature list has."""
    rng = np.random.default_rng(5)
    lengths = np.array([LENGTHS["hg19"][name] for name in CHROMOSOMES])
    chrom = np.sort(rng.choice(len(lengths), BINS * 2, p=lengths / lengths.sum()))
    last = np.ceil(rng.random(len(chrom)) * (lengths[chrom] // 10_000)).astype(np.int64)
    frame = pd.DataFrame({"chrom": chrom + 1, "last": last}).drop_duplicates()
    frame = frame.sample(BINS, random_state=5).sort_values(["chrom", "last"])
    bins = pd.DataFrame({"chrom": frame["chrom"].astype(str), "start": (frame["last"] - 1) * 10_000 + 1})
    bins["end"] = bins["start"] + 9_999
    bins.insert(0, "feature", [f"chr{c}_{n - 1}to{n}_10k" for c, n in frame.itertuples(index=False)])
    bins.to_parquet(path, index=False)


def segment_parquet(path: Path, scale: float) -> None:
    """Write the segments of TCGA's samples as the reader gives them."""
    frame = segment_frame(barcodes(scaled(TCGA_SAMPLES, scale), "D", np.random.default_rng(6)))
    frame["chrom"] = (frame["chrom"] + 1).astype(str)
    frame.to_parquet(path, index=False)


def matrix(path: Path, scale: float, rows: int) -> None:
    """Write samples x probes twice: as this project does, and beside it as pandas does by default."""
    rng = np.random.default_rng(rows)
    shape = (scaled(rows, scale**0.5), scaled(PROBES, scale**0.5))
    values = rng.random(shape[::-1], np.float32).T
    frame = pd.DataFrame(values, columns=[f"cg{at:08d}" for at in range(shape[1])])
    frame.index = [f"S{at}" for at in range(shape[0])]
    write_matrix(frame, path, "generated beta values")
    frame.rename_axis("sample").reset_index().to_parquet(path.with_suffix(".default.parquet"), index=False)
