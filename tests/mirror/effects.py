"""Dependency of the cell lines: gene means, what the omics explain, and noise."""

import numpy as np
import pandas as pd

from mirror.genome import ESSENTIAL
from mirror.values import Omics

# Gene: the gene whose mutation makes lines depend on it (by how much), or spares them.
BY_MUTATION = {
    "KRAS": ("KRAS", -1.0),
    "BRAF": ("BRAF", -1.0),
    "NRAS": ("NRAS", -0.9),
    "PIK3CA": ("PIK3CA", -0.6),
    "MDM2": ("TP53", 0.7),
    "MDM4": ("TP53", 0.4),
    "WRN": ("MLH1", -0.9),
    "FLT3": ("FLT3", -0.7),
    "SHOC2": ("NRAS", -0.4),
    "MAPK1": ("BRAF", -0.4),
}
BY_EXPRESSION = {"ERBB2": -0.25, "EGFR": -0.15, "CCND1": -0.12, "MCL1": -0.12}
BY_LINEAGE = {
    "Skin": ("SOX10", "MITF"),
    "Breast": ("ESR1", "GATA3", "FOXA1"),
    "Myeloid": ("MYB", "SPI1", "CBFB"),
    "Bowel": ("KLF5", "CTNNB1"),
}
MEANS = {"MDM2": -0.9, "MDM4": -0.5, "MCL1": -0.6, "CCND1": -0.5}
NOISE = 0.12
PLANTED = [*BY_MUTATION, *BY_EXPRESSION, *(gene for genes in BY_LINEAGE.values() for gene in genes)]


def draw_effect(rng: np.random.Generator, omics: Omics, lineages: pd.Series) -> pd.DataFrame:
    """Return lines x genes, 0 = no effect, -1 = common essential; nothing missing."""
    symbols = omics.expression.columns
    means = pd.Series(rng.normal(-0.05, 0.1, len(symbols)), index=symbols)
    means[list(ESSENTIAL)] = rng.uniform(-1.5, -0.9, len(ESSENTIAL))
    means.update(pd.Series(MEANS))
    effect = pd.DataFrame(np.tile(means, (len(lineages), 1)), index=lineages.index, columns=symbols)
    for gene, (cause, by) in BY_MUTATION.items():
        effect[gene] += by * omics.mutation[cause]
    for gene, by in BY_EXPRESSION.items():
        level = omics.expression[gene]
        effect[gene] += by * (level - level.mean()).clip(-2, 4)
    for lineage, genes in BY_LINEAGE.items():
        effect.loc[lineages == lineage, list(genes)] -= 0.8
    return (effect + rng.normal(0, NOISE, effect.shape)).round(5)


def another_screen(
    rng: np.random.Generator, effect: pd.DataFrame, scale: float, noise: float
) -> pd.DataFrame:
    """Return what another screen measured of the same lines."""
    return (scale * effect + rng.normal(0, noise, effect.shape)).round(5)


def with_gaps(rng: np.random.Generator, frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return the frame with some values missing."""
    return frame.mask(rng.random(frame.shape) < share)
