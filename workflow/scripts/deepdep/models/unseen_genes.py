"""Genes without labels, predicted by any model through genes whose fingerprints are alike.

A model with an output per gene has none for a gene that no training line has a label of. Here such a
gene gets its mean from its fingerprint, by kernel ridge over the labelled genes; and its deviations from
that mean, line by line, as a weighted sum of the deviations that the model predicts for the labelled
genes, with the weights of the same ridge: W = k (K + penalty)^-1, K the cosine of fingerprints. Both
penalties have the least exact leave-one-gene-out error on the training labels. A gene in no set is like
no other: all such genes are predicted the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.models.base import Model, TrainingSet, gene_means
from deepdep.models.ridge import KernelSolver
from deepdep.prepare.transform import Design

PENALTIES = np.logspace(-3, 4, 15)  # in units of the kernel's mean eigenvalue
FEWEST_GENES = 3  # with a label: fewer say nothing about others
PREFIX, INNER = "unseen/", "model/"  # of the names of arrays
ARRAYS = ("known", "means", "new_means", "weights")


@dataclass(frozen=True)
class Extension:
    """What turns predictions of labelled genes into those of others.

    ``means``: training mean of each labelled gene. ``new_means``: predicted mean of each other gene.
    ``weights``: other x labelled genes. ``penalties``: those chosen, of means and of deviations.
    """

    means: np.ndarray
    new_means: np.ndarray
    weights: np.ndarray
    penalties: tuple[float, float]

    def predict(self, predicted: np.ndarray) -> np.ndarray:
        """Return gene effect, samples x other genes, from that of the labelled ones."""
        return ((predicted - self.means) @ self.weights.T + self.new_means).astype(np.float32)


def extend(labels: np.ndarray, known: np.ndarray, new: np.ndarray) -> Extension:
    """Learn how genes without labels follow from those with.

    Parameters
    ----------
    labels
        Training lines x labelled genes; NaN = not measured.
    known, new
        Fingerprints of the labelled genes and of the others, genes x gene sets.

    Raises
    ------
    InputError
        Fewer than three genes have labels.
    """
    if len(known) < FEWEST_GENES:
        raise InputError(
            f"{len(known)} genes have labels in the training lines, too few to predict others from.",
            f"provide scores of {FEWEST_GENES} genes or more.",
        )
    means = gene_means(labels).astype(np.float64)
    # a missing label stands at its gene's mean
    deviations = np.nan_to_num(labels - means).T
    kernel, cross = cosines(known, known), cosines(new, known)
    penalties, weights = zip(
        *(gene_weights(kernel, cross, targets) for targets in (means[:, None], deviations)), strict=True
    )
    return Extension(
        means.astype(np.float32),
        (weights[0] @ means).astype(np.float32),
        weights[1].astype(np.float32),
        penalties,
    )


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the cosine of all pairs of fingerprints; 0 with a gene in no set."""
    units = []
    for rows in (first, second):
        lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float64)
        units.append(rows / np.where(lengths > 0, lengths, 1))
    return units[0] @ units[1].T


