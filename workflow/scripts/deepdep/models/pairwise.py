"""The paper's baselines on DeepDEP's own inputs: one linear model of all pairs of a line and a gene.

A pair's features are the omics of the line beside the fingerprint of the gene. A linear model of them
is a sum, (a number of the line) + (a number of the gene), so that it tells no gene's lines apart by
more than what all genes have in common; what is fitted is exact all the same, over every measured
pair, and the table of pairs is never built (models/pairs.py).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepdep.models.base import TrainingSet
from deepdep.models.correlated import joined
from deepdep.models.pairs import Fitted, Pairs, fit_elastic_net, fit_ridge, fit_svm
from deepdep.prepare.transform import Design

logger = logging.getLogger("deepdep")


class Pairwise:
    """Ridge, lasso, elastic net or linear support vector regression of all pairs.

    All minimise the mean loss of the measured pairs, halved, plus the penalty times the sum of squared
    weights, halved, or absolute ones. The penalty is the one of least squared error on lines that are
    left out of the training lines for this; then all of them are fitted.

    Parameters
    ----------
    learner
        ``ridge`` (squared error), ``lasso``, ``elastic_net``, or ``svm`` (squared excess over epsilon).
    penalties
        Penalties tried: for ridge and svm in units of the mean eigenvalue of the features' covariance
        over pairs, for lasso and elastic net of the smallest that drops every feature.
    validation_share
        Share of the training lines that choose among them.
    l1_ratio
        Of the elastic net: share of the lasso's penalty.
    epsilon
        Of the svm: error that costs nothing, in units of the labels' standard deviation over all pairs.
    """

    def __init__(
        self,
        learner: str,
        penalties: Sequence[float],
        validation_share: float,
        l1_ratio: float = 0.5,
        epsilon: float = 0.1,
    ) -> None:
        self.learner, self.share = learner, validation_share
        self.penalties = sorted(penalties, reverse=True)  # each fit begins where the one before ended
        fits: dict[str, Callable[[Pairs, Sequence[float]], list[Fitted]]] = {
            "ridge": fit_ridge,
            "lasso": lambda pairs, path: fit_elastic_net(pairs, path, 1.0),
            "elastic_net": lambda pairs, path: fit_elastic_net(pairs, path, l1_ratio),
            "svm": lambda pairs, path: fit_svm(pairs, path, epsilon),
        }
        self.fit_path = fits[learner]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Pairwise":
        """Build from the settings of the config, of which some belong to one learner only."""
        names = ("learner", "penalties", "validation_share", "l1_ratio", "epsilon")
        return cls(**{name: settings[name] for name in names if name in settings})

    def fit(self, training: TrainingSet) -> None:
        """Choose the penalty on lines left out, then fit all lines."""
        design, labels = training.all_lines()
        lines, genes = joined(design), np.asarray(training.fingerprints)
        held_out = left_out(labels, self.share, training.seed)
        tried = self.fit_path(Pairs.of(lines[~held_out], genes, labels[~held_out]), self.penalties)
        errors = [squared_error(one, lines[held_out], genes, labels[held_out]) for one in tried]
        best = int(np.argmin(errors))
        path = self.penalties[: best + 1]
        if self.learner == "ridge":  # no fit of it depends on the one before
            path = path[-1:]
        fitted = self.fit_path(Pairs.of(lines, genes, labels), path)
        self.penalty = self.penalties[best]
        self.weights = fitted[-1].lines.astype(np.float32)
        self.effects = (fitted[-1].intercept + genes @ fitted[-1].genes).astype(np.float32)
        self.genes = fitted[-1].genes.astype(np.float32)
        self.not_converged = sum(not one.converged for one in [*tried, *fitted])
        self.said = list(self._sentences(len(tried) + len(fitted)))

    def _sentences(self, fits: int) -> list[str]:
        """Return, and log, what a reader of this model's row should know."""
        said = []
        if self.not_converged:
            said.append(f"{self.not_converged} of {fits} fits along the penalties did not converge")
        if len(self.penalties) > 1 and self.penalty in (self.penalties[0], self.penalties[-1]):
            said.append(f"the penalty chosen, {self.penalty:g}, is at the end of those tried")
        for sentence in said:
            logger.warning("pairwise %s: %s", self.learner, sentence)
        logger.info("pairwise %s: penalty %g", self.learner, self.penalty)
        return said

    def predict(self, design: Design) -> np.ndarray:
        """Return the sum of a number of the sample and one of the gene."""
        return self._numbers(design) + self.effects

    def _numbers(self, design: Design) -> np.ndarray:
        return (joined(design) @ self.weights)[:, None]

    def codes(self, design: Design) -> np.ndarray | None:
        """Return the sample's number, all that a prediction knows of it; None if it is 0 for all."""
        return self._numbers(design) if self.weights.any() else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights of omics (of all by name) and gene sets, and the genes' numbers."""
        return {"weights": self.weights, "gene_set_weights": self.genes, "effects": self.effects}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        self.weights, self.genes = arrays["weights"], arrays["gene_set_weights"]
        self.effects, self.penalty = arrays["effects"], notes["penalty"]
        self.not_converged, self.said = notes["not_converged"], notes["warnings"]

    def notes(self) -> dict[str, Any]:
        """Return the penalty chosen, and how many fits did not converge."""
        return {"penalty": self.penalty, "not_converged": self.not_converged, "warnings": self.said}

    def history(self) -> pd.DataFrame | None:
        """Return None: there are no epochs."""
        return None


def left_out(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Draw the lines that choose the penalty, among those with a label, one of them at least."""
    there = np.flatnonzero(np.isfinite(labels).any(axis=1))
    count = max(1, round(share * len(there)))
    chosen = np.random.default_rng(seed).permutation(there)[:count]
    return np.isin(np.arange(len(labels)), chosen)


def squared_error(fitted: Fitted, lines: np.ndarray, genes: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean squared error of measured pairs, samples x genes."""
    predicted = (lines @ fitted.lines)[:, None] + genes @ fitted.genes + fitted.intercept
    return float(np.nanmean(np.square(predicted - labels)))
