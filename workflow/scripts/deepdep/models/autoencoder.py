"""Autoencoders of one omic: the encoder initialises the joint model's (paper, Methods).

All kinds have the same encoder, so that any of them may stand where the paper has a plain one.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deepdep.models.layers import encoder, he_linear, masked_mse


class Autoencoder(nn.Module):
    """Encoder of the given widths and its mirror image, as published.

    Parameters
    ----------
    features
        Number of features of the omic.
    widths
        Widths of the encoder's layers; the last is the bottleneck.
    """

    def __init__(self, features: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.encoder = encoder(features, widths)
        back = list(reversed(widths))
        self.decoder = nn.Sequential(encoder(back[0], back[1:]), he_linear(back[-1], features))

    def forward(self, values: Tensor) -> Tensor:
        """Reconstruct values, samples x features."""
        return self.decoder(self.encoder(values))

    def objective(self, values: Tensor, observed: Tensor) -> Tensor:
        """Return what training minimises: the mean squared error over observed values."""
        return masked_mse(self(values), values, observed)


class MaskedAutoencoder(Autoencoder):
    """Denoising: in training a share of the inputs is set to 0, and all observed values are asked for."""

    def __init__(self, features: int, widths: Sequence[int], share: float) -> None:
        super().__init__(features, widths)
        self.share = share

    def objective(self, values: Tensor, observed: Tensor) -> Tensor:
        """Return the error of reconstructing whole profiles from masked ones."""
        kept = torch.rand_like(values) >= self.share
        return masked_mse(self(values * kept), values, observed)


class VariationalAutoencoder(Autoencoder):
    """Variational (Kingma & Welling 2014): the bottleneck gives mean and variance of a code.

    The error is weighed against the divergence of the code from a standard normal one, both per
    feature; reconstruction outside training is that of the mean.
    """

    def __init__(self, features: int, widths: Sequence[int], weight: float) -> None:
        super().__init__(features, widths)
        self.mean, self.log_variance = (nn.Linear(widths[-1], widths[-1]) for _ in range(2))
        self.features, self.weight = features, weight

    def forward(self, values: Tensor) -> Tensor:
        """Reconstruct values from the mean of their code."""
        return self.decoder(self.mean(self.encoder(values)))

    def objective(self, values: Tensor, observed: Tensor) -> Tensor:
        """Return error plus weighted divergence, with a drawn code."""
        inner = self.encoder(values)
        mean, log_variance = self.mean(inner), self.log_variance(inner).clamp(-10, 10)
        code = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        error = masked_mse(self.decoder(code), values, observed)
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2
        return error + self.weight * divergence / self.features


def build_autoencoder(
    kind: str, features: int, widths: Sequence[int], masked_share: float, kl_weight: float
) -> Autoencoder:
    """Build an autoencoder of a kind of the config: autoencoder, masked or variational."""
    if kind == "masked":
        return MaskedAutoencoder(features, widths, masked_share)
    if kind == "variational":
        return VariationalAutoencoder(features, widths, kl_weight)
    return Autoencoder(features, widths)
