"""Fit one model on the training lines of one fold, or on all labelled lines."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import torch

from deepdep.io.parquet import read_matrix, read_table
from deepdep.models.base import ENCODER_KINDS, NETWORK_KINDS, UNKNOWN, TrainingSet
from deepdep.models.unseen_genes import UnseenGenes, genes_with_labels, reads_fingerprints
from deepdep.prepare.cohort import Cohort, join_cohorts, labels_of, load_cohorts, unlabelled
from deepdep.prepare.transform import Design, Transform
from deepdep.training.checkpoint import FittedModel, load_encoder, load_transform
from deepdep.training.own_model import OWN_KIND, with_sum
from deepdep.training.registry import build_model
from deepdep.training.state import Unfinished

logger = logging.getLogger("deepdep")

WITHIN_LINEAGE = "within_lineage"  # of shuffle_labels: labels stay in their lineage


@dataclass(frozen=True)
class Study:
    """What all folds of a study share.

    ``cohort``: cell lines. ``reference``: the transform fitted on unlabelled samples, whose
    statistics serve the domains that a fold's training lines do not cover. ``unlabelled``:
    cell lines without labels and without a labelled sister line; they help to scale.
    """

    cohort: Cohort
    unlabelled: Cohort
    dependency: pd.DataFrame
    fingerprints: pd.DataFrame
    reference: Transform
    pretrained: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lines:
    """Names of the lines to train on and of those kept for early stopping (may be none)."""

    train: Sequence[str]
    validation: Sequence[str] = ()


def fit_model(
    study: Study,
    lines: Lines,
    settings: Mapping[str, Any],
    seed: int,
    device: torch.device,
    unfinished: Unfinished | None = None,
) -> FittedModel:
    """Fit the model of ``settings``; scaling and labels come from ``lines`` alone.

    With ``shuffle_labels`` in the settings the labels of the training lines change places,
    and those of the validation lines among themselves (one order for all genes): what a model
    then predicts is chance, or (``within_lineage``) no more than lineage. Genes without any training
    label are predicted by their fingerprints. A network that was killed while training goes on from
    the state at ``unfinished``; baselines have none.
    """
    training_cohort = study.cohort.take(lines.train)
    scaling = study.reference.scaling
    transform = study.reference.updated(
        Transform.fit(join_cohorts([training_cohort, study.unlabelled]), scaling)
    )
    labels = labels_for(study, lines, settings["shuffle_labels"], seed)
    training = TrainingSet(
        design=transform.apply(training_cohort),
        labels=labels[0],
        genes=list(study.dependency.columns),
        fingerprints=study.fingerprints.loc[study.dependency.columns].to_numpy(),
        features=study.cohort.features,
        seed=seed,
        pretrained=study.pretrained,
    )
    if len(lines.validation):
        training = replace(
            training,
            validation_design=transform.apply(study.cohort.take(lines.validation)),
            validation_labels=labels[1],
        )
    logger.info("lines: %d to train on, %d to validate", len(lines.train), len(lines.validation))
    model = build_model(settings, device, unfinished)
    if not genes_with_labels(training).all() and not reads_fingerprints(settings):
        model = UnseenGenes(model)
    model.fit(training)
    notes = {"settings": dict(settings), "seed": seed, "train": list(lines.train)}
    return FittedModel(model, transform, study.cohort.features, training.genes, notes)


def labels_for(study: Study, lines: Lines, shuffle: bool | str, seed: int) -> list[np.ndarray]:
    """Return the labels of training and of validation lines, shuffled by a seed where so set.

    ``shuffle``: false, true (any line's labels may come to any other) or ``within_lineage``.
    """
    labels = [labels_of(study.dependency, names) for names in (lines.train, lines.validation)]
    bare = np.isnan(labels[0]).all(axis=0)
    if bare.any():
        names = ", ".join(study.dependency.columns[bare][:5])
        text = "%d genes have no label in the training lines and are predicted by fingerprint: %s"
        logger.warning(text, bare.sum(), names)
    if not shuffle:
        return labels
    generator = np.random.default_rng(seed)
    if shuffle != WITHIN_LINEAGE:
        return [generator.permutation(part) for part in labels]
    lineages = study.cohort.samples["group"].fillna(UNKNOWN)
    parts = zip(labels, (lines.train, lines.validation), strict=True)
    return [part[swapped(lineages.loc[list(names)].to_numpy(), generator)] for part, names in parts]


def swapped(groups: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return a random order in which every place goes to a line of the same group."""
    order = np.arange(len(groups))
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        order[own] = generator.permutation(own)
    return order


def without_labels(study: Study, genes: Sequence[str]) -> Study:
    """Return the study with the labels of some genes taken away, in all lines."""
    hidden = study.dependency.columns.isin(list(genes))
    return replace(study, dependency=study.dependency.mask(np.broadcast_to(hidden, study.dependency.shape)))


def load_study(files: Mapping[str, Any], omics: Sequence[str]) -> Study:
    """Load what the folds share from the files of a training rule.

    Parameters
    ----------
    files
        ``samples``, ``omics`` (one file per omic), ``dependency``, ``fingerprints``, ``scaling``,
        ``pretrained`` (one file per omic, or none).
    """
    (cohort,) = load_cohorts([files["samples"]], files["omics"], list(omics))
    dependency = read_matrix(files["dependency"])
    encoders = dict(zip(omics, files.get("pretrained") or (), strict=False))
    return Study(
        cohort,
        unlabelled(cohort, dependency.index),
        dependency,
        read_matrix(files["fingerprints"], index="gene"),
        load_transform(files["scaling"]),
        {omic: load_encoder(path, cohort.features[omic]) for omic, path in encoders.items()},
    )


def load_unlabelled(files: Mapping[str, Any], omic: str) -> tuple[Cohort, Design]:
    """Load the samples that an autoencoder may see, unlabelled ones of all cohorts, and scale them.

    Parameters
    ----------
    files
        ``samples`` and ``omics`` (one file per cohort), ``dependency`` (who has labels), ``scaling``.
    """
    cohort = join_cohorts(load_cohorts(files["samples"], files["omics"], [omic]))
    free = unlabelled(cohort, read_table(files["dependency"], columns=["sample"])["sample"])
    return free, load_transform(files["scaling"]).apply(free)


def model_settings(
    settings: Mapping[str, Any],
    widths: Mapping[str, Sequence[int]],
    limit: int | None,
    fold_notes: Sequence[Mapping[str, Any]],
    training: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Complete a model's settings from the config.

    A network gets the ``widths`` of its encoders, if it has any, at most ``limit`` epochs, and
    precision and compiling from the config's ``training``; with the notes of its folds (a final
    model, which has no validation lines) their median best epoch.
    """
    full = {"shuffle_labels": False, **settings}
    if full["kind"] in NETWORK_KINDS:
        full |= {key: value for key, value in (training or {}).items() if key in ("precision", "compile")}
        full["epochs"] = final_epochs(fold_notes, min(full["epochs"], limit or full["epochs"]))
    if full["kind"] == OWN_KIND:
        full = with_sum(full)
    if full["kind"] in ENCODER_KINDS:
        full["encoders"] = {omic: list(width) for omic, width in widths.items()}
    return full


def final_epochs(fold_notes: Sequence[Mapping[str, Any]], limit: int) -> int:
    """Return the median of the folds' best epochs, ``limit`` where there are no folds."""
    best = [notes["model"]["best_epoch"] for notes in fold_notes]
    return round(float(np.median(best))) if best else limit
