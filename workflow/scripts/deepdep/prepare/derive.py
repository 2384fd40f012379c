"""Features chosen from training-domain data by the paper's rules (Chiu et al. 2021, Methods).

Every rule looks only at the samples it is given, so the caller decides what may be seen. Each
returns one row per candidate with the statistics and ``kept``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.builds import CHROMOSOMES
from deepdep.log import logger
from deepdep.prepare.bins import genome_bins, score_bins

BLOCK = 1000  # features at a time, for memory


@dataclass(frozen=True)
class Rules:
    """Limits of the rules; the defaults are the paper's.

    Parameters
    ----------
    mutated
        Least share of samples in which a gene is mutated.
    mean, sd
        Expression (log2(TPM+1)): what mean and standard deviation exceed.
    beta, unmethylated
        A probe goes where more than the share ``unmethylated`` of samples is below ``beta``.
    zero, size, variation
        A bin stays where less than the share ``zero`` of samples is 0, the mean absolute value
        exceeds ``size`` and the coefficient of variation ``variation``.
    """

    mutated: float = 0.01
    mean: float = 1.0
    sd: float = 1.0
    beta: float = 0.3
    unmethylated: float = 0.9
    zero: float = 0.05
    size: float = 0.20
    variation: float = 0.20


PAPER = Rules()


def derive_features(omic: str, frame: pd.DataFrame, rules: Rules = PAPER) -> pd.DataFrame:
    """Choose the features of an omic.

    Parameters
    ----------
    omic
        mutation, expression, methylation or copy_number.
    frame
        Samples of the training domain x candidate features; NaN = not measured, and statistics
        are those of measured values.
    rules
        Limits.

    Returns
    -------
    pd.DataFrame
        feature, n (samples measured), the statistics of the rule, kept; in the order of ``frame``.

    Raises
    ------
    InputError
        An unknown omic, no samples, or no feature that passes.
    """
    if omic not in STATISTICS:
        raise InputError(f"unknown omic {omic!r}.", f"Use one of {', '.join(STATISTICS)}.")
    if frame.empty:
        remedy = "Provide training samples that have the omic."
        raise InputError(f"{omic}: no samples or no features to derive features from.", remedy)
    parts = [
        STATISTICS[omic](frame.iloc[:, first : first + BLOCK].to_numpy(np.float64, na_value=np.nan), rules)
        for first in range(0, frame.shape[1], BLOCK)
    ]
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "feature", frame.columns.to_list())
    return checked(table, omic, len(frame))


def checked(table: pd.DataFrame, omic: str, samples: int) -> pd.DataFrame:
    """Log how many features pass; none raises InputError."""
    logger.info("%s: %d of %d features kept, from %d samples", omic, table["kept"].sum(), len(table), samples)
    if not table["kept"].any():
        remedy = "Check the units (log2(TPM+1), beta, log2(CN/2)), or relax the limits of `derive`."
        raise InputError(f"{omic}: no feature passes the rules.", remedy)
    return table


def kept_features(table: pd.DataFrame) -> list[str]:
    """Return the features that passed, in order."""
    return table.loc[table["kept"], "feature"].to_list()


def mutation_statistics(values: np.ndarray, rules: Rules) -> pd.DataFrame:
    """Return n, share (mutated), kept: mutated in at least 1 % of tumours."""
    n = np.isfinite(values).sum(axis=0)
    share = divided(np.nansum(values, axis=0), n)
    return pd.DataFrame({"n": n, "share": share, "kept": share >= rules.mutated})


def expression_statistics(values: np.ndarray, rules: Rules) -> pd.DataFrame:
    """Return n, mean, sd (ddof 1), kept: mean > 1 and SD > 1."""
    n, mean, sd = moments(values)
    return pd.DataFrame({"n": n, "mean": mean, "sd": sd, "kept": (mean > rules.mean) & (sd > rules.sd)})


def methylation_statistics(values: np.ndarray, rules: Rules) -> pd.DataFrame:
    """Return n, share_low, kept: not below beta 0.3 in more than 90 % of tumours."""
    n = np.isfinite(values).sum(axis=0)
    with np.errstate(invalid="ignore"):
        low = divided((values < rules.beta).sum(axis=0), n)
    return pd.DataFrame({"n": n, "share_low": low, "kept": low <= rules.unmethylated})


def copy_number_statistics(values: np.ndarray, rules: Rules) -> pd.DataFrame:
    """Return n, share_zero, mean_abs, variation, kept.

    The paper does not say which coefficient of variation; here it is SD / absolute mean, and
    infinite where the mean is 0.
    """
    n, mean, sd = moments(values)
    zero, size = divided((values == 0).sum(axis=0), n), divided(np.nansum(np.abs(values), axis=0), n)
    with np.errstate(divide="ignore", invalid="ignore"):
        variation = np.where(sd > 0, sd / np.abs(mean), 0.0)
    kept = (zero < rules.zero) & (size > rules.size) & (variation > rules.variation)
    return pd.DataFrame({"n": n, "share_zero": zero, "mean_abs": size, "variation": variation, "kept": kept})


STATISTICS = {
    "mutation": mutation_statistics,
    "expression": expression_statistics,
    "methylation": methylation_statistics,
    "copy_number": copy_number_statistics,
}


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n, mean and standard deviation (ddof 1) of each column, NaN left out."""
    n = np.isfinite(values).sum(axis=0)
    mean = divided(np.nansum(values, axis=0), n)
    squares = np.nansum((values - mean) ** 2, axis=0)
    return n, mean, np.sqrt(divided(squares, n - 1))


def divided(total: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Divide, NaN where there is nothing to divide by."""
    return np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)


def derive_bins(
    segments: pd.DataFrame, build: str, rules: Rules = PAPER, chromosomes: list[str] | None = None
) -> pd.DataFrame:
    """Choose 10-kb bins of the whole genome, one chromosome at a time.

    Parameters
    ----------
    segments
        Segments of the training domain's samples: sample, chrom, start, end, mean (log2(CN/2)).
    build
        hg19 or hg38.
    rules
        Limits.
    chromosomes
        Chromosomes to look at (X is 23, Y 24); those of the segments by default.

    Returns
    -------
    pd.DataFrame
        feature, chrom, start, end, and the columns of :func:`derive_features`.
    """
    there = set(segments["chrom"])
    wanted = chromosomes or [chrom for chrom in CHROMOSOMES if chrom in there]
    if not there.intersection(wanted):
        raise InputError("copy_number: no segments on chromosomes 1 to 22, X, Y.", "Provide segments.")
    samples = pd.Index(segments["sample"].unique())
    parts = []
    for chrom in wanted:
        own, bins = segments[segments["chrom"] == chrom], genome_bins(chrom, build)
        for first in range(0, len(bins), BLOCK):
            part = bins.iloc[first : first + BLOCK].reset_index(drop=True)
            scores, _ = score_bins(own, samples, part)
            found = copy_number_statistics(scores.astype(np.float64), rules)
            parts.append(pd.concat([part, found], axis=1))
    return checked(pd.concat(parts, ignore_index=True), "copy_number", len(samples))
