"""Checks of the settings of analyses that a schema cannot make; one function per analysis."""

from collections.abc import Iterator, Mapping
from typing import Any


def check_analyses(config: Mapping[str, Any]) -> Iterator[str]:
    """Check the settings of the analyses that are asked for."""
    if "tumor_map" in config["analyses"]:
        yield from check_tumor_map(config)


def check_tumor_map(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that there are tumours to map, and that sizes of gene sets are in order."""
    if not any(entry["domain"] == "tumor" for entry in config["cohorts"].values()):
        yield "analyses: tumor_map needs a cohort of domain tumor; add one, or leave tumor_map out"
    fewest, most = config["tumor_map"]["set_sizes"]
    if fewest > most:
        yield f"tumor_map.set_sizes: [{fewest}, {most}] is no range; put the smaller number first"
