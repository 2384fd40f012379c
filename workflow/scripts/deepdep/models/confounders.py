"""The baseline without biology of the gene: what sort of sample it is, how altered and how well measured.

What a model gains over this row it has read from single features, and not from burdens, data quality or
the culture of the lines. Lineage is not among the covariates: that is the baseline ``lineage_mean``.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import TrainingSet, known_lineages
from deepdep.models.ridge import linear_kernel, solve_genes
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")

RARE = "rare"  # stands for the categories of few lines, and for those that no training line has
FEW = 5  # lines below which a category is rare
SMALL = 1e-6  # spread, relative to the covariate's size, that counts as none


class Confounders:
    """Per-gene ridge with a free intercept on covariates of the samples, standardised over training lines.

    Each gene's penalty is the one of least exact leave-one-out error.

    Parameters
    ----------
    penalties
        Penalties tried for each gene, in units of the kernel's mean eigenvalue.
    """

    def __init__(self, penalties: Sequence[float]) -> None:
        self.penalties = np.asarray(penalties, np.float64)

    def fit(self, training: TrainingSet) -> None:
        """Standardise the covariates that vary, choose each gene's penalty and solve."""
        design, labels = training.all_lines()
        self.categories = categories_of(design)
        raw = covariates(design, self.categories)
        table = np.stack(list(raw.values()), axis=1)
        known = np.isfinite(table)
        count = np.maximum(known.sum(axis=0), 1)
        centers = np.where(known, table, 0).sum(axis=0) / count
        spreads = np.sqrt(np.square(np.where(known, table - centers, 0)).sum(axis=0) / count)
        varies = spreads > SMALL * np.maximum(np.abs(centers), SMALL)
        self.names = [name for name, kept in zip(raw, varies, strict=True) if kept]
        self.centers, self.spreads = centers[varies], spreads[varies]
        codes = self._standardised(design)
        duals, intercepts, self.penalty = solve_genes(linear_kernel(codes), labels, self.penalties)
        self.weights, self.intercepts = codes.T @ duals, intercepts
        logger.info("confounders: covariates that vary: %s", ", ".join(self.names) or "none")

    def _standardised(self, design: Design) -> np.ndarray:
        """Return samples x covariates float32; the training mean, 0, where a sample has no value."""
        raw = covariates(design, self.categories)
        columns = [np.zeros((len(design.present), 0)), *(raw[name][:, None] for name in self.names)]
        scaled = (np.concatenate(columns, axis=1) - self.centers) / self.spreads
        return np.nan_to_num(scaled, nan=0).astype(np.float32)

    def predict(self, design: Design) -> np.ndarray:
        """Return weighted sums of the covariates."""
        return (self._standardised(design) @ self.weights + self.intercepts).astype(np.float32)

    def codes(self, design: Design) -> np.ndarray | None:
        """Return the standardised covariates, None if there are none."""
        return self._standardised(design) if self.names else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return weights (covariates x genes), intercepts, penalties, and centre and spread by covariate."""
        return {
            "weights": self.weights,
            "intercepts": self.intercepts,
            "penalty": self.penalty,
            "centers": self.centers,
            "spreads": self.spreads,
        }

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.weights, self.intercepts, self.penalty = (
            arrays[key] for key in ("weights", "intercepts", "penalty")
        )
        self.centers, self.spreads = arrays["centers"], arrays["spreads"]
        self.names, self.categories = notes["covariates"], notes["categories"]

    def notes(self) -> dict[str, Any]:
        """Return the covariates in use, and the categories of the sheet's columns."""
        return {"covariates": self.names, "categories": self.categories}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def categories_of(design: Design) -> dict[str, list[str]]:
    """Return the categories of each column of the sheet that are not rare among some lines."""
    found = {}
    for name, texts in (design.confounders or {}).items():
        values, counts = np.unique(known_lineages(texts), return_counts=True)
        found[name] = [str(value) for value in values[counts >= FEW]]
    return found


def covariates(design: Design, categories: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Return the covariates of each sample by name; NaN where the sample's omics do not tell.

    They are taken from omics as models see them. Mutation: share of the measured genes that are mutated
    (above 0, which a mutated gene is before scaling and after). Copy number: mean absolute value, the
    distance from the training mean in standard deviations if scaled, from two copies in log2 if not.
    Expression: mean and standard deviation of the profile, of scaled values where it is scaled.
    """
    found: dict[str, np.ndarray] = {}
    for place, omic in sorted(enumerate(design.values), key=lambda pair: pair[1]):
        values, observed = design.values[omic], design.observed[omic]
        found[f"{omic} there"] = design.present[:, place].astype(np.float64)
        found[f"{omic} observed"] = observed.mean(axis=1)
        found |= dict(of_omic(omic, values, observed))
    for name, kept in categories.items():
        # a cohort whose sheet has no such column: unknown throughout
        texts = (design.confounders or {}).get(name, np.full(len(design.present), ""))
        texts = known_lineages(texts)
        texts = np.where(np.isin(texts, kept), texts, RARE)
        found |= {f"{name}: {value}": (texts == value).astype(np.float64) for value in [*kept, RARE]}
    return found


def of_omic(omic: str, values: np.ndarray, observed: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what is told by the values of an omic alone, over the features that were measured."""
    if omic == "mutation":
        yield "mutation burden", mean_measured(values > 0, observed)
    if omic == "copy_number":
        yield "copy number burden", mean_measured(np.abs(values), observed)
    if omic == "expression":
        mean = mean_measured(values, observed)
        spread = mean_measured(np.square(values - mean[:, None]), observed)
        yield "expression mean", mean
        yield "expression SD", np.sqrt(spread)


def mean_measured(values: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return the mean of each sample's measured values, NaN where it has none."""
    counts = observed.sum(axis=1)
    sums = np.where(observed, values, 0).sum(axis=1, dtype=np.float64)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
