"""Checks of the analyses' settings: names that the rest of the config must have, one function each."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepdep.errors import InputError

ALIKE = 0.85  # likeness of two names from which on one is taken for a slip of the other
ATTRIBUTED = ("kernel_network", "kernel_mixture", "shared_kernel_ridge", "screened_ridge")  # kinds


def check_analyses(config: Mapping[str, Any]) -> Iterator[str]:
    """Check the settings of the analyses that are asked for."""
    if config["analyses"] and config["analysed_model"] not in config["compare"]:
        name = config["analysed_model"]
        yield (
            f"analysed_model: '{name}' is not among compare; name one that is, or no analyses (analyses: [])"
        )
    checks = {
        "tumor_map": check_tumor_map,
        "clinical": check_clinical,
        "signatures": check_signatures,
        "attribution": check_attribution,
        "synthetic": check_synthetic,
    }
    for name, check in checks.items():
        if name in config["analyses"]:
            yield from check(config)


def check_tumor_map(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that there are tumours to map, and that sizes of gene sets are in order."""
    if not any(entry["domain"] == "tumor" for entry in config["cohorts"].values()):
        yield "analyses: tumor_map needs a cohort of domain tumor; add one, or leave tumor_map out"
    fewest, most = config["tumor_map"]["set_sizes"]
    if fewest > most:
        yield f"tumor_map.set_sizes: [{fewest}, {most}] is no range; put the smaller number first"


def check_clinical(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that groupings name cohorts of tumours, groups that exist, and no value twice."""
    tumors = [name for name, entry in config["cohorts"].items() if entry["domain"] == "tumor"]
    for name, entry in config["clinical"].items():
        place, groups = f"clinical.{name}", entry.get("groups")
        cohort, reference = entry.get("cohort"), entry.get("reference")
        if cohort is not None and cohort not in tumors:
            there = ", ".join(tumors) or "none"
            yield f"{place}.cohort: '{cohort}' is no cohort of tumours; there are {there}"
        if groups and reference is not None and reference not in groups:
            yield f"{place}.reference: '{reference}' is none of the groups {', '.join(groups)}"
        values = [str(value).lower() for own in (groups or {}).values() for value in own]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            yield f"{place}.groups: in two groups: {', '.join(twice)}"


def check_sheet_columns(config: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns of clinical groupings and survival that are nearly, but not quite, those of a sheet.

    ``columns``: of the sheets that are there, by cohort. A column that no sheet has anything like is left
    out by the analyses, with a line in the report: the defaults ask for some that a study may lack.
    """
    tumors = [name for name, entry in config["cohorts"].items() if entry["domain"] == "tumor"]
    wanted: dict[str, tuple[str, list[str]]] = {}
    if "clinical" in config["analyses"]:
        for name, entry in config["clinical"].items():
            cohorts = [entry["cohort"]] if entry.get("cohort") else tumors
            wanted[f"clinical.{name}.column"] = (entry["column"], cohorts)
    if "survival" in config["analyses"]:
        survival = config["survival"]
        wanted |= {f"survival.{key}": (survival[key], tumors) for key in ("time", "event")}
        names = survival["covariates"]
        wanted |= {f"survival.covariates.{i}": (name, tumors) for i, name in enumerate(names)}
    for place, (column, cohorts) in wanted.items():
        there = [name for cohort in cohorts for name in columns.get(cohort, ())]
        folded = {name.lower(): name for name in there}
        close = difflib.get_close_matches(column.lower(), list(folded), n=1, cutoff=ALIKE)
        if column not in there and close:
            remedy = f"Did you mean '{folded[close[0]]}'?"
            raise InputError(f"{place}: no column '{column}' in the sheet of {', '.join(cohorts)}.", remedy)


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
