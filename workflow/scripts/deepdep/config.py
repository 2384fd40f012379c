"""Checks of a study's config that need no job: keys, types, names, files, sample sheets."""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from deepdep.errors import InputError
from deepdep.io.sheets import read_sheet
from deepdep.simulate.settings import OMICS, Settings

SIMULATED = re.compile(r"results/[^/]+/simulated/")  # what the workflow's simulator writes
NUMBER = re.compile(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", re.IGNORECASE)
MOST_SHOWN = 10
# JSON schema takes 5.0 for an integer, range() does not.
INTEGERS = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
Validator = extend(Draft202012Validator, type_checker=INTEGERS)


def expand_study(config: Mapping[str, Any], study: str) -> dict[str, Any]:
    """Complete a config: the study's name for ``{study}``, null for tables that are not named.

    A cohort that is null, to be rid of one that the defaults have, is left out.
    """
    full = fill_in(config, study)
    if isinstance(full.get("cohorts"), dict):
        full["cohorts"] = {name: entry for name, entry in full["cohorts"].items() if entry is not None}
        for entry in full["cohorts"].values():
            if isinstance(entry, dict) and isinstance(entry.get("tables"), dict):
                entry["tables"] = {**dict.fromkeys(OMICS), **entry["tables"]}
    return full


def fill_in(value: Any, study: str) -> Any:
    """Replace ``{study}`` in every text of the config by the study's name."""
    if isinstance(value, Mapping):
        return {key: fill_in(part, study) for key, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, study) for part in value]
    return value.replace("{study}", study) if isinstance(value, str) else value


def check_config(config: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Refuse a config that cannot run, naming every key at fault.

    Raises
    ------
    InputError
        Unknown key, wrong type, model or omic that is not defined, missing file, bad sheet.
    """
    errors = sorted(Validator(schema).iter_errors(config), key=lambda error: list(error.path))
    problems = list(dict.fromkeys(line for error in errors for line in describe(error)))
    if not problems:
        problems = [*check_names(config), *check_files(config)]
    if problems:
        shown = "\n  - ".join(problems[:MOST_SHOWN])
        more = f"\n  (and {len(problems) - MOST_SHOWN} more)" if len(problems) > MOST_SHOWN else ""
        raise InputError(
            f"The config cannot be used:\n  - {shown}{more}\n",
            "correct these keys; config/README.md lists every key with its meaning.",
        )
    check_sheets(config)


def describe(error: ValidationError) -> Iterator[str]:
    """Say in words where the config breaks its schema and what would mend it."""
    place = ".".join(str(part) for part in error.absolute_path) or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in sorted(set(error.instance) - set(known)):
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"known keys are {', '.join(known)}."
            yield f"{place}: unknown key '{key}'; {hint}"
    elif error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        yield f"{place}: missing {', '.join(missing)}"
    elif error.validator == "contains":
        yield f"{place}: must name {error.validator_value['const']}"
    elif number_as_text(error):
        yield f"{place}: {error.instance!r} is text; write a number without quotes, and 1e-3 as 0.001"
    else:
        yield f"{place}: {error.message} ({error.schema.get('description', error.validator)})"


def number_as_text(error: ValidationError) -> bool:
    """Tell whether a number was wanted and text found that looks like one."""
    wanted = error.validator == "type" and re.search("integer|number", str(error.validator_value))
    return bool(wanted) and isinstance(error.instance, str) and bool(NUMBER.fullmatch(error.instance))


def check_names(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that names in one place of the config exist in the other."""
    for model in config["compare"]:
        if model not in config["models"]:
            yield f"compare: no model '{model}' under models, which has {', '.join(config['models'])}"
    for omic in config["required_omics"]:
        if omic not in config["omics"]:
            yield f"required_omics: {omic} is not among omics"
    if config["cohorts"]["ccl"]["domain"] != "cell_line":
        yield "cohorts.ccl.domain: must be cell_line"
    for cohort, entry in config["cohorts"].items():
        yield from check_tables(cohort, entry, config["omics"])
    if is_simulated(config):
        yield from check_simulate(config)


def check_simulate(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that the sizes of the simulated study go together."""
    try:
        Settings(**config["simulate"], seed=config["seed"])
    except InputError as error:
        yield f"simulate: {error}"


def check_tables(cohort: str, entry: Mapping[str, Any], omics: list[str]) -> Iterator[str]:
    """Check formats, and that cell lines have every omic that is used and others have one."""
    tables = {omic: entry["tables"].get(omic) for omic in omics}
    absent = [omic for omic, table in tables.items() if table is None]
    if cohort == "ccl" and absent:
        yield f"cohorts.ccl.tables: no table for {', '.join(absent)}; give one or drop it from omics"
    if len(absent) == len(omics):
        yield f"cohorts.{cohort}.tables: none of the omics {', '.join(omics)}"
    for omic, table in tables.items():
        place = f"cohorts.{cohort}.tables.{omic}"
        only = {"maf": "mutation", "segments": "copy_number"}.get((table or {}).get("format", ""), omic)
        if only != omic:
            yield f"{place}.format: {table['format']} holds {only}, not {omic}"
        if table and table["format"] == "segments" and "positions" not in table:
            yield f"{place}: segments need positions (a table with Gene, chrom, pos)"


def input_files(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List (key, path) of every file that the config names and the study uses."""
    for cohort, entry in config["cohorts"].items():
        yield f"cohorts.{cohort}.samples.path", entry["samples"]["path"]
        for omic in config["omics"]:
            table = entry["tables"].get(omic)
            for key in ("path", "positions"):
                if table and key in table:
                    yield f"cohorts.{cohort}.tables.{omic}.{key}", table[key]
    yield "dependency.path", config["dependency"]["path"]
    yield "fingerprints.path", config["fingerprints"]["path"]


def check_files(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that every file exists that no rule makes."""
    for key, path in input_files(config):
        if not path.startswith(f"results/{config['study']}/simulated/") and not Path(path).is_file():
            yield f"{key}: no file {path} (looked from {Path.cwd()})"


def check_sheets(config: Mapping[str, Any]) -> None:
    """Read the sample sheets that are there, for their errors."""
    for entry in config["cohorts"].values():
        sheet = entry["samples"]
        if Path(sheet["path"]).is_file():
            read_sheet(sheet["path"], sheet["sample"], sheet["patient"], sheet["group"])


def is_simulated(config: Mapping[str, Any]) -> bool:
    """Tell whether any input is made by the simulator."""
    return any(SIMULATED.match(path) for _, path in input_files(config))


def data_note(config: Mapping[str, Any]) -> str:
    """Return the words that stand on every figure and page: which data, simulated or not."""
    study = config["study"]
    return f"SIMULATED data, study {study}" if is_simulated(config) else f"Study {study}"
