"""Models on disk: weights as safetensors, everything else as json beside them; no pickle."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from deepdep.errors import InputError
from deepdep.io.arrays import load_arrays, save_arrays
from deepdep.models.base import Model
from deepdep.models.unseen_genes import wrapped
from deepdep.prepare.cohort import Cohort
from deepdep.prepare.transform import Design, Scaling, Transform
from deepdep.training.ensemble import members_of
from deepdep.training.pretrain import Pretrained, PretrainSettings
from deepdep.training.registry import build_model

BLOCK_SAMPLES = 1000  # samples that are scaled at once: bounds memory, not results


@dataclass(frozen=True)
class FittedModel:
    """A model with all it needs to predict new samples.

    ``features``: omic to feature names, the order the model was fitted on. ``notes``: what
    the checkpoint says besides (settings, seed, lines, epochs, losses).
    """

    model: Model
    transform: Transform
    features: dict[str, list[str]]
    genes: list[str]
    notes: dict[str, Any]

    def predict(self, cohort: Cohort) -> pd.DataFrame:
        """Return predicted gene effect, samples x genes."""
        return self._predict(cohort, self.model)

    def predict_members(self, cohort: Cohort) -> Iterator[pd.DataFrame]:
        """Yield what each member of an ensemble predicts; any other model is its only member."""
        for member in members_of(self.model):
            yield self._predict(cohort, member)

    def _predict(self, cohort: Cohort, model: Model) -> pd.DataFrame:
        values = np.empty((len(cohort.samples), len(self.genes)), np.float32)
        for place, part in blocks_of(cohort):
            values[place] = model.predict(self.design(part))
        return pd.DataFrame(values, cohort.samples.index, self.genes)

    def codes(self, cohort: Cohort) -> pd.DataFrame | None:
        """Return what the model sees of each sample, samples x units; None if it looks at no omics.

        Raises
        ------
        InputError
            If a code is no finite number: NaN would pass for not measured later.
        """
        values = self.model.codes(self.design(cohort))
        if values is None:
            return None
        if not np.isfinite(values).all():
            raise InputError(
                "The model's codes of some samples are not finite.",
                "look at its losses, and train it with a smaller learning rate.",
            )
        return pd.DataFrame(values, cohort.samples.index)

    def observed(self, cohort: Cohort) -> pd.Series:
        """Return the share of each sample's features, of all omics together, that the model has values of."""
        parts = self.design(cohort).observed.values()
        counts = sum(part.sum(axis=1) for part in parts)
        return pd.Series(counts / sum(part.shape[1] for part in parts), cohort.samples.index)

    def design(self, cohort: Cohort) -> Design:
        """Scale a cohort as the training lines were.

        Raises
        ------
        InputError
            If the cohort's features are not the model's.
        """
        if cohort.features != self.features:
            raise InputError(
                "The cohort's features are not those that the model was fitted on.",
                "prepare the cohort in the same study as the model.",
            )
        return self.transform.apply(cohort)


def blocks_of(cohort: Cohort) -> Iterator[tuple[slice, Cohort]]:
    """Yield a cohort by blocks of samples, with their place in it."""
    names = cohort.samples.index
    for start in range(0, len(names), BLOCK_SAMPLES):
        place = slice(start, start + BLOCK_SAMPLES)
        yield place, cohort.take(names[place])


def save_transform(transform: Transform, path: str | Path, **notes: Any) -> None:
    """Write a fitted transform."""
    save_arrays(transform.arrays(), {"scaling": asdict(transform.scaling), **notes}, path)


def load_transform(path: str | Path) -> Transform:
    """Read a fitted transform."""
    arrays, notes = load_arrays(path)
    return Transform.from_arrays(arrays, Scaling(**notes["scaling"]))


def save_encoder(
    pretrained: Pretrained, path: str | Path, omic: str, features: list[str], settings: PretrainSettings
) -> None:
    """Write a pretrained encoder with the features it was trained on and its losses."""
    trained = pretrained.trained
    notes = {
        "omic": omic,
        "features": features,
        "settings": {key: value for key, value in asdict(settings).items() if key != "unfinished"},
        "best_epoch": trained.best_epoch,
        "history": trained.history.to_dict("records"),
        "pca_loss": pretrained.pca_loss,
        "train_samples": pretrained.train_samples,
        "validation_samples": pretrained.validation_samples,
    }
    save_arrays(pretrained.encoder_arrays(), notes, path)


def load_encoder(path: str | Path, features: list[str]) -> dict[str, np.ndarray]:
    """Read a pretrained encoder.

    Raises
    ------
    InputError
        If it was trained on other features, or the same in another order.
    """
    arrays, notes = load_arrays(path)
    if notes["features"] != features:
        raise InputError(
            f"{path}: the encoder was trained on other features than the cell lines have.",
            "remove the folder pretrained of this study and run again.",
        )
    return arrays


def save_model(fitted: FittedModel, path: str | Path) -> None:
    """Write a fitted model."""
    history = fitted.model.history()
    notes = {
        **fitted.notes,
        "model": fitted.model.notes(),
        "scaling": asdict(fitted.transform.scaling),
        "features": fitted.features,
        "genes": fitted.genes,
        "history": [] if history is None else history.replace({np.nan: None}).to_dict("records"),
    }
    save_arrays(fitted.model.arrays() | fitted.transform.arrays(), notes, path)


def load_model(path: str | Path, device: torch.device) -> FittedModel:
    """Read a fitted model."""
    arrays, notes = load_arrays(path)
    model = wrapped(build_model(notes["settings"], device), notes["model"])
    model.restore(arrays, notes["model"])
    transform = Transform.from_arrays(arrays, Scaling(**notes["scaling"]))
    return FittedModel(model, transform, notes["features"], notes["genes"], notes)
