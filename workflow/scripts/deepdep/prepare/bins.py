"""Copy number of 10-kb bins from segments, as Prep4DeepDEP scores them (Chiu et al. 2021)."""

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import lengths_of
from deepdep.io.rdata import BIN_WIDTH
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.overlap import overlap_blocks

DECIMALS = 4


def bin_copy_number(segments: pd.DataFrame, bins: pd.DataFrame) -> pd.DataFrame:
    """Score bins: the sum over segments of overlap (base pairs) x segment mean / 10,000, 4 decimals.

    Where no segment lies, the score is 0; where a segment covers a bin in part, the rest counts as 0.

    Parameters
    ----------
    segments
        Columns sample, chrom (text; X is 23, Y 24), start, end (base pairs, both belong to the
        segment), mean (log2(CN/2)); as ``io.segments.read_rows`` gives them.
    bins
        Columns feature, chrom, start, end; as ``io.rdata.read_feature_list`` gives them.

    Returns
    -------
    pd.DataFrame
        samples (sorted) x bins (order of ``bins``), float32.

    Raises
    ------
    InputError
        No segment at all, or none on the bins' chromosomes.
    """
    samples = pd.Index(np.sort(segments["sample"].unique()), name="sample")
    check_overlap(segments, bins)
    scores, reached = score_bins(segments, samples, bins)
    bare = samples[reached == 0]
    if len(bare):
        logger.warning("copy number: %d samples have no segment on any bin: %s", len(bare), few(bare))
    text = "copy number: %d samples x %d bins, segments reach %.1f %% of them"
    logger.info(text, *scores.shape, 100 * reached.mean())
    return pd.DataFrame(scores, index=samples, columns=bins["feature"].to_list())


def score_bins(
    segments: pd.DataFrame, samples: pd.Index, bins: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores, samples x bins, and the share of bins that segments of each sample reach."""
    scores = np.empty((len(samples), len(bins)), np.float32)
    reached = np.zeros(len(samples))
    for block in overlap_blocks(segments, samples, bins):
        scores[block.rows] = np.round(block.weighted / BIN_WIDTH, DECIMALS)
        reached[block.rows] = (block.covered > 0).mean(axis=1)
    return scores, reached


def check_overlap(segments: pd.DataFrame, bins: pd.DataFrame) -> None:
    """Raise InputError where segments and bins have no chromosome in common."""
    if not segments["chrom"].isin(bins["chrom"].unique()).any():
        seen = f"segments have {few(segments['chrom'].unique())}, bins {few(bins['chrom'].unique())}"
        remedy = "Name chromosomes 1 to 22, X or 23, Y or 24, with or without chr."
        raise InputError(f"copy number: no segment on the chromosomes of the bins ({seen}).", remedy)


def genome_bins(chrom: str, build: str) -> pd.DataFrame:
    """Return all 10-kb bins of a chromosome: feature, chrom, start, end; the last may run over its end."""
    number = np.arange(1, -(-lengths_of(build)[chrom] // BIN_WIDTH) + 1)
    letter = {"23": "X", "24": "Y"}.get(chrom, chrom)
    names = [f"chr{letter}_{last - 1}to{last}_10k" for last in number]
    start, end = (number - 1) * BIN_WIDTH + 1, number * BIN_WIDTH
    return pd.DataFrame({"feature": names, "chrom": chrom, "start": start, "end": end})
