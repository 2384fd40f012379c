"""The grid model: encode every sample once and every gene once, meet by broadcasting.

The published network sees one (cell line, gene) pair per row: five encoded vectors are
joined and pass through a head. The head's first layer is linear in the joined vector, so it
splits into a part of the sample and a part of the gene; their sum over a samples x genes block
gives the same numbers as the rows would (DESIGN.md; Chiu et al. 2021 for the architecture).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from deepdep.models.layers import encoder, he_linear


@dataclass(frozen=True)
class Architecture:
    """Widths of the grid model.

    ``encoders``: omic to layer widths. ``fingerprint``: widths of the gene's encoder.
    ``head``: widths of the hidden layers after the join. ``dropout``: share of units.
    """

    encoders: Mapping[str, Sequence[int]]
    fingerprint: Sequence[int]
    head: Sequence[int]
    dropout: float = 0.0


class GridNet(nn.Module):
    """Predict a block of gene effects from samples and fingerprints.

    Parameters
    ----------
    architecture
        Widths.
    features
        Omic to number of features; the order of omics is the order of ``present``'s columns.
    gene_sets
        Length of a fingerprint.
    """

    def __init__(self, architecture: Architecture, features: Mapping[str, int], gene_sets: int) -> None:
        super().__init__()
        widths, dropout = architecture.encoders, architecture.dropout
        self.encoders = nn.ModuleDict(
            {omic: encoder(count, widths[omic], dropout) for omic, count in features.items()}
        )
        # What stands for the code of an omic that a sample lacks; learned, zero at first.
        self.missing = nn.ParameterDict(
            {omic: nn.Parameter(torch.zeros(widths[omic][-1])) for omic in features}
        )
        self.gene_encoder = encoder(gene_sets, architecture.fingerprint, dropout)
        sample_width = sum(widths[omic][-1] for omic in features)
        joint = he_linear(sample_width + architecture.fingerprint[-1], architecture.head[0])
        self.sample_half, self.gene_half = split_linear(joint, sample_width)
        self.head = nn.Sequential(
            nn.ReLU(),
            nn.Dropout(dropout),
            encoder(architecture.head[0], architecture.head[1:], dropout),
            he_linear(architecture.head[-1], 1),
        )

    def encode_samples(self, values: Mapping[str, Tensor], present: Tensor) -> Tensor:
        """Return the sample part of the head's first layer, samples x width."""
        return self.sample_half(self.sample_codes(values, present))

    def sample_codes(self, values: Mapping[str, Tensor], present: Tensor) -> Tensor:
        """Return the bottlenecks of all omics side by side, samples x their widths."""
        codes = []
        for column, (omic, layers) in enumerate(self.encoders.items()):
            has = present[:, column, None]
            codes.append(has * layers(values[omic]) + (1 - has) * self.missing[omic])
        return torch.cat(codes, dim=1)

    def encode_genes(self, fingerprints: Tensor) -> Tensor:
        """Return the gene part of the head's first layer, genes x width."""
        return self.gene_half(self.gene_encoder(fingerprints))

    def meet(self, samples: Tensor, genes: Tensor) -> Tensor:
        """Return gene effects, samples x genes, from both parts."""
        return self.head(samples[:, None, :] + genes[None, :, :])[..., 0]

    def forward(self, values: Mapping[str, Tensor], present: Tensor, fingerprints: Tensor) -> Tensor:
        """Return gene effects of a block, samples x genes."""
        return self.meet(self.encode_samples(values, present), self.encode_genes(fingerprints))


def split_linear(joint: nn.Linear, sample_width: int) -> tuple[nn.Linear, nn.Linear]:
    """Split a dense layer over (sample, gene) into one layer for each; the sample's has the bias."""
    sample_half = nn.Linear(sample_width, joint.out_features)
    gene_half = nn.Linear(joint.in_features - sample_width, joint.out_features, bias=False)
    with torch.no_grad():
        sample_half.weight.copy_(joint.weight[:, :sample_width])
        sample_half.bias.copy_(joint.bias)
        gene_half.weight.copy_(joint.weight[:, sample_width:])
    return sample_half, gene_half
