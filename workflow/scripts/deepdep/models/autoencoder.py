"""Autoencoder of one omic: its encoder initialises the joint model's (paper, Methods)."""

from collections.abc import Sequence

from torch import Tensor, nn

from deepdep.models.layers import encoder, he_linear


class Autoencoder(nn.Module):
    """Encoder of the given widths and its mirror image.

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
