"""The training loop, once, for every network."""

import copy
import logging
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from deepdep.errors import InputError
from deepdep.log import progress
from deepdep.training.state import Course, Parts, Unfinished, load_state, remove_state, save_state

logger = logging.getLogger("deepdep")

SMALLER = "lower lines_per_block and genes_per_block of the model, or pretrain.batch, in the config."


@dataclass(frozen=True)
class LoopSettings:
    """How long and how fast.

    ``patience``: epochs without a better validation loss before stopping. ``gradient_norm``:
    limit on the norm of the gradient, 0 for none. ``weight_decay`` is decoupled (AdamW); with
    0 the optimiser is Adam as published. ``schedule``: ``constant``, ``cosine`` for a rate that
    falls to 0 over ``epochs``, or ``one_cycle`` for one that rises over a tenth of them before.
    ``precision``: of the training batches, ``float32`` or ``bfloat16`` (autocast); validation is
    always float32. ``compile``: torch.compile, on a GPU.
    """

    epochs: int = 100
    patience: int = 3
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    gradient_norm: float = 0.0
    schedule: str = "constant"
    precision: str = "float32"
    compile: bool = False

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "LoopSettings":
        """Take the settings that ``config`` has, the defaults of the others."""
        return cls(**{entry.name: config[entry.name] for entry in fields(cls) if entry.name in config})

    def rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch, counted from 1."""
        if self.schedule == "constant":
            return self.learning_rate
        rise = round(self.epochs / 10) if self.schedule == "one_cycle" else 0
        if epoch <= rise:
            return self.learning_rate * epoch / (rise + 1)
        return self.learning_rate * (1 + math.cos(math.pi * (epoch - 1 - rise) / (self.epochs - rise))) / 2


@dataclass(frozen=True)
class Task:
    """What is trained.

    ``batches``: gives the batches of an epoch. ``loss``: loss of a batch. ``validate``: the
    validation loss, or None where the number of epochs is fixed. ``generator``: what orders the
    batches; its state is kept with an unfinished training. ``after_epoch``: called with epoch and
    validation loss; what it raises ends the training.
    """

    batches: Callable[[], Iterable[Any]]
    loss: Callable[[Any], Tensor]
    validate: Callable[[], float] | None
    generator: np.random.Generator | None = None
    after_epoch: Callable[[int, float], None] | None = None


@dataclass(frozen=True)
class Trained:
    """Losses by epoch (epoch, train, validation) and the epoch whose weights were kept."""

    history: pd.DataFrame
    best_epoch: int


def train(
    network: nn.Module, task: Task, settings: LoopSettings, label: str, unfinished: Unfinished | None = None
) -> Trained:
    """Train until validation stops improving or the epochs are over; keep the best weights.

    Parameters
    ----------
    unfinished
        Where the state is kept until training has ended, and taken up from if it lies there;
        None for nowhere. A training that was taken up ends with the weights of one that was not.

    Raises
    ------
    FloatingPointError
        If a loss is not finite; epoch and batch, or the validation, are named.
    """
    # fused: one pass over weights and moments; a step of a small block is 1.5 times faster
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=settings.weight_decay, fused=True)
    parts = Parts(network, optimizer, task.generator)
    compile_network(parts, settings, label)
    course = load_state(unfinished, parts, label) if unfinished else Course()
    left = range(course.epoch + 1, settings.epochs + 1)
    for epoch in progress(left, label, len(left)):
        run_once(parts, task, settings, course, label)
        if task.after_epoch:
            task.after_epoch(epoch, course.rows[-1]["validation"])
        if course.best_epoch and epoch - course.best_epoch >= settings.patience:
            break
        if unfinished and epoch % unfinished.every == 0 and epoch < settings.epochs:
            save_state(unfinished, course, parts)
    if unfinished:
        remove_state(unfinished)
    if course.best_epoch:
        network.load_state_dict(course.best_weights)
    return Trained(pd.DataFrame(course.rows), course.best_epoch or len(course.rows))


def mean_history(parts: Iterable[pd.DataFrame | None]) -> pd.DataFrame:
    """Return the mean losses by epoch of several trainings; empty where none is known, as after loading."""
    losses = pd.concat(parts)
    return losses if losses.empty else losses.groupby("epoch", as_index=False).mean()


def compile_network(parts: Parts, settings: LoopSettings, label: str) -> None:
    """Have the network compiled where the settings ask for it and it is on a GPU."""
    if settings.compile and parts.device.type == "cuda":
        logger.info("%s: compiled by torch.compile", label)
        parts.network.compile()  # in place: names of weights stay
    elif settings.compile:
        logger.info("%s: not compiled, because the device is the CPU", label)


def run_once(parts: Parts, task: Task, settings: LoopSettings, course: Course, label: str) -> None:
    """Train the next epoch of a course, validate, and write both into the course."""
    epoch = course.epoch + 1
    for group in parts.optimizer.param_groups:
        group["lr"] = settings.rate(epoch)
    losses = run_epoch(parts, task, settings, epoch)
    validation = evaluate(parts.network, task, epoch)
    logger.info("%s: epoch %d, train %.5f, validation %.5f", label, epoch, losses, validation)
    course.epoch = epoch
    course.rows.append({"epoch": epoch, "train": losses, "validation": validation})
    if task.validate is not None and validation < course.best_loss:
        course.best_loss, course.best_epoch = validation, epoch
        course.best_weights = copy.deepcopy(parts.network.state_dict())


def run_epoch(parts: Parts, task: Task, settings: LoopSettings, epoch: int) -> float:
    """Go once through the batches; return the mean loss."""
    network, optimizer = parts.network, parts.optimizer
    low = settings.precision == "bfloat16"
    network.train()
    losses = []
    for number, batch in enumerate(task.batches()):
        optimizer.zero_grad(set_to_none=True)
        with enough_memory(), torch.autocast(parts.device.type, torch.bfloat16, enabled=low):
            loss = task.loss(batch)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} in epoch {epoch}, batch {number}")
        with enough_memory():
            loss.backward()  # type: ignore[no-untyped-call]  # torch annotates it only in part
        if settings.gradient_norm:
            nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_norm)
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).mean().item()


@contextmanager
def enough_memory() -> Iterator[None]:
    """Turn torch's out-of-memory errors into one with the remedy.

    Linux may end a process that takes too much before torch can say so; ``check_block`` of
    training/network.py refuses blocks beyond the machine's memory before that.
    """
    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError on a GPU is one
        if not re.search("out of memory|not enough memory|allocate memory", str(error)):
            raise
        raise InputError(f"A batch does not fit into memory ({error}).", SMALLER) from None


def evaluate(network: nn.Module, task: Task, epoch: int) -> float:
    """Return the validation loss, NaN where there is no validation."""
    if task.validate is None:
        return float("nan")
    network.eval()
    with torch.no_grad():
        loss = task.validate()
    if not math.isfinite(loss):
        raise FloatingPointError(f"the validation loss is {loss} in epoch {epoch}")
    return loss
