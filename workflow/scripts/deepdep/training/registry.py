"""Names in the config's ``models`` to the code behind them: a new kind is one line here."""

from collections.abc import Mapping
from typing import Any

import torch

from deepdep.errors import InputError
from deepdep.models.base import Model
from deepdep.models.gene_mean import GeneMean
from deepdep.models.grid import Architecture
from deepdep.models.ridge import Ridge
from deepdep.training.loop import LoopSettings
from deepdep.training.network import GridRegressor, Settings


def build_grid(settings: Mapping[str, Any], device: torch.device) -> Model:
    """Build a grid model from its config."""
    architecture = Architecture(
        settings["encoders"], settings["fingerprint"], settings["head"], settings["dropout"]
    )
    return GridRegressor(
        Settings(
            architecture,
            LoopSettings.of(settings),
            settings["target"],
            settings["lines_per_block"],
            settings["genes_per_block"],
            settings.get("omics_dropout", 0.0),
        ),
        device,
    )


BUILDERS = {
    "gene_mean": lambda settings, device: GeneMean(),  # noqa: ARG005  one signature for all
    "ridge": lambda settings, device: Ridge(settings["penalties"], settings["omic_weights"]),  # noqa: ARG005
    "grid": build_grid,
}


def build_model(settings: Mapping[str, Any], device: torch.device) -> Model:
    """Build an unfitted model from its settings in the config."""
    kind = settings["kind"]
    if kind not in BUILDERS:
        raise InputError(f"config: no model kind '{kind}'.", f"use one of {', '.join(BUILDERS)}.")
    return BUILDERS[kind](settings, device)
