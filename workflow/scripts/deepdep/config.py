"""Checks of a study's config that need no job: keys, types, names, files, sample sheets."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from deepdep.config_analyses import check_analyses, check_sheet_columns
from deepdep.config_omics import check_further, further_omics, known_omics, with_omics, with_settings
from deepdep.config_tables import OWN, check_features, check_tables, input_files, own_cohort
from deepdep.errors import InputError
from deepdep.io.manifest import Dataset
from deepdep.io.samples import read_samples
from deepdep.simulate.settings import Settings

SIMULATED = re.compile(r"results/[^/]+/simulated/")  # what the workflow's simulator writes
NUMBER = re.compile(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", re.IGNORECASE)
MOST_SHOWN = 10
# Keys of protocols that need not be given, by kind; min_lines: from which on a lineage is a fold of its own.
PROTOCOL_DEFAULTS = {
    "lineage": {"min_lines": 8},
    "cluster": {"clusters": 10, "min_lines": 8},
    "genes": {"repeats": 1},
    "screen": {"folds": 5, "repeats": 1},
}
# JSON schema takes 5.0 for an integer, range() does not; YAML's .nan is below and above no limit.
TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {
        "integer": lambda _, value: type(value) is int,
        "number": lambda _, value: type(value) in (int, float) and abs(value) < float("inf"),
    }
)


def whole_pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """Check all of a text: to ``$`` a line end more is nothing, and names become paths."""
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


Validator = extend(Draft202012Validator, {"pattern": whole_pattern}, type_checker=TYPES)


def expand_study(config: Mapping[str, Any], study: str) -> dict[str, Any]:
    """Complete a config: the study's name for ``{study}``, null for tables not named, kinds of protocols.

    A model that is like another gets the keys of that one which it does not name. A cohort or
    clinical grouping that is null, to be rid of one that the defaults have, is left out;
    ``own_samples`` become a cohort.
    """
    full = with_settings(fill_in(config, study))
    omics = known_omics(full)
    if isinstance(full.get("cohorts"), dict):
        full["cohorts"] = {name: entry for name, entry in full["cohorts"].items() if entry is not None}
        for entry in full["cohorts"].values():
            if isinstance(entry, dict) and isinstance(entry.get("tables"), dict):
                entry["tables"] = {**dict.fromkeys(omics), **entry["tables"]}
        own = full.get("own_samples")
        if isinstance(own, dict) and isinstance(own.get("path"), str):
            full["cohorts"].setdefault(OWN, own_cohort(own, omics))
    if isinstance(full.get("clinical"), dict):
        full["clinical"] = {name: entry for name, entry in full["clinical"].items() if entry is not None}
    if isinstance(full.get("protocols"), dict):
        full["protocols"] = {name: whole_protocol(entry) for name, entry in full["protocols"].items()}
    if isinstance(full.get("models"), dict):
        full["models"] = {name: whole_model(name, full["models"]) for name in full["models"]}
    return full


def whole_model(name: str, models: Mapping[str, Any]) -> Any:
    """Return a model with the keys of the one it is like; with ``like`` still there if that cannot be."""
    entry = models[name]
    other: Any = entry.get("like") if isinstance(entry, dict) else None
    if not isinstance(other, str) or not isinstance(models.get(other), dict) or "like" in models[other]:
        return entry
    return {**models[other], **{key: value for key, value in entry.items() if key != "like"}}


def variants_of(models: Mapping[str, Any], compared: Sequence[str]) -> dict[str, str]:
    """Return compared models that are like another compared one (``models`` not yet filled in), to that one.

    Those that learn from shuffled labels vary nothing of the model.
    """
    likes = {name: models[name].get("like") for name in compared if "shuffle_labels" not in models[name]}
    return {name: other for name, other in likes.items() if other in compared}


def unlike(config: Mapping[str, Any]) -> Iterator[str]:
    """Name the models that are like one which is not there, or which is itself like another."""
    models = config.get("models")
    for name, entry in models.items() if isinstance(models, dict) else ():
        if isinstance(entry, dict) and "like" in entry:
            yield f"models.{name}.like: {entry['like']!r} is no model with all its keys under models"


def whole_protocol(entry: Any) -> Any:
    """Return a protocol with the keys that need not be given."""
    if not isinstance(entry, dict):
        return entry  # the schema says what is wrong
    entry = {"kind": "patients", **entry}
    return {**PROTOCOL_DEFAULTS.get(str(entry["kind"]), {}), **entry}


def fill_in(value: Any, study: str) -> Any:
    """Replace ``{study}`` in every text of the config by the study's name."""
    if isinstance(value, Mapping):
        return {key: fill_in(part, study) for key, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, study) for part in value]
    return value.replace("{study}", study) if isinstance(value, str) else value