def gene_weights(kernel: np.ndarray, cross: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """Tune a kernel ridge over genes, with an intercept, by leaving each gene out.

    Parameters
    ----------
    kernel, cross
        Labelled x labelled genes, other x labelled genes.
    targets
        Labelled genes x what is predicted of each (one penalty serves all).

    Returns
    -------
    tuple
        The penalty, and weights (other x labelled genes): weights @ targets is what ridge predicts.
    """
    solver = KernelSolver(kernel, targets)
    penalty = float(PENALTIES[np.argmin(solver.leave_one_out(PENALTIES).mean(axis=1))])
    count = len(kernel)
    # ridge is linear in its targets: of the unit matrix it predicts the weights themselves
    inverse = solver.vectors / (solver.values + penalty * solver.unit) @ solver.vectors.T
    centring = np.eye(count) - 1 / count
    return penalty, (cross - solver.row_means) @ inverse @ centring + 1 / count


class UnseenGenes:
    """A model that also predicts genes without labels.

    Parameters
    ----------
    model
        Fits and predicts the genes that have labels.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def fit(self, training: TrainingSet) -> None:
        """Fit the model on the genes with labels, and learn the others from their fingerprints."""
        seen = genes_with_labels(training)
        prints = training.fingerprints
        _, labels = training.all_lines()
        self.take(seen, training.genes, extend(labels[:, seen], prints[seen], prints[~seen]))
        self.model.fit(only_genes(training, seen))

    def take(self, known: np.ndarray, genes: Sequence[str], extension: Extension) -> None:
        """Take an extension; ``known``: which of ``genes`` the model itself predicts."""
        self.known, self.extension = known, extension
        self.genes = [gene for gene, there in zip(genes, known, strict=True) if not there]

    def predict(self, design: Design) -> np.ndarray:
        """Return predicted gene effect of all genes."""
        predicted = self.model.predict(design)
        values = np.empty((len(predicted), len(self.known)), np.float32)
        values[:, self.known] = predicted
        values[:, ~self.known] = self.extension.predict(predicted)
        return values

    def codes(self, design: Design) -> np.ndarray | None:
        """Return what the model sees of each sample."""
        return self.model.codes(design)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the model's arrays and the extension's, each below a name of its own."""
        one = self.extension
        own = (self.known.astype(np.uint8), one.means, one.new_means, one.weights)
        inner = {f"{INNER}{name}": array for name, array in self.model.arrays().items()}
        return inner | {f"{PREFIX}{name}": part for name, part in zip(ARRAYS, own, strict=True)}

    def notes(self) -> dict[str, Any]:
        """Return the genes predicted through others, and the model's notes (its best epoch outside too)."""
        inner = self.model.notes()
        own = {"genes": self.genes, "penalties": list(self.extension.penalties), "model": inner}
        return {"unseen": own} | {key: inner[key] for key in inner if key == "best_epoch"}

    def restore(self, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
        """Take up a stored state."""
        own = notes["unseen"]
        known, *parts = (arrays[f"{PREFIX}{name}"] for name in ARRAYS)
        self.known, self.genes = known.astype(bool), list(own["genes"])
        means, new_means, weights = parts
        self.extension = Extension(means, new_means, weights, tuple(own["penalties"]))
        inner = {name.removeprefix(INNER): part for name, part in arrays.items() if name.startswith(INNER)}
        self.model.restore(inner, own["model"])

    def history(self) -> pd.DataFrame | None:
        """Return the model's losses by epoch, where there are any."""
        return self.model.history()


def genes_with_labels(training: TrainingSet) -> np.ndarray:
    """Tell which genes have a label in the training lines (those for early stopping do not count)."""
    return np.isfinite(training.labels).any(axis=0)


def only_genes(training: TrainingSet, kept: np.ndarray) -> TrainingSet:
    """Return the training set of some genes."""
    validation = training.validation_labels
    return replace(
        training,
        labels=training.labels[:, kept],
        genes=[gene for gene, there in zip(training.genes, kept, strict=True) if there],
        fingerprints=training.fingerprints[kept],
        validation_labels=None if validation is None else validation[:, kept],
    )


def reads_fingerprints(settings: Mapping[str, Any]) -> bool:
    """Tell whether a model of the config predicts genes by their fingerprints itself."""
    kind, gene_input = settings["kind"], settings.get("gene_input", "fingerprint")
    return kind == "pairwise" or (kind == "grid" and gene_input == "fingerprint")


def wrapped(model: Model, notes: Mapping[str, Any]) -> Model:
    """Return the model that a checkpoint's notes are of: one that predicts unseen genes, or not."""
    return UnseenGenes(wrapped(model, notes["unseen"]["model"])) if "unseen" in notes else model
