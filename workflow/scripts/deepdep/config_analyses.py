"""Checks of the names in the sections of the analyses, one function each."""

from collections.abc import Iterator, Mapping
from typing import Any


def check_synthetic(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that synthetic essentiality has a compared grid model of mutations alone."""
    name = config["synthetic"]["model"]
    if name not in config["compare"]:
        yield (
            f"synthetic.model: '{name}' is not among compare; name one that is, "
            "or leave synthetic out of analyses"
        )
        return
    model = config["models"].get(name, {})
    if model.get("kind") != "grid" or model.get("omics") != ["mutation"]:
        yield f"synthetic.model: '{name}' is no model of kind grid with omics [mutation]"
