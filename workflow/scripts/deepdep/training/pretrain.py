"""Pretraining of one omic's autoencoder on unlabelled samples (paper, Methods)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from deepdep.errors import InputError
from deepdep.io.notes import load_notes
from deepdep.models.autoencoder import Autoencoder, build_autoencoder
from deepdep.models.layers import masked_mse
from deepdep.prepare.transform import Design
from deepdep.training.loop import LoopSettings, Task, Trained, train
from deepdep.training.state import Unfinished

logger = logging.getLogger("deepdep")
EXTRA = 20


@dataclass(frozen=True)
class PretrainSettings:
    """``widths`` of the encoder, ``batch`` samples a step, ``validation_share`` of the samples.

    ``kind``: autoencoder, masked (``masked_share`` of the inputs set to 0 in training) or
    variational (``kl_weight`` on the divergence). ``unfinished``: where the state is kept while
    training has not ended, None for nowhere.
    """

    widths: Sequence[int]
    loop: LoopSettings
    batch: int = 256
    validation_share: float = 0.1
    unfinished: Unfinished | None = None
    kind: str = "autoencoder"
    masked_share: float = 0.0
    kl_weight: float = 0.0


@dataclass(frozen=True)
class Pretrained:
    """A trained autoencoder, its losses and the samples of either role.

    ``pca_loss``: validation loss of principal components, as many as the bottleneck is wide.
    """

    network: Autoencoder
    trained: Trained
    train_samples: int
    validation_samples: int
    pca_loss: float

    def encoder_arrays(self) -> dict[str, np.ndarray]:
        """Return the encoder's weights by name."""
        state = self.network.encoder.state_dict()
        return {name: tensor.cpu().numpy() for name, tensor in state.items()}


@dataclass(frozen=True)
class Samples:
    """Values of one omic, which of them were measured, and which samples are held out."""

    values: Tensor
    observed: Tensor
    held_out: np.ndarray

    @property
    def training(self) -> np.ndarray:
        """Return the numbers of the samples to train on."""
        return np.flatnonzero(~self.held_out)

    @property
    def validation(self) -> tuple[Tensor, Tensor]:
        """Return values and measured ones of the samples held out."""
        return self.values[self.held_out], self.observed[self.held_out]


def searched_widths(
    widths: Mapping[str, Sequence[int]], winners: Sequence[str | Path]
) -> dict[str, Sequence[int]]:
    """Return ``widths`` by omic with those of searched omics in place, from their winners' files."""
    found = {notes["omic"]: notes["widths"] for notes in map(load_notes, winners)}
    return {**widths, **found}


def pretrain_settings(
    config: Mapping[str, Any], omic: str, limit: int | None, training: Mapping[str, Any] | None = None
) -> PretrainSettings:
    """Take the settings of one omic from the config's ``pretrain`` and ``training``."""
    epochs = min(config["epochs"], limit or config["epochs"])
    loop = LoopSettings.of({**config, **(training or {}), "epochs": epochs})
    own = {key: config[key] for key in ("batch", "validation_share", "kind", "masked_share", "kl_weight")}
    return PretrainSettings(config["widths"][omic], loop, **own)


def pretrain(
    design: Design,
    omic: str,
    patients: pd.Series,
    settings: PretrainSettings,
    seed: int,
    device: torch.device,
) -> Pretrained:
    """Train the autoencoder of ``omic``; values that were not measured count nowhere in the loss.

    Parameters
    ----------
    design
        Unlabelled samples; those without the omic are left out.
    patients
        Patient of each sample: all samples of one are on the same side of the split.

    Raises
    ------
    InputError
        If fewer than two patients have the omic.
    """
    generator = np.random.default_rng(seed)
    samples = take_samples(design, omic, patients, settings.validation_share, generator, device)
    torch.manual_seed(seed)
    network, task = make_task(samples, settings, generator)
    unfinished = settings.unfinished and settings.unfinished.of(
        replace(settings, unfinished=None), omic, seed, design, list(patients), device.type
    )
    trained = train(network, task, settings.loop, f"autoencoder {omic}", unfinished)
    training, kept = samples.training, samples.validation
    plain = pca_loss(samples.values[torch.from_numpy(training)], *kept, settings)
    return Pretrained(network, trained, len(training), len(kept[0]), plain)


def take_samples(
    design: Design,
    omic: str,
    patients: pd.Series,
    share: float,
    generator: np.random.Generator,
    device: torch.device,
) -> Samples:
    """Take the samples that have ``omic`` and hold out those of about ``share`` of the patients."""
    rows = np.flatnonzero(design.observed[omic].any(axis=1))
    values = torch.from_numpy(design.values[omic][rows]).to(device)
    observed = torch.from_numpy(design.observed[omic][rows]).to(device)
    held_out = split_patients(patients.to_numpy()[rows], share, generator)
    logger.info("%s: %d samples to train on, %d to validate", omic, (~held_out).sum(), held_out.sum())
    return Samples(values, observed, held_out)


def make_task(
    samples: Samples, settings: PretrainSettings, generator: np.random.Generator
) -> tuple[Autoencoder, Task]:
    """Build an autoencoder, from torch's random state, and how it is trained on ``samples``."""
    shape = (samples.values.shape[1], settings.widths)
    network = build_autoencoder(settings.kind, *shape, settings.masked_share, settings.kl_weight)
    network.to(samples.values.device)
    training, kept = samples.training, samples.validation
    task = Task(
        lambda: batches(training, settings.batch, generator),
        lambda part: network.objective(samples.values[part], samples.observed[part]),
        lambda: masked_mse(network(kept[0]), *kept).item(),
        generator,
    )
    return network, task


def pca_loss(training: Tensor, validation: Tensor, observed: Tensor, settings: PretrainSettings) -> float:
    """Return the loss of linear reconstruction: principal components of the training samples.

    As many as the bottleneck is wide, or as there are samples or features. What an autoencoder
    gains over it is what its depth is good for.
    """
    width, most = settings.widths[-1], min(training.shape)
    center = training.mean(dim=0)
    # Some more directions than wanted: the last ones of a random projection are not the best.
    found = torch.pca_lowrank(training - center, q=min(width + EXTRA, most), center=False, niter=8)[2]
    axes = found[:, :width]
    rebuilt = (validation - center) @ axes @ axes.T + center
    loss = masked_mse(rebuilt, validation, observed).item()
    logger.info("validation loss of a PCA of width %d: %.5f", width, loss)
    return loss


def split_patients(patients: np.ndarray, share: float, generator: np.random.Generator) -> np.ndarray:
    """Choose about ``share`` of the patients; return which samples are theirs, at least one."""
    unique = np.unique(patients)
    if len(unique) < 2:
        raise InputError(
            f"{len(unique)} patients without labelled lines have the omic, too few to pretrain its encoder.",
            "add unlabelled samples to the reference cohorts, or compare no model with pretrained: true.",
        )
    chosen = generator.permutation(unique)[: max(1, round(share * len(unique)))]
    return np.isin(patients, chosen)


def batches(rows: np.ndarray, size: int, generator: np.random.Generator) -> Iterator[Tensor]:
    """Yield the rows in random order, about ``size`` at a time."""
    for part in np.array_split(generator.permutation(rows), -(-len(rows) // size)):
        yield torch.from_numpy(part)
