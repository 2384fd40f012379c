"""Heads of several genes side by side that share nothing: each gene has weights of its own."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


class SeparateHeads(nn.Module):
    """Dense layers with ReLU and one linear output for each gene, as grouped matrix products.

    Parameters
    ----------
    inputs
        Width of a sample's code.
    widths
        Widths of the hidden layers, the same for every gene.
    genes
        Number of genes.
    dropout
        Share of hidden units.
    """

    def __init__(self, inputs: int, widths: Sequence[int], genes: int, dropout: float = 0.0) -> None:
        super().__init__()
        sizes = [inputs, *widths, 1]
        self.weights = nn.ParameterList(he_uniform(genes, rows, columns) for rows, columns in pairwise(sizes))
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(genes, 1, width)) for width in sizes[1:])
        self.dropout = nn.Dropout(dropout)

    def forward(self, codes: Tensor) -> Tensor:
        """Return gene effects, samples x genes, of codes that all genes read, samples x inputs."""
        hidden = codes.expand(len(self.biases[0]), *codes.shape)
        last = len(self.weights) - 1
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            hidden = torch.baddbmm(bias, hidden, weight)
            if place < last:
                hidden = self.dropout(torch.relu(hidden))
        return hidden[..., 0].T


def he_uniform(genes: int, inputs: int, outputs: int) -> nn.Parameter:
    """Return He-uniform weights, genes x inputs x outputs."""
    bound = math.sqrt(6 / inputs)
    return nn.Parameter(torch.empty(genes, inputs, outputs).uniform_(-bound, bound))