def check_config(
    config: Mapping[str, Any], schema: Mapping[str, Any], manifest: Mapping[str, Dataset] | None = None
) -> None:
    """Refuse a config that cannot run, naming every key at fault.

    Parameters
    ----------
    config
        The study's config, expanded.
    schema
        Its JSON schema.
    manifest
        Path to row of every file that can be fetched; None for none.

    Raises
    ------
    InputError
        Unknown key, wrong type, model or omic that is not defined, missing file, bad sheet.
    """
    problems = list(unlike(config))
    if not problems:
        whole = with_omics(schema, further_omics(config))
        errors = sorted(Validator(whole).iter_errors(config), key=lambda error: list(error.path))
        problems = list(dict.fromkeys(line for error in errors for line in describe(error)))
    if not problems:
        problems = [*check_names(config), *check_files(config, manifest or {})]
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
    yield from check_further(config)
    yield from check_omics(config)
    yield from check_protocols(config)
    if config["cohorts"]["ccl"]["domain"] != "cell_line":
        yield "cohorts.ccl.domain: must be cell_line"
    for cohort, entry in config["cohorts"].items():
        yield from check_tables(cohort, entry, config)
    yield from check_features(config)
    yield from check_analyses(config)
    if is_simulated(config):
        yield from check_simulate(config)


def check_protocols(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that protocols have what they test against, and that models named for them are run."""
    if config["protocols"]["cv"]["kind"] != "patients":
        yield "protocols.cv.kind: must be patients; give a protocol of another kind a name of its own"
    for name, entry in config["protocols"].items():
        if entry["kind"] == "cluster" and "expression" not in config["omics"]:
            yield f"protocols.{name}: clusters are of expression, which is not among omics"
        if entry["kind"] == "screen" and entry["screen"] not in config["screens"]:
            yield f"protocols.{name}.screen: no '{entry['screen']}' under screens"
        if entry["kind"] == "screen" and entry["lines"] == "new" and entry["repeats"] > 1:
            yield f"protocols.{name}.repeats: new lines are tested once, by one model"
    for model in config["evaluate"]["always"]:
        if model not in config["compare"]:
            yield f"evaluate.always: '{model}' is not among compare"
    for model in config["evaluate"]["deep_pair"] or ():
        if model not in config["compare"]:
            yield f"evaluate.deep_pair: '{model}' is not among compare"


def check_omics(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that omics named elsewhere are among those of the study."""
    named = {f"models.{model}.omics": config["models"].get(model, {}) for model in config["compare"]}
    lists = {place: entry.get("omics", ()) for place, entry in named.items()}
    lists |= {"required_omics": config["required_omics"], "search.omics": config["search"]["omics"]}
    for place, omics in lists.items():
        remedy = "; add it, or take the model out of compare" if place in named else ""
        absent = [omic for omic in omics if omic not in config["omics"]]
        yield from (f"{place}: {omic} is not among omics{remedy}" for omic in absent)


def check_simulate(config: Mapping[str, Any]) -> Iterator[str]:
    """Check that the sizes of the simulated study go together."""
    try:
        Settings(**config["simulate"], seed=config["seed"])
    except InputError as error:
        yield f"simulate: {error}"


def check_files(config: Mapping[str, Any], manifest: Mapping[str, Dataset]) -> Iterator[str]:
    """Check that every file is there, or made by a rule: simulated, or fetched by the manifest."""
    local = config["local_files"]
    for key, path in input_files(config):
        if path.startswith(f"results/{config['study']}/simulated/") or Path(path).is_file():
            continue
        row = manifest.get(path)
        if row is None:
            yield f"{key}: no file {path} (looked from {Path.cwd()})"
        elif row.access != "open" and not {row.name, f"{row.dataset}/{row.file}"} & set(local):
            where = f"{row.name} is behind {row.access} ({row.url})"
            yield f"{key}: {where}; get it there and name it in local_files"


def check_sheets(config: Mapping[str, Any]) -> None:
    """Read the sample sheets that are there, for their errors, and check names of their columns."""
    columns = {
        cohort: list(read_samples(entry["samples"]).columns)
        for cohort, entry in config["cohorts"].items()
        if all(Path(path).is_file() for path in sheet_files(entry["samples"]))
    }
    check_sheet_columns(config, columns)


def sheet_files(samples: Mapping[str, Any]) -> list[str]:
    """List the files that a sheet is read from."""
    return [samples["path"], *(table["path"] for table in samples.get("further", ()))]


def is_simulated(config: Mapping[str, Any]) -> bool:
    """Tell whether any input is made by the simulator."""
    return any(SIMULATED.match(path) for _, path in input_files(config))


def data_note(config: Mapping[str, Any]) -> str:
    """Return the words that stand on every figure and page: which data, simulated or not."""
    study = config["study"]
    return f"SIMULATED data, study {study}" if is_simulated(config) else f"Study {study}"
