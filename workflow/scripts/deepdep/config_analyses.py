"""Checks of the analyses' settings: names that the rest of the config must have."""

from collections.abc import Iterator, Mapping
from typing import Any

ATTRIBUTED = ("kernel_network", "kernel_mixture", "shared_kernel_ridge", "screened_ridge")  # kinds


def check_analyses(config: Mapping[str, Any]) -> Iterator[str]:
    """Check the settings of the analyses that are made."""
    checks = {"signatures": check_signatures, "attribution": check_attribution}
    for name, check in checks.items():
        if name in config["analyses"]:
            yield from check(config)


def check_signatures(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that the model whose nodes are decoded has a bottleneck of one omic, and is run."""
    name = config["signatures"]["model"]
    place = f"signatures.model: '{name}'"
    if name not in config["compare"] or name not in config["models"]:
        yield f"{place} is not among compare; name one that is, or take signatures off analyses"
        return
    entry = config["models"][name]
    omics = entry.get("omics", config["omics"])
    if entry["kind"] != "grid" or entry.get("members", 1) > 1:
        yield f"{place} must be of kind grid, and one network (no members)"
    elif len(omics) != 1:
        yield f"{place} sees {', '.join(omics)}; signatures are of a model of one omic"
    if "expression" not in config["omics"]:
        yield "signatures: regressions are on the genes' own expression, which is not among omics"


def check_attribution(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that the attributed model is run, and of a kind that can be."""
    name = config["attribution"]["model"]
    place = f"attribution.model: '{name}'"
    if name not in config["compare"] or name not in config["models"]:
        yield f"{place} is not among compare; name one that is, or take attribution off analyses"
    elif config["models"][name]["kind"] not in ATTRIBUTED:
        yield f"{place} must be of kind {', '.join(ATTRIBUTED)}"
