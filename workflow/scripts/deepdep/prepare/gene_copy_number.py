"""Copy number of genes from segments: the length-weighted mean over the gene body."""

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import check_build
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.overlap import overlap_blocks

SCALES = ("log2", "linear", "detect")
# A linear ratio of 0 has no logarithm; 1/1000 of the normal copy number stands for "lost".
LOWEST_RATIO = 0.001
NEAR_ONE = (0.7, 1.3)


def gene_copy_number(segments: pd.DataFrame, genes: pd.DataFrame, build: str) -> pd.DataFrame:
    """Return the mean of the segments over each gene, weighted by the base pairs they share.

    Parts of a gene that no segment covers do not count; a gene that none covers is NaN.

    Parameters
    ----------
    segments
        Columns sample, chrom (text; X is 23, Y 24), start, end, mean; as
        ``io.segments.read_rows`` gives them, in the scale wanted (``to_log2``).
    genes
        Columns gene, chrom, start, end; one row per symbol (``io.gtf``).
    build
        hg19 or hg38, of segments and genes both.

    Returns
    -------
    pd.DataFrame
        samples (sorted) x genes (order of ``genes``), float32, in the units of the segment mean.

    Raises
    ------
    InputError
        Segments or genes beyond a chromosome's end in the stated build, a repeated symbol, or
        no chromosome in common.
    """
    check_build(segments, build, "copy number segments")
    check_build(genes, build, "gene positions")
    check_genes(segments, genes)
    samples = pd.Index(np.sort(segments["sample"].unique()), name="sample")
    means = np.empty((len(samples), len(genes)), np.float32)
    for block in overlap_blocks(segments, samples, genes):
        covered = np.where(block.covered > 0, block.covered, np.nan)
        means[block.rows] = block.weighted / covered
    bare = genes["gene"][np.all(np.isnan(means), axis=0)]
    if len(bare):
        logger.warning("copy number: %d genes lie on no segment of any sample: %s", len(bare), few(bare))
    return pd.DataFrame(means, index=samples, columns=genes["gene"].to_list())


def check_genes(segments: pd.DataFrame, genes: pd.DataFrame) -> None:
    """Raise InputError for repeated symbols, or where no gene's chromosome has a segment."""
    repeated = genes["gene"][genes["gene"].duplicated()]
    if len(repeated):
        remedy = "Choose one row per symbol (io.gtf.one_row_per_symbol)."
        raise InputError(f"gene positions: {len(repeated)} repeated symbols: {few(repeated)}.", remedy)
    if not segments["chrom"].isin(genes["chrom"].unique()).any():
        seen = f"segments have {few(segments['chrom'].unique())}, genes {few(genes['chrom'].unique())}"
        remedy = "Name chromosomes 1 to 22, X or 23, Y or 24, with or without chr."
        raise InputError(f"copy number: no segment on the chromosomes of the genes ({seen}).", remedy)


def to_log2(segments: pd.DataFrame, scale: str, source: str) -> pd.DataFrame:
    """Return segments with means as log2(CN/2), from what the config says they are.

    Parameters
    ----------
    segments
        Column mean, among others.
    scale
        log2: they are log2 ratios, linear ones are refused. linear: ratios (1 = two copies),
        converted; below 0.001 they count as 0.001; negative ones are refused. detect: by ``scale_of``.
    source
        File, for messages.

    Raises
    ------
    InputError
        Means that are not in the scale stated, or whose scale cannot be told.
    """
    if scale not in SCALES:
        raise InputError(f"{source}: unknown scale {scale!r}.", f"Use one of {few(SCALES)}.")
    found = scale_of(segments["mean"])
    if scale == "detect":
        if found == "unclear":
            raise InputError(f"{source}: {unclear(segments['mean'])}.", "State the scale: log2 or linear.")
        logger.info("%s: segment means are %s", source, found)
    elif (scale, found) in (("log2", "linear"), ("linear", "log2")):
        seen = f"segment means are {found}, not {scale} ({described(segments['mean'])})"
        raise InputError(f"{source}: {seen}.", f"Set the scale of the segments to {found}.")
    if "linear" not in (scale, found) or scale == "log2":
        return segments
    low = int((segments["mean"] < LOWEST_RATIO).sum())
    logger.info("%s: linear ratios to log2; %d below %g set to it", source, low, LOWEST_RATIO)
    return segments.assign(mean=np.log2(segments["mean"].clip(lower=LOWEST_RATIO)))


def scale_of(means: pd.Series) -> str:
    """Tell the scale of segment means: log2 (some are negative), linear (none is, median near 1), unclear."""
    if (means < 0).any():
        return "log2"
    return "linear" if NEAR_ONE[0] <= means.median() <= NEAR_ONE[1] else "unclear"


def unclear(means: pd.Series) -> str:
    """Say why the scale cannot be told."""
    return f"segment means are neither log2 (none is negative) nor ratios around 1 ({described(means)})"


def described(means: pd.Series) -> str:
    """Return range and median for a message."""
    return f"from {means.min():.3g} to {means.max():.3g}, median {means.median():.3g}"
