"""The one interface of every model: fit on a training set, predict a design, keep a state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd

from deepdep.prepare.transform import Design

UNKNOWN = "unknown"  # lineage of a sample that has none: the word that sample sheets get
EMPTY = ("", "nan", "None", "<NA>")  # how a cell without lineage looks as text otherwise
ENCODER_KINDS = ("grid", "separate")  # kinds of the config's models with encoders of the omics
NETWORK_KINDS = (*ENCODER_KINDS, "multitask", "kernel_network")  # kinds with epochs


Array = TypeVar("Array")  # of numpy or torch


@dataclass(frozen=True)
class TrainingSet:
    """What a model may learn from.

    ``design`` and ``labels`` (samples x genes, NaN = not measured) are the training lines;
    ``validation_design`` and ``validation_labels`` are lines kept for early stopping, which
    a model without epochs adds to its training lines. ``fingerprints``: genes x gene sets, 0/1.
    ``pretrained``: omic to encoder weights.
    """

    design: Design
    labels: np.ndarray
    genes: list[str]
    fingerprints: np.ndarray
    features: dict[str, list[str]]
    seed: int
    validation_design: Design | None = None
    validation_labels: np.ndarray | None = None
    pretrained: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def all_lines(self) -> tuple[Design, np.ndarray]:
        """Return training and validation lines together, for models that need no validation."""
        if self.validation_design is None or self.validation_labels is None:
            return self.design, self.labels
        joined = stack_designs(self.design, self.validation_design)
        return joined, np.concatenate([self.labels, self.validation_labels])

    def joined(self) -> "TrainingSet":
        """Return the same with the validation lines among the training lines."""
        design, labels = self.all_lines()
        return replace(self, design=design, labels=labels, validation_design=None, validation_labels=None)


class Model(Protocol):
    """A predictor of gene effect; built from its settings in the config."""

    def fit(self, training: TrainingSet) -> None:
        """Learn from the training set."""

    def predict(self, design: Design) -> np.ndarray:
        """Return predicted gene effect, samples x genes float32."""

    def codes(self, design: Design) -> np.ndarray | None:
        """Return what the model sees of each sample, samples x width; None if it looks at no omics."""

    def arrays(self) -> dict[str, np.ndarray]:
        """Return everything learned, as named arrays."""

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up what :meth:`arrays` and :meth:`notes` gave."""

    def notes(self) -> dict[str, Any]:
        """Return what a reader of the checkpoint wants to know, as json.

        Two keys mean the same in every model that has them. ``not_converged``: number of fits (of genes,
        where each has its own) whose optimiser did not converge. ``warnings``: readable sentences on
        what a reader of the model's row should know; the log has them too.
        """

    def history(self) -> pd.DataFrame | None:
        """Return loss by epoch (epoch, train, validation), where there are epochs."""


def known_lineages(groups: np.ndarray) -> np.ndarray:
    """Return the lineage of each sample, ``unknown`` for every way of saying that it has none."""
    return np.where(np.isin(groups, EMPTY), UNKNOWN, groups)


def stack_designs(first: Design, second: Design) -> Design:
    """Put the rows of ``second`` below those of ``first``."""
    return Design(
        {omic: np.concatenate([first.values[omic], second.values[omic]]) for omic in first.values},
        {omic: np.concatenate([first.observed[omic], second.observed[omic]]) for omic in first.observed},
        np.concatenate([first.present, second.present]),
        None
        if first.groups is None or second.groups is None
        else np.concatenate([first.groups, second.groups]),
        first.confounders
        and second.confounders
        and {
            name: np.concatenate([first.confounders[name], second.confounders[name]])
            for name in first.confounders
        },
    )


def below(named: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    """Return the tensors or arrays whose name begins with ``prefix``, by the rest of their name."""
    return {name.removeprefix(prefix): value for name, value in named.items() if name.startswith(prefix)}


def gene_means(labels: np.ndarray) -> np.ndarray:
    """Return the mean label of each gene over the lines where it was measured; 0 if nowhere."""
    counts = np.isfinite(labels).sum(axis=0)
    sums = np.nansum(labels, axis=0, dtype=np.float64)
    return np.where(counts > 0, sums / np.maximum(counts, 1), 0).astype(np.float32)


def gene_spreads(labels: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each gene's labels; 1 for a gene that does not vary."""
    deviations = labels - gene_means(labels)
    counts = np.maximum(np.isfinite(labels).sum(axis=0), 1)
    spread = np.sqrt(np.nansum(np.square(deviations), axis=0) / counts)
    return np.where(spread > 0, spread, 1)
