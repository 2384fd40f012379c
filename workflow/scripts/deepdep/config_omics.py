"""Omics of a study beside the four that the paper has: a line of the config names one and its units."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepdep.simulate.settings import OMICS

# What holds for a further omic where the config does not say: place in the config to value. The
# encoder is as wide as that of copy number (Chiu et al. 2021, Table S3); thresholds are those of expression.
SETTINGS: dict[tuple[str, ...], Any] = {
    ("features",): "as_given",
    ("harmonise",): "none",
    ("scaling",): "per_domain",
    ("pretrain", "widths"): [500, 200, 50],
    ("events", "thresholds"): 1e-50,
    ("events", "line_thresholds"): 0.05,
}
MODEL = "expression"  # the omic whose keys in the schema further ones get


def further_omics(config: Mapping[str, Any]) -> list[str]:
    """List the further omics that a config names."""
    named = config.get("further_omics")
    return [name for name in named if name not in OMICS] if isinstance(named, dict) else []


def known_omics(config: Mapping[str, Any]) -> list[str]:
    """List all omics that a study could use."""
    return [*OMICS, *further_omics(config)]


def with_settings(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config in which each setting that goes by omic has one for the further omics."""
    full = dict(config)
    for place, value in SETTINGS.items():
        own = inside(full, place)
        if isinstance(own, dict):  # the schema says what is wrong otherwise
            full = replaced(full, place, {**dict.fromkeys(further_omics(config), value), **own})
    return full


def inside(config: Mapping[str, Any], place: Sequence[str]) -> Any:
    """Return what stands at a place, or None."""
    part: Any = config
    for key in place:
        part = part.get(key) if isinstance(part, dict) else None
    return part


def replaced(config: dict[str, Any], place: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a copy with another value at a place."""
    key, *rest = place
    return {**config, key: replaced(config[key], rest, value) if rest else value}


def with_omics(schema: Any, omics: Sequence[str]) -> Any:
    """Return a schema that takes further omics wherever it takes the four."""
    if isinstance(schema, list):
        return [with_omics(part, omics) for part in schema]
    if not isinstance(schema, dict):
        return schema
    grown = {key: with_omics(part, omics) for key, part in schema.items()}
    if grown.get("enum") == list(OMICS):
        grown["enum"] = [*OMICS, *omics]
    keys = grown.get("properties")
    if isinstance(keys, dict) and set(OMICS) <= set(keys):
        grown["properties"] = {**keys, **{omic: renamed(keys[MODEL], omic) for omic in omics}}
    return grown


def renamed(part: Mapping[str, Any], omic: str) -> dict[str, Any]:
    """Return a key of the schema with the words on one omic put for another."""
    words = {key: text.replace(MODEL, omic) for key, text in part.items() if key == "description"}
    return {**part, **words}


def check_further(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that further omics are none of the four, whose units and rules for features are known."""
    for omic in set(config["further_omics"]) & set(OMICS):
        yield f"further_omics: {omic} is one of {', '.join(OMICS)}, which need no entry"
    for omic in further_omics(config):
        if config["features"][omic] != "as_given":
            yield f"features.{omic}: {config['features'][omic]} is a rule of the paper's omics; use as_given"
