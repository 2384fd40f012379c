"""The small world all files are written from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mirror.effects import PLANTED, draw_effect
from mirror.genome import make_bins, make_genes, make_probes, published_lists
from mirror.people import make_lines, make_patients, make_tumors
from mirror.values import Omics, draw_omics, make_biology


@dataclass(frozen=True)
class World:
    """Genes, lines and patients, and what is true of them.

    ``lines_omics`` has ACH ids as rows, ``tumors_omics`` samples of 15 characters; ``effect`` is
    of all lines, screened or not. ``lists`` are the published features.
    """

    seed: int
    genes: pd.DataFrame
    probes: list[str]
    bins: pd.DataFrame
    lists: dict[str, list[str]]
    lines: pd.DataFrame
    patients: pd.DataFrame
    tumors: pd.DataFrame
    lines_omics: Omics
    tumors_omics: Omics
    effect: pd.DataFrame

    def rng(self, part: int) -> np.random.Generator:
        """Return the random numbers of one part of the mirror."""
        return np.random.default_rng([self.seed, part])

    @property
    def labels(self) -> list[str]:
        """Genes as DepMap calls them today: ``SEPTIN9 (10801)``."""
        return (self.genes["new"] + " (" + self.genes["entrez"] + ")").to_list()

    @property
    def old_labels(self) -> list[str]:
        """Genes as DepMap called them in 2018."""
        return (self.genes["symbol"] + " (" + self.genes["entrez"] + ")").to_list()

    def ach(self, which: str | None = None) -> list[str]:
        """Return the ACH ids of lines, of those with a flag (scored, scored_18q2, paired) or of all."""
        rows = self.lines if which is None else self.lines[self.lines[which]]
        return rows["ach"].to_list()

    @property
    def ccle_of(self) -> dict[str, str]:
        """ACH id to CCLE name."""
        return dict(zip(self.lines["ach"], self.lines["ccle"], strict=True))


def make_world(seed: int) -> World:
    """Draw the world of a seed."""
    rng = np.random.default_rng([seed, 0])
    genes, probes = make_genes(), make_probes(rng)
    bins = make_bins(genes)
    lines, patients = make_lines(rng), make_patients(rng)
    tumors = make_tumors(patients)
    biology = make_biology(rng, genes["symbol"].to_list(), probes)
    lineages = lines.set_index("ach")["lineage"]
    lines_omics = draw_omics(rng, lineages, biology, genes, bins)
    tumors_omics = draw_omics(rng, tumors.set_index("sample")["group"], biology, genes, bins)
    effect = draw_effect(rng, lines_omics, lineages)
    lists = published_lists(genes, probes, bins, PLANTED)
    people = (lines, patients, tumors)
    return World(seed, genes, probes, bins, lists, *people, lines_omics, tumors_omics, effect)
