"""Layers that the networks share."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def he_linear(inputs: int, outputs: int) -> nn.Linear:
    """Return a dense layer with He-uniform weights and zero bias, as published."""
    layer = nn.Linear(inputs, outputs)
    nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)
    return layer


def encoder(inputs: int, widths: Sequence[int], dropout: float = 0.0) -> nn.Sequential:
    """Return dense layers of ``widths``, each with ReLU and, before the last, dropout."""
    layers: list[nn.Module] = []
    for number, width in enumerate(widths):
        layers += [he_linear(inputs, width), nn.ReLU()]
        if dropout and number + 1 < len(widths):
            layers.append(nn.Dropout(dropout))
        inputs = width
    return nn.Sequential(*layers)


def masked_mse(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the mean squared error where ``mask`` is true; 0 where nothing is."""
    squared = torch.where(mask, predicted - target, 0).square()
    return squared.sum() / mask.sum().clamp(min=1)
