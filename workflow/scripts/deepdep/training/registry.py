"""Kinds of the config's ``models`` to the code behind them; a user's own code is of kind ``own``."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from deepdep.errors import InputError
from deepdep.models.base import Model
from deepdep.models.confounders import Confounders
from deepdep.models.elastic_net import ElasticNet
from deepdep.models.gene_mean import GeneMean
from deepdep.models.grid import Architecture
from deepdep.models.kernel_ridge import LINEAGE, KernelRidge
from deepdep.models.lineage_mean import LineageMean
from deepdep.models.mixture import KernelMixture
from deepdep.models.nearest_lines import NearestLines
from deepdep.models.own_gene import OwnGene
from deepdep.models.pairwise import Pairwise
from deepdep.models.pca_ridge import PcaRidge
from deepdep.models.random_forest import RandomForest
from deepdep.models.ridge import Ridge
from deepdep.models.screened_ridge import ScreenedRidge
from deepdep.models.shared_kernel_ridge import SharedKernelRidge
from deepdep.training.ensemble import Ensemble
from deepdep.training.kernel_network import KernelNetwork, NetworkSettings
from deepdep.training.loop import LoopSettings
from deepdep.training.multitask import MultitaskRegressor, MultitaskSettings
from deepdep.training.network import GridRegressor, Settings
from deepdep.training.own_model import OWN_KIND, build_own
from deepdep.training.separate import SeparateRegressor, SeparateSettings
from deepdep.training.state import Unfinished

Builder = Callable[[Mapping[str, Any], torch.device, Unfinished | None], Model]


def build_grid(settings: Mapping[str, Any], device: torch.device, unfinished: Unfinished | None) -> Model:
    """Build a grid model from its config, or several that differ by their seed."""
    full = Settings(
        Architecture(settings["encoders"], settings["fingerprint"], settings["head"], settings["dropout"]),
        LoopSettings.of(settings),
        settings["target"],
        settings["lines_per_block"],
        settings["genes_per_block"],
        settings.get("omics_dropout", 0.0),
        settings.get("gene_input", "fingerprint"),
    )
    return seeds(lambda place: GridRegressor(full, device, place), settings, unfinished)


def build_multitask(
    settings: Mapping[str, Any], device: torch.device, unfinished: Unfinished | None
) -> Model:
    """Build a multi-task network from its config, or several that differ by their seed."""
    full = MultitaskSettings(
        settings["hidden"],
        settings["dropout"],
        LoopSettings.of(settings),
        settings["target"],
        settings["lines_per_block"],
    )
    return seeds(lambda place: MultitaskRegressor(full, device, place), settings, unfinished)


def seeds(
    build: Callable[[Unfinished | None], Model], settings: Mapping[str, Any], unfinished: Unfinished | None
) -> Model:
    """Build as many of a network as the settings have ``members``, one if they say nothing."""
    count = settings.get("members", 1)
    if count == 1:
        return build(unfinished)
    return Ensemble([build(unfinished and unfinished.member(number)) for number in range(count)])


def build_separate(
    settings: Mapping[str, Any],
    device: torch.device,
    unfinished: Unfinished | None,  # noqa: ARG001  one signature for all
) -> Model:
    """Build a network per gene; they train so shortly that no state of them is kept."""
    return SeparateRegressor(
        SeparateSettings(
            Architecture(settings["encoders"], (), settings["head"], settings["dropout"]),
            LoopSettings.of(settings),
            settings["target"],
            settings["lines_per_block"],
            settings["genes_per_block"],
        ),
        device,
    )


def baseline(model: Callable[..., Model], *keys: str) -> Builder:
    """Return the builder of a model that needs nothing but some keys of its config."""
    # one signature for all builders
    return lambda settings, device, unfinished: model(*(settings[key] for key in keys))  # noqa: ARG005


NETWORK = ("hidden", "dropout", "input_dropout", "lines_per_block", "ranked")
SHARED = ("kernels", "rbf_widths", "kernel_weights", "penalties", "powers")


def ridges_of(settings: Mapping[str, Any]) -> tuple[SharedKernelRidge, ScreenedRidge | None]:
    """Build the ridges of a mixture from its config; what one may not see, the other may not either."""
    kernels = SharedKernelRidge(*(settings[key] for key in SHARED))
    number, penalties = settings["chosen_features"], settings["chosen_penalties"]
    lineage = LINEAGE in settings["kernels"]
    return kernels, ScreenedRidge(number, penalties, settings["ranked"], lineage) if number else None


def build_kernel_mixture(
    settings: Mapping[str, Any],
    device: torch.device,  # noqa: ARG001  one signature for all
    unfinished: Unfinished | None,  # noqa: ARG001
) -> Model:
    """Build the default model without its networks from its config."""
    return KernelMixture(*ridges_of(settings), settings["parts"])


def build_kernel_network(
    settings: Mapping[str, Any], device: torch.device, unfinished: Unfinished | None
) -> Model:
    """Build the default model from its config."""
    own = {key: settings[key] for key in NETWORK}
    networks = NetworkSettings(**own, loop=LoopSettings.of(settings))
    return KernelNetwork(ridges_of(settings), settings["parts"], networks, device, unfinished)


BUILDERS: dict[str, Builder] = {
    "gene_mean": baseline(GeneMean),
    "ridge": baseline(Ridge, "penalties", "omic_weights", "sharing"),
    "kernel_ridge": baseline(KernelRidge, "kernels", "rbf_widths", "kernel_weights", "penalties", "sharing"),
    "shared_kernel_ridge": baseline(SharedKernelRidge, *SHARED),
    "screened_ridge": baseline(ScreenedRidge, "chosen_features", "penalties", "ranked"),
    "kernel_mixture": build_kernel_mixture,
    "kernel_network": build_kernel_network,
    "grid": build_grid,
    "separate": build_separate,
    "multitask": build_multitask,
    "lineage_mean": baseline(LineageMean, "strengths"),
    "own_gene": baseline(OwnGene, "penalties"),
    "nearest_lines": baseline(NearestLines, "neighbours"),
    "pca_ridge": baseline(PcaRidge, "components", "penalties"),
    "elastic_net": baseline(ElasticNet, "chosen_features", "l1_ratio", "penalties", "folds"),
    "random_forest": baseline(RandomForest, "chosen_features", "trees", "depth", "leaf", "threads"),
    "confounders": baseline(Confounders, "penalties"),
    "pairwise": lambda settings, device, unfinished: Pairwise.of(settings),  # noqa: ARG005  one signature
    OWN_KIND: lambda settings, device, unfinished: build_own(settings),  # noqa: ARG005  one signature
}


def build_model(
    settings: Mapping[str, Any], device: torch.device, unfinished: Unfinished | None = None
) -> Model:
    """Build an unfitted model from its settings in the config.

    ``unfinished``: where a network keeps the state of its training.
    """
    kind = settings["kind"]
    if kind not in BUILDERS:
        raise InputError(f"config: no model kind '{kind}'.", f"use one of {', '.join(BUILDERS)}.")
    return BUILDERS[kind](settings, device, unfinished)
