"""What the simulated study is made of: its sizes, shares and seed."""

from dataclasses import dataclass

import numpy as np

from deepdep.errors import InputError

OMICS = ("mutation", "expression", "methylation", "copy_number")
CLASSES = ("mutation", "copy_number", "self_expression", "paralog", "lineage")
# shares of the genes that are not null, in the order of CLASSES
CLASS_SHARES = (0.2, 0.2, 0.25, 0.15, 0.2)
NO_EFFECT = "no_effect"  # not "null": readers of text tables take that word for a missing value


@dataclass(frozen=True)
class Settings:
    """Sizes and shares of the simulated study.

    Parameters
    ----------
    lines
        Cell lines with dependency scores.
    unlabelled_lines
        Cell lines without.
    lineages
        Lineages of the cell lines.
    tumors
        Tumour samples, one per patient.
    cancer_types
        Cancer types of the tumours; each is one of the lineages.
    features
        Features of every omic.
    genes
        Genes with dependency scores; all of them are features of all omics too.
    gene_sets
        Sets of the fingerprints.
    null_share
        Share of genes whose dependency no omic drives.
    noise
        Standard deviation of the dependency's measurement noise, in units of gene effect.
    seed
        Seed of everything drawn.
    """

    lines: int = 120
    unlabelled_lines: int = 12
    lineages: int = 8
    tumors: int = 400
    cancer_types: int = 6
    features: int = 500
    genes: int = 240
    gene_sets: int = 320
    null_share: float = 0.35
    noise: float = 0.09
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse sizes that contradict each other."""
        for field, least in LEAST.items():
            if getattr(self, field) < least:
                raise InputError(
                    f"Settings of the simulated study: {field} is {getattr(self, field)}, below {least}.",
                    f"Set {field} to {least} or more.",
                )
        self._refuse(self.cancer_types > self.lineages, "cancer_types is above lineages", "lower it")
        self._refuse(self.lineages > 26, "lineages is above 26", "set it to 26 or less")
        self._refuse(
            self.features < self.genes + SPECIAL,
            "features is below genes + 2",
            "raise features or lower genes",
        )
        self._refuse(not 0.0 <= self.null_share <= 0.9, "null_share is outside 0 to 0.9", "set it within")

    @staticmethod
    def _refuse(wrong: bool, what: str, remedy: str) -> None:
        if wrong:
            raise InputError(f"Settings of the simulated study: {what}.", f"{remedy[0].upper()}{remedy[1:]}.")

    @property
    def all_lines(self) -> int:
        """Number of cell lines, with and without dependency scores."""
        return self.lines + self.unlabelled_lines

    @property
    def null_genes(self) -> int:
        """Number of genes whose dependency no omic drives."""
        return int(np.ceil(self.null_share * self.genes))


SPECIAL = 2  # a constant feature and one that is missing everywhere, both in expression
LEAST = {
    "lines": 40,
    "unlabelled_lines": 4,
    "lineages": 2,
    "tumors": 20,
    "cancer_types": 1,
    "genes": 40,
    "gene_sets": 40,
    "noise": 0.0,
}
