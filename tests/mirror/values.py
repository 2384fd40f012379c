"""What is true of lines and tumours before any file is written: omics, and dependency of lines."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from mirror.genome import ESSENTIAL, N_UNMETHYLATED, QUIET, ZERO, chromosome_lengths, free_cuts

GROUPS = ("Lung", "Breast", "Skin", "Bowel", "Myeloid", "Ovary")
MARKERS = {
    "Skin": ("SOX10", "MITF"),
    "Breast": ("ESR1", "GATA3", "FOXA1"),
    "Myeloid": ("MYB", "SPI1", "CBFB"),
    "Bowel": ("KLF5",),
    "Lung": ("SOX2",),
    "Ovary": ("PAX8", "WT1"),
}
STEADY = ("RPL3", "RPS6", "POLR2A", "PCNA")
SILENT = ("TTN", "MUC16")
EVERYWHERE = {"TP53": 0.45, "TTN": 0.5, "MUC16": 0.4}
RATES = {
    "KRAS": {"Lung": 0.4, "Bowel": 0.45},
    "BRAF": {"Skin": 0.55, "Bowel": 0.15},
    "NRAS": {"Skin": 0.3, "Myeloid": 0.25},
    "PIK3CA": {"Breast": 0.4, "Bowel": 0.25},
    "NPM1": {"Myeloid": 0.4},
    "FLT3": {"Myeloid": 0.4},
    "DNMT3A": {"Myeloid": 0.3},
    "APC": {"Bowel": 0.7},
    "SMAD4": {"Bowel": 0.3},
    "STK11": {"Lung": 0.3},
    "KEAP1": {"Lung": 0.25},
    "MLH1": {"Bowel": 0.35},
    "BRCA1": {"Ovary": 0.25},
}
RARE = 0.06
ONCOGENES = ("KRAS", "BRAF", "NRAS", "PIK3CA", "IDH1")
CLASSES = ("Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site")
# Group (None = any), share of samples, chromosome, from and to (millions of base pairs), log2 ratio.
FOCAL = (
    ("Breast", 0.35, "17", 37, 39, 2.2),
    (None, 0.25, "9", 21, 23, -1.8),
    (None, 0.25, "8", 128, 130, 1.1),
)


@dataclass(frozen=True)
class Omics:
    """Omics of lines or tumours, one row per unit.

    ``expression``: log2(TPM+1). ``classes``: class of the variant, empty for none. ``methylation``:
    beta. ``segments``: sample, chrom (1 to 22, X), start, end, mean (log2(CN/2)); genes and bins
    lie in one segment each, and have its mean in ``copy_number`` and ``bins``.
    """

    expression: pd.DataFrame
    classes: pd.DataFrame
    methylation: pd.DataFrame
    segments: pd.DataFrame
    copy_number: pd.DataFrame
    bins: pd.DataFrame

    @property
    def mutation(self) -> pd.DataFrame:
        """0/1, 1 = one of the five classes."""
        return (self.classes != "").astype(float)


@dataclass(frozen=True)
class Biology:
    """What lines and tumours share: means of genes and probes by group."""

    expression: pd.DataFrame
    noise: pd.Series
    rates: pd.DataFrame
    methylation: pd.DataFrame


def make_biology(rng: np.random.Generator, symbols: list[str], probes: list[str]) -> Biology:
    """Draw means of genes and probes."""
    shape = (len(GROUPS), len(symbols))
    means = pd.DataFrame(
        rng.uniform(3.0, 6.5, shape[1]) + rng.normal(0, 0.8, shape), index=GROUPS, columns=symbols
    )
    for group, markers in MARKERS.items():
        means[list(markers)] = 1.2
        means.loc[group, list(markers)] = 6.5
    means[list(STEADY)], means[list(SILENT)] = 8.0, 0.3
    noise = pd.Series(1.0, index=symbols)
    noise[list(STEADY)] = 0.2
    noise[list(SILENT)] = 0.3
    logits = rng.normal(0.2, 1.0, len(probes)) + rng.normal(0, 0.9, (len(GROUPS), len(probes)))
    logits[:, -N_UNMETHYLATED:] = -2.6
    return Biology(means, noise, make_rates(symbols), pd.DataFrame(logits, index=GROUPS, columns=probes))


def make_rates(symbols: list[str]) -> pd.DataFrame:
    """Return how often each gene is mutated in each group."""
    rates = pd.DataFrame(RARE, index=GROUPS, columns=symbols)
    rates[[*ESSENTIAL, "SLC35E2", "SLC35E2B"]] = 0.0
    for gene, share in EVERYWHERE.items():
        rates[gene] = share
    for gene, shares in RATES.items():
        rates.loc[list(shares), gene] = list(shares.values())
    return rates


def draw_omics(
    rng: np.random.Generator, units: pd.Series, biology: Biology, genes: pd.DataFrame, bins: pd.DataFrame
) -> Omics:
    """Draw the omics of units; ``units`` has their groups, and their ids as index."""
    segments = draw_segments(rng, units, genes)
    copy_number = at_places(segments, units.index, genes["symbol"], genes["chrom"], genes["start"])
    groups = list(units)
    noise = rng.normal(size=copy_number.shape) * biology.noise.to_numpy()
    steady = biology.noise.to_numpy() < 1
    means = biology.expression.loc[groups].to_numpy()
    expression = means + noise + np.where(steady, 0.0, 0.9 * copy_number.to_numpy())
    logits = biology.methylation.loc[groups].to_numpy()
    beta = 1 / (1 + np.exp(-logits - rng.normal(0, 0.5, logits.shape)))
    return Omics(
        frame_like(copy_number, np.round(np.maximum(expression, 0), 4)),
        draw_classes(rng, biology.rates.loc[groups].set_axis(units.index)),
        pd.DataFrame(beta.round(4), index=units.index, columns=biology.methylation.columns),
        segments,
        copy_number,
        at_places(segments, units.index, bins["feature"], bins["chrom"], (bins["number"] - 1) * 10_000 + 1),
    )


def frame_like(frame: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    """Return values under the labels of a frame."""
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)


def draw_classes(rng: np.random.Generator, rates: pd.DataFrame) -> pd.DataFrame:
    """Draw the class of the variant of each unit and gene; empty for none."""
    hit = rng.random(rates.shape) < rates.to_numpy()
    classes = rng.choice(CLASSES, rates.shape, p=(0.6, 0.1, 0.1, 0.1, 0.1)).astype(object)
    classes[:, rates.columns.isin(ONCOGENES)] = CLASSES[0]
    return frame_like(rates, np.where(hit, classes, ""))


def draw_segments(rng: np.random.Generator, units: pd.Series, genes: pd.DataFrame) -> pd.DataFrame:
    """Draw segments of all units; cuts lie in no gene."""
    cuts, lengths = free_cuts(genes), chromosome_lengths()
    rows = []
    for unit, group in units.items():
        focal = [event[2:] for event in FOCAL if event[0] in (None, group) and rng.random() < event[1]]
        for chrom, length in lengths.items():
            own = [(low * 10**6, high * 10**6, mean) for name, low, high, mean in focal if name == chrom]
            edges = set(rng.choice(cuts[chrom], rng.integers(0, 3), replace=False).tolist())
            edges |= {edge for low, high, _ in own for edge in (low, high)}
            rows += chromosome_rows(rng, unit, chrom, [61_735, *sorted(edges), length - 50_000], own)
    return pd.DataFrame(rows, columns=["sample", "chrom", "start", "end", "mean"])


def chromosome_rows(
    rng: np.random.Generator, unit: str, chrom: str, edges: list[int], focal: list[tuple]
) -> list[tuple]:
    """Return the segments of one chromosome between edges."""
    width = 0.08 if chrom in QUIET else 0.45
    rows = []
    for low, high in pairwise(edges):
        mean = 0.0 if chrom in ZERO and rng.random() < 0.4 else rng.normal(0, width)
        mean = next((value for first, last, value in focal if first <= low and high <= last), mean)
        rows.append((unit, chrom, low + 1, high, round(float(mean), 4)))
    return rows


def at_places(
    segments: pd.DataFrame, units: pd.Index, names: pd.Series, chroms: pd.Series, starts: pd.Series
) -> pd.DataFrame:
    """Return units x places: the mean of the segment that covers the place."""
    columns = {}
    for name, chrom, start in zip(names, chroms, starts, strict=True):
        over = segments["chrom"].eq(chrom) & segments["start"].le(start) & segments["end"].gt(start)
        columns[name] = segments[over].set_index("sample")["mean"].reindex(units)
    return pd.DataFrame(columns, index=units)
