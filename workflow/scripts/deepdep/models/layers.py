"""Layers that the networks share."""

from collections import OrderedDict
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
    """Return dense layers of ``widths``, each with ReLU and, but for the last, dropout.

    Names of weights do not depend on ``dropout``, so a pretrained encoder fits with any.
    """
    sizes = [inputs, *widths]
    return nn.Sequential(
        *(
            nn.Sequential(
                OrderedDict(
                    linear=he_linear(sizes[place], width),
                    relu=nn.ReLU(),
                    dropout=nn.Dropout(dropout if place + 1 < len(widths) else 0),
                )
            )
            for place, width in enumerate(widths)
        )
    )


def masked_mse(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the mean squared error where ``mask`` is true; 0 where nothing is."""
    squared = torch.where(mask, predicted - target, 0).square()
    return squared.sum() / mask.sum().clamp(min=1)
