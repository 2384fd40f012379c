"""The training loop, once, for every network."""

import copy
import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from deepdep.log import progress

logger = logging.getLogger("deepdep")


@dataclass(frozen=True)
class LoopSettings:
    """How long and how fast.

    ``patience``: epochs without a better validation loss before stopping. ``gradient_norm``:
    limit on the norm of the gradient, 0 for none. ``weight_decay`` is decoupled (AdamW); with
    0 the optimiser is Adam as published.
    """

    epochs: int = 100
    patience: int = 3
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    gradient_norm: float = 0.0


@dataclass(frozen=True)
class Task:
    """What is trained.

    ``batches``: gives the batches of an epoch. ``loss``: loss of a batch. ``validate``: the
    validation loss, or None where the number of epochs is fixed.
    """

    batches: Callable[[], Iterable[Any]]
    loss: Callable[[Any], Tensor]
    validate: Callable[[], float] | None


@dataclass(frozen=True)
class Trained:
    """Losses by epoch (epoch, train, validation) and the epoch whose weights were kept."""

    history: pd.DataFrame
    best_epoch: int


def train(network: nn.Module, task: Task, settings: LoopSettings, label: str) -> Trained:
    """Train until validation stops improving or the epochs are over; keep the best weights.

    Raises
    ------
    FloatingPointError
        If a loss is not finite; epoch and batch, or the validation, are named.
    """
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    rows: list[dict[str, float]] = []
    best, best_weights = (float("inf"), 0), None
    for epoch in progress(range(1, settings.epochs + 1), label, settings.epochs):
        losses = run_epoch(network, task, optimizer, settings, epoch)
        validation = evaluate(network, task, epoch)
        rows.append({"epoch": epoch, "train": losses, "validation": validation})
        logger.info("%s: epoch %d, train %.5f, validation %.5f", label, epoch, losses, validation)
        if task.validate is not None and validation < best[0]:
            best, best_weights = (validation, epoch), copy.deepcopy(network.state_dict())
        if best_weights is not None and epoch - best[1] >= settings.patience:
            break
    if best_weights is not None:
        network.load_state_dict(best_weights)
    return Trained(pd.DataFrame(rows), best[1] or len(rows))


def run_epoch(
    network: nn.Module, task: Task, optimizer: torch.optim.Optimizer, settings: LoopSettings, epoch: int
) -> float:
    """Go once through the batches; return the mean loss."""
    network.train()
    losses = []
    for number, batch in enumerate(task.batches()):
        optimizer.zero_grad(set_to_none=True)
        loss = task.loss(batch)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} in epoch {epoch}, batch {number}")
        loss.backward()
        if settings.gradient_norm:
            nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_norm)
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).mean().item()


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
