"""Serve genes outside of training: a fitted model and the fingerprints of any genes give predictions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.models.unseen_genes import Extension, UnseenGenes, extend
from deepdep.prepare.cohort import labels_of
from deepdep.training.checkpoint import FittedModel
from deepdep.training.fit import Study


def serve_genes(fitted: FittedModel, study: Study, fingerprints: pd.DataFrame) -> FittedModel:
    """Return a fitted model that also predicts genes outside of the study.

    Parameters
    ----------
    fitted
        Any model; its own genes are predicted as before.
    study
        What it was fitted on: the labels and fingerprints from which other genes are learned.
    fingerprints
        Genes x gene sets (those of the study) of the genes to add; genes it has already are passed over.

    Raises
    ------
    InputError
        The gene sets are not the study's.
    """
    if list(fingerprints.columns) != list(study.fingerprints.columns):
        raise InputError(
            "The fingerprints of further genes have other gene sets than the study's.",
            "build them from the study's gene sets, in their order.",
        )
    new = fingerprints.loc[~fingerprints.index.isin(fitted.genes)]
    labels = labels_of(study.dependency[fitted.genes], fitted.notes["train"])
    labelled = np.isfinite(labels).any(axis=0)
    known = study.fingerprints.loc[fitted.genes].to_numpy()
    extension = extend(labels[:, labelled], known[labelled], new.to_numpy())
    genes = [*fitted.genes, *new.index]
    model = UnseenGenes(fitted.model)
    model.take(np.arange(len(genes)) < len(fitted.genes), genes, spread_out(extension, labelled))
    return replace(fitted, model=model, genes=genes)


def spread_out(extension: Extension, labelled: np.ndarray) -> Extension:
    """Give an extension a place, of weight 0, for each gene that had no label to learn from."""
    means = np.zeros(len(labelled), np.float32)
    weights = np.zeros((len(extension.new_means), len(labelled)), np.float32)
    means[labelled], weights[:, labelled] = extension.means, extension.weights
    return replace(extension, means=means, weights=weights)
