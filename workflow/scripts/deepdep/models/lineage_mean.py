"""The baseline that knows a sample's lineage only: mean per lineage and gene, drawn to the gene's mean.

What a model gains over this row it has read from the omics, and not from where the sample comes from.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.models.base import UNKNOWN, TrainingSet, known_lineages
from deepdep.prepare.transform import Design


class LineageMean:
    """Gene mean + n / (n + strength) x (lineage mean - gene mean), n = measured lines of the lineage.

    Parameters
    ----------
    strengths
        Strengths tried for each gene, in lines; the one of least exact leave-one-out error is taken.
    """

    def __init__(self, strengths: Sequence[float]) -> None:
        self.strengths = np.asarray(strengths, np.float64)

    def fit(self, training: TrainingSet) -> None:
        """Choose each gene's strength by leave-one-out, then take the means over all lines."""
        design, labels = training.all_lines()
        groups = groups_of(design)
        self.lineages = sorted(set(groups) - {UNKNOWN})
        member = self.codes_of(groups).astype(np.float64)
        sums = Sums.of(labels, member)
        errors = np.stack([sums.leave_one_out(labels, member, strength) for strength in self.strengths])
        self.strength = self.strengths[errors.argmin(axis=0)].astype(np.float32)
        self.means = ratio(sums.total, sums.count).astype(np.float32)
        self.offsets = (sums.shrunk(self.strength) - self.means).astype(np.float32)

    def predict(self, design: Design) -> np.ndarray:
        """Return the shrunk mean of each sample's lineage, the gene's mean where it is unknown."""
        return self.codes_of(groups_of(design)) @ self.offsets + self.means

    def codes(self, design: Design) -> np.ndarray | None:
        """Return a column per lineage, 1 for the sample's own; None where there is but one lineage."""
        return self.codes_of(groups_of(design)) if len(self.lineages) > 1 else None

    def codes_of(self, groups: np.ndarray) -> np.ndarray:
        """Return samples x lineages, 1 for the sample's own; 0 throughout for an unknown one."""
        return (groups[:, None] == np.asarray(self.lineages, str)).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return gene means, the lineages' offsets from them, and each gene's strength."""
        return {"means": self.means, "offsets": self.offsets, "strength": self.strength}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.means, self.offsets, self.strength = (arrays[key] for key in ("means", "offsets", "strength"))
        self.lineages = notes["lineages"]

    def notes(self) -> dict[str, Any]:
        """Return the lineages, in the order of the offsets."""
        return {"lineages": self.lineages}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


class Sums:
    """Sums and counts of the measured labels, of all lines (genes) and by lineage (lineages x genes)."""

    def __init__(self, total: np.ndarray, count: np.ndarray, by: np.ndarray, count_by: np.ndarray) -> None:
        self.total, self.count, self.by, self.count_by = total, count, by, count_by

    @classmethod
    def of(cls, labels: np.ndarray, member: np.ndarray) -> "Sums":
        """Add up labels (lines x genes, NaN = not measured); ``member``: lines x lineages, 0 or 1."""
        measured = np.isfinite(labels).astype(np.float64)
        known = np.nan_to_num(labels.astype(np.float64), nan=0)
        return cls(known.sum(axis=0), measured.sum(axis=0), member.T @ known, member.T @ measured)

    def shrunk(self, strength: np.ndarray | float) -> np.ndarray:
        """Return the means of the lineages drawn to those of the genes, lineages x genes."""
        means = ratio(self.total, self.count)
        return means + (self.by - self.count_by * means) / (self.count_by + strength)

    def leave_one_out(self, labels: np.ndarray, member: np.ndarray, strength: float) -> np.ndarray:
        """Return each gene's mean squared error of the lines predicted from all others."""
        measured = np.isfinite(labels)
        known = np.where(measured, labels, 0).astype(np.float64)
        inside = member.any(axis=1, keepdims=True)  #  a line of unknown lineage is in no lineage's sum
        others = Sums(
            self.total - known,
            self.count - measured,
            member @ self.by - known * inside,
            member @ self.count_by - measured * inside,
        )
        return ratio(np.square((known - others.shrunk(strength)) * measured).sum(axis=0), self.count)


def ratio(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return sums over counts, 0 where nothing was counted."""
    return np.where(counts > 0, sums / np.maximum(counts, 1), 0)


def groups_of(design: Design) -> np.ndarray:
    """Return the lineages of a design's samples.

    Raises
    ------
    InputError
        If the design does not have them.
    """
    if design.groups is None:
        raise InputError(
            "lineage_mean: the samples come without their lineage.",
            "name the column of the lineage as `group` of the cohort's sample sheet.",
        )
    return known_lineages(design.groups)
