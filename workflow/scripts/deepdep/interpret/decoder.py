"""Decoded signatures: what a bottleneck node stands for, as a profile of features.

The encoder of a trained model is frozen and a decoder, its mirror image, is trained to rebuild profiles from
its codes (Chiu et al. 2021, figure 3 and table S10). A node's signature is the decoded profile with the node
on minus the one with it off, all other nodes at their mean over the samples: with the others at 0 instead,
the decoder would be asked about a code that no sample has. On is the node's mean over the samples in which
its score is above 0; off is 0.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from deepdep.interpret.nodes import node_names, regressor_of
from deepdep.models.autoencoder import Autoencoder
from deepdep.models.layers import masked_mse
from deepdep.prepare.cohort import Cohort
from deepdep.training.checkpoint import FittedModel
from deepdep.training.loop import LoopSettings, Task, Trained, train
from deepdep.training.pretrain import batches, split_patients


@dataclass(frozen=True)
class Decoder:
    """A decoder trained against a frozen encoder.

    ``codes``: samples x nodes, of the samples it was trained with. ``quality``: what it is worth on patients
    held out: loss (mean squared error), loss of each feature's mean over the training samples, and the number
    of samples of either role.
    """

    network: nn.Module
    codes: pd.DataFrame
    features: list[str]
    trained: Trained
    quality: dict[str, float]


def widths_of(layers: nn.Module) -> list[int]:
    """Return the widths of an encoder's layers."""
    return [layer.out_features for layer in layers.modules() if isinstance(layer, nn.Linear)]


def train_decoder(
    fitted: FittedModel, cohort: Cohort, loop: LoopSettings, batch: int, share: float
) -> Decoder:
    """Train a decoder on the samples of ``cohort`` that have the model's omic.

    Parameters
    ----------
    loop
        Epochs, patience and learning rate.
    batch
        Samples a step.
    share
        Share of the patients that are held out; training stops when their loss does not improve.
    """
    model, omic = regressor_of(fitted)
    cohort = cohort.take(cohort.samples.index[cohort.omics[omic].notna().any(axis=1)])
    design = fitted.design(cohort)
    seed = int(fitted.notes["seed"])
    generator = np.random.default_rng(seed)
    torch.manual_seed(seed)
    held_out = split_patients(cohort.samples["patient"].to_numpy(), share, generator)
    values = torch.from_numpy(design.values[omic]).to(model.device)
    observed = torch.from_numpy(design.observed[omic]).to(model.device)
    encoder = model.net.encoders[omic].eval()
    with torch.no_grad():
        codes = encoder(values)
    network = Autoencoder(values.shape[1], widths_of(encoder)).decoder.to(model.device)
    training, kept = np.flatnonzero(~held_out), torch.from_numpy(np.flatnonzero(held_out))
    task = Task(
        lambda: batches(training, batch, generator),
        lambda part: masked_mse(network(codes[part]), values[part], observed[part]),
        lambda: masked_mse(network(codes[kept]), values[kept], observed[kept]).item(),
        generator,
    )
    trained = train(network, task, loop, "decoder")
    quality = {
        "held_out_loss": float(trained.history["validation"].min()),
        "held_out_loss_of_means": loss_of_means(values, observed, torch.from_numpy(held_out)),
        "training_samples": len(training),
        "held_out_samples": int(held_out.sum()),
    }
    names = node_names(codes.shape[1])
    frame = pd.DataFrame(codes.cpu().numpy(), cohort.samples.index, names)
    return Decoder(network.eval(), frame, fitted.features[omic], trained, quality)


def loss_of_means(values: Tensor, observed: Tensor, held_out: Tensor) -> float:
    """Return the held-out loss of each feature's mean over the other samples."""
    held_out = held_out.to(values.device)
    kept = observed[~held_out]
    means = torch.where(kept, values[~held_out], 0).sum(dim=0) / kept.sum(dim=0).clamp(min=1)
    rows = values[held_out]
    return masked_mse(means.expand_as(rows), rows, observed[held_out]).item()


def signatures(decoder: Decoder, nodes: list[str]) -> pd.DataFrame:
    """Return the signature of each node, features x nodes, in units of the model's scaled features.

    A node that is off in all samples is left out.
    """
    codes = decoder.codes
    on = codes.where(codes > 0).mean()
    nodes = [node for node in nodes if np.isfinite(on[node])]
    points = np.tile(codes.mean().to_numpy(np.float32), (2 * len(nodes), 1))
    places = codes.columns.get_indexer(pd.Index(nodes))
    rows = np.arange(len(nodes))
    points[rows, places] = on[nodes].to_numpy(np.float32)
    points[len(nodes) + rows, places] = 0
    device = next(decoder.network.parameters()).device
    with torch.no_grad():
        decoded = decoder.network(torch.from_numpy(points).to(device)).cpu().numpy()
    difference = decoded[: len(nodes)] - decoded[len(nodes) :]
    return pd.DataFrame(difference.T, pd.Index(decoder.features, name="feature"), nodes)
