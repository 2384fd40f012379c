"""A config that cannot run is refused before any job starts, with place and remedy."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from runs import ROOT, files_below, snakemake, write_config

from deepdep.config import check_config, data_note, expand_study, is_simulated
from deepdep.config_tables import HOLDS
from deepdep.errors import InputError
from deepdep.io.formats import MATRICES, SEGMENTS, SHEETS
from deepdep.prepare.own import FORMAT
from deepdep.prepare.scores import LOWER, SCORES
from deepdep.prepare.sources import READERS
from deepdep.simulate.settings import LEAST

SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
NAMED_BY_USER = (
    ("cohorts",),
    ("further_omics",),
    ("models",),
    ("protocols",),
    ("clinical",),
    ("clinical", "receptor", "groups"),
)
Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture
def config() -> dict[str, Any]:
    """Return the default config, as the workflow checks it."""
    return expand_study(copy.deepcopy(DEFAULT), "demo")


def refusal(config: dict[str, Any]) -> str:
    """Return the message with which a config is refused."""
    with pytest.raises(InputError) as error:
        check_config(config, SCHEMA)
    return str(error.value)


def at(config: dict[str, Any], path: tuple[str, ...]) -> Any:
    """Return the part of a config below a path of keys."""
    for key in path:
        config = config[key]
    return config


def mappings(config: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List the paths of all mappings of a config."""
    if isinstance(config, dict):
        yield path
        for key in config:
            yield from mappings(config[key], (*path, key))


def leaves(config: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List the paths of everything in a config that is no mapping."""
    if not isinstance(config, dict):
        yield path
        return
    for key in config:
        yield from leaves(config[key], (*path, key))


CLOSED = [path for path in mappings(DEFAULT) if path not in NAMED_BY_USER]
LEAVES = list(leaves(DEFAULT))


def test_the_default_config_and_the_walk_over_it_are_whole(config: dict[str, Any]):
    check_config(config, SCHEMA)
    assert len(CLOSED) >= 30
    assert len(LEAVES) >= 90


@pytest.mark.parametrize("path", CLOSED, ids=".".join)
def test_misspelt_key_is_named_with_its_place_and_the_right_spelling(
    config: dict[str, Any], path: tuple[str, ...]
):
    """Every key of every section: one letter too many, as slips of the finger are."""
    place = ".".join(path) or "top level"
    for key in at(config, path):
        wrong = copy.deepcopy(config)
        section = at(wrong, path)
        section[f"{key}{key[-1]}"] = section.pop(key)
        first = key == "kind" and path[0] != "protocols"  # without it, no key of the entry is known
        expected = f"{place}: missing kind" if first else f"unknown key '{key}{key[-1]}'; did you mean"
        message = refusal(wrong)
        assert expected in message
        assert f"- {place}: " in message
        if not first:
            assert f"did you mean '{key}'?" in message
        assert "Remedy: " in message


def test_a_key_like_no_other_is_answered_with_those_that_exist(config: dict[str, Any]):
    config["genes"]["colour"] = "blue"
    assert "genes: unknown key 'colour'; known keys are list, reported, max_missing, extra" in refusal(config)


@pytest.mark.parametrize("path", LEAVES, ids=".".join)
def test_wrong_type_is_named_with_its_place(config: dict[str, Any], path: tuple[str, ...]):
    """A mapping is right for no leaf."""
    at(config, path[:-1])[path[-1]] = {"nonsense": 1}
    assert f"- {'.'.join(path)}: " in refusal(config)


NUMBERS = [path for path in LEAVES if type(at(DEFAULT, path)) in (int, float)]


@pytest.mark.parametrize("path", NUMBERS, ids=".".join)
def test_number_written_as_text_is_refused_with_what_to_write(config: dict[str, Any], path: tuple[str, ...]):
    """YAML reads 1e-3 as text; so does --config with anything nested."""
    for text in (str(at(DEFAULT, path)), "1e-3"):
        at(config, path[:-1])[path[-1]] = text
        assert f"- {'.'.join(path)}: '{text}' is text; write a number without quotes" in refusal(config)


def test_text_that_is_no_number_is_not_called_one(config: dict[str, Any]):
    config["seed"] = "lucky"
    assert "- seed: 'lucky' is not of type 'integer' (Seed of every random step" in refusal(config)


@pytest.mark.parametrize("value", [5.0, True, 1, None])
def test_folds_is_an_integer_of_two_or_more(config: dict[str, Any], value: Any):
    config["protocols"]["cv"]["folds"] = value
    assert "- protocols.cv.folds: " in refusal(config)


def both(*edits: Edit) -> Edit:
    """Return an edit that makes several."""

    def edit(config: dict[str, Any]) -> None:
        for one in edits:
            one(config)

    return edit


def edited(*path: str, to: Any) -> Edit:
    """Return an edit that sets the value at a path."""

    def edit(config: dict[str, Any]) -> None:
        at(config, path[:-1])[path[-1]] = to

    return edit


TABLE = {"path": "results/demo/simulated/ccl/x.tsv", "format": "matrix"}
SECOND = {"kind": "screen", "screen": "sanger", "lines": "new", "repeats": 1, "validation_share": 0.1}
SCREEN = {
    "path": "results/demo/simulated/replicate.tsv.gz",
    "orientation": "features_in_rows",
    "score": "gene effect",
    "type": "gene_effect",
    "harmonise": "none",
}
NAMES = {
    "screen that is not there": (
        edited("protocols", "mine", to=SECOND),
        "protocols.mine.screen: no 'sanger' under screens",
    ),
    "file of a screen": (
        edited("screens", "sanger", to={**SCREEN, "path": "gone.csv"}),
        "screens.sanger.path: no file gone.csv",
    ),
    "harmonisation of a screen": (
        edited("screens", "sanger", to={**SCREEN, "harmonise": "zscore"}),
        "screens.sanger.harmonise: 'zscore' is not one of ['none', 'shift_scale', 'quantile']",
    ),
    "clusters without expression": (
        lambda config: [
            edit(config)
            for edit in (
                edited("omics", to=["mutation"]),
                edited("required_omics", to=[]),
                edited("protocols", "mine", to={"kind": "cluster", "min_lines": 8, "validation_share": 0.1}),
            )
        ],
        "protocols.mine: clusters are of expression, which is not among omics",
    ),
    "model always run but not compared": (
        edited("evaluate", "always", to=["own_gene"]),
        "evaluate.always: 'own_gene' is not among compare",
    ),
    "model of the deep pair that is not compared": (
        edited("evaluate", "deep_pair", to=["deepdep", "own_gene"]),
        "evaluate.deep_pair: 'own_gene' is not among compare",
    ),
    "deep pair of one model": (
        edited("evaluate", "deep_pair", to=["deepdep"]),
        "evaluate.deep_pair: ['deepdep'] is too short",
    ),
    "mode of evaluation": (
        edited("evaluate", "mode", to="fast"),
        "evaluate.mode: 'fast' is not one of ['quick', 'full']",
    ),
    "labels shuffled in some way": (
        edited("models", "ridge", "shuffle_labels", to="lineage"),
        "models.ridge.shuffle_labels: 'lineage' is not one of [True, False, 'within_lineage']",
    ),
    "missing file": (
        edited("dependency", "path", to="data/nowhere.tsv"),
        "dependency.path: no file data/nowhere.tsv (looked from ",
    ),
    "missing file of a cohort": (
        edited("cohorts", "tumors", "tables", "expression", "path", to="gone.tsv"),
        "cohorts.tumors.tables.expression.path: no file gone.tsv",
    ),
    "simulated file of another study": (
        edited("fingerprints", "path", to="results/other/simulated/fingerprints.gmt"),
        "fingerprints.path: no file results/other/simulated/fingerprints.gmt",
    ),
    "file in a user's folder that happens to be called simulated": (
        edited("fingerprints", "path", to="data/simulated/fingerprints.gmt"),
        "fingerprints.path: no file data/simulated/fingerprints.gmt",
    ),
    "model that is not there": (
        edited("compare", to=["gene_mean", "rigde"]),
        "compare: no model 'rigde' under models, which has gene_mean, ridge,",
    ),
    "gene_mean not compared": (edited("compare", to=["ridge"]), "compare: must name gene_mean"),
    "unknown omic": (
        edited("omics", to=["expression", "proteomics"]),
        "omics.1: 'proteomics' is not one of ['mutation', 'expression', 'methylation', 'copy_number']",
    ),
    "required omic that is not used": (
        edited("omics", to=["mutation"]),
        "required_omics: expression is not among omics",
    ),
    "searched omic that is not used": (
        both(edited("search", "omics", to=["mutation"]), edited("omics", to=["expression"])),
        "search.omics: mutation is not among omics",
    ),
    "width to choose from twice": (
        edited("search", "widths", to=[[500, 500], [50]]),
        "search.widths.0: [500, 500] has non-unique elements",
    ),
    "maf of expression": (
        edited("cohorts", "tumors", "tables", "expression", "format", to="maf"),
        "cohorts.tumors.tables.expression.format: maf holds mutation, not expression",
    ),
    "segments of mutation": (
        edited("cohorts", "ccl", "tables", "mutation", "format", to="segments"),
        "cohorts.ccl.tables.mutation.format: segments holds copy_number, not mutation",
    ),
    "segments without positions": (
        edited("cohorts", "ccl", "tables", "copy_number", "format", to="segments"),
        "cohorts.ccl.tables.copy_number: segments need positions (a GTF, or a table with Gene, chrom, pos)",
    ),
    "Toil expression without gene names": (
        edited("cohorts", "tumors", "tables", "expression", "format", to="toil_tpm"),
        "cohorts.tumors.tables.expression: toil_tpm needs gene_names",
    ),
    "DepMap copy number without its release": (
        edited("cohorts", "ccl", "tables", "copy_number", "format", to="depmap_copy_number"),
        "cohorts.ccl.tables.copy_number: depmap_copy_number needs release",
    ),
    "public format of another omic": (
        edited("cohorts", "ccl", "tables", "expression", "format", to="mc3"),
        "cohorts.ccl.tables.expression.format: mc3 holds mutation, not expression",
    ),
    "derived features without tumours": (
        both(
            edited("cohorts", "tumors", "reference", to=False), edited("features", "expression", to="derive")
        ),
        "features.expression: derive needs a reference cohort of tumours with expression",
    ),
    "harmonised mutations": (
        edited("harmonise", "mutation", to="quantile"),
        "harmonise.mutation: quantile has no meaning for 0 and 1; use none",
    ),
    "celligner for methylation": (
        edited("harmonise", "methylation", to="celligner"),
        "harmonise.methylation: celligner is for expression; use none, zscore or quantile",
    ),
    "model of an omic that is not used": (
        both(edited("models", "ridge", "omics", to=["methylation"]), edited("omics", to=["expression"])),
        "models.ridge.omics: methylation is not among omics",
    ),
    "list of genes that is not there": (
        edited("genes", "list", to="mine.RData"),
        "genes.list: no file mine.RData",
    ),
    "published list that is not there": (
        both(edited("features", "mutation", to="published"), edited("published_lists", to="lists")),
        "published_lists, mutation: no file lists/ccle_mut_for_missing_value_4539.RData",
    ),
    "cell lines without an omic": (
        edited("cohorts", "ccl", "tables", "methylation", to=None),
        "cohorts.ccl.tables: no table for methylation; give one or drop it from omics",
    ),
    "cohort without any omic": (
        edited("cohorts", "tumors", "tables", to={}),
        "cohorts.tumors.tables: none of the omics mutation, expression, methylation, copy_number",
    ),
    "cell lines that are tumours": (
        edited("cohorts", "ccl", "domain", to="tumor"),
        "cohorts.ccl.domain: must be cell_line",
    ),
    "unknown domain": (
        edited("cohorts", "tumors", "domain", to="tumour"),
        "cohorts.tumors.domain: 'tumour' is not one of ['cell_line', 'tumor']",
    ),
    "cohort named in capitals": (
        lambda config: config["cohorts"].update(Own=config["cohorts"]["tumors"]),
        "names are lower-case letters, digits and _",
    ),
    "model without kind": (
        edited("models", "mine", to={"penalties": [1]}),
        "models.mine: missing kind\n",
    ),
    "model of unknown kind": (
        edited("models", "mine", to={"kind": "lasso"}),
        "models.mine.kind: 'lasso' is not one of ['gene_mean', 'ridge', 'kernel_ridge', "
        "'shared_kernel_ridge', 'screened_ridge', 'kernel_mixture', 'kernel_network', "
        "'grid', 'separate', 'lineage_mean', "
        "'own_gene', 'nearest_lines', 'pca_ridge', "
        "'elastic_net', 'random_forest', 'confounders', 'multitask', 'pairwise', 'own']",
    ),
    "code of a model that is not there": (
        lambda config: (
            config["models"].update(mine={"kind": "own", "code": "own/mine.py", "class": "Mine"}),
            config["compare"].append("mine"),
        ),
        "models.mine.code: no file own/mine.py (looked from ",
    ),
    "code of a model outside the folder": (
        edited("models", "mine", to={"kind": "own", "code": "own/../../mine.py", "class": "Mine"}),
        "models.mine.code: 'own/../../mine.py' does not match ",
    ),
    "model's class that is no name": (
        edited("models", "mine", to={"kind": "own", "code": "mine.py", "class": "Mine()"}),
        "models.mine.class: 'Mine()' does not match ",
    ),
    "model like one that is not there": (
        edited("models", "mine", to={"like": "deepdeb"}),
        "models.mine.like: 'deepdeb' is no model with all its keys under models",
    ),
    "ensemble of none": (
        edited("models", "deepdep", "members", to=0),
        "models.deepdep.members: 0 is less than",
    ),
    "ridge without penalties": (
        edited("models", "mine", to={"kind": "ridge"}),
        "models.mine: missing omic_weights, penalties, sharing\n",
    ),
    "kernel ridge without kernels": (
        edited("models", "kernel_ridge", "kernels", to=[]),
        "models.kernel_ridge.kernels: [] should be non-empty",
    ),
    "kernel that is not there": (
        edited("models", "kernel_ridge", "kernels", to=["linear", "cubic"]),
        "models.kernel_ridge.kernels.1: 'cubic' is not one of ['linear', 'rbf', 'rank', 'lineage']",
    ),
    "cross-validation of another kind": (
        edited("protocols", "cv", to={"kind": "lineage", "min_lines": 8, "validation_share": 0.1}),
        "protocols.cv.kind: must be patients; give a protocol of another kind a name of its own",
    ),
    "no cross-validation": (edited("protocols", to={}), "protocols: missing cv\n"),
    "protocol of unknown kind": (
        edited("protocols", "mine", to={"kind": "lineages", "validation_share": 0.1}),
        "protocols.mine.kind: 'lineages' is not one of ['patients', 'lineage', 'cluster', 'genes', ",
    ),
    "folds of lineages": (
        edited("protocols", "lineage", to={"kind": "lineage", "folds": 5, "validation_share": 0.1}),
        "protocols.lineage: unknown key 'folds'; known keys are kind, min_lines, validation_share.",
    ),
    "repeats of lineages": (
        edited("protocols", "lineage", to={"kind": "lineage", "repeats": 2, "validation_share": 0.1}),
        "protocols.lineage: unknown key 'repeats'; known keys are kind, min_lines, validation_share.",
    ),
    "subsamplings without their number": (
        edited("protocols", "published", to={"kind": "published", "validation_share": 0.1}),
        "protocols.published: missing repeats\n",
    ),
    "fewest lines as text": (
        edited("protocols", "lineage", to={"kind": "lineage", "min_lines": "8", "validation_share": 0.1}),
        "protocols.lineage.min_lines: '8' is text; write a number without quotes",
    ),
    "protocol named like a file of another": (
        edited("protocols", "cv_genes", to=DEFAULT["protocols"]["cv"]),
        "names of protocols are lower-case letters and digits",
    ),
    "study named as a path": (edited("study", to="../else"), "study: '../else' does not match"),
    "more cancer types than lineages": (
        edited("simulate", "cancer_types", to=20),
        "simulate: Settings of the simulated study: cancer_types is above lineages.",
    ),
    "more genes than features": (
        edited("simulate", "genes", to=600),
        "simulate: Settings of the simulated study: features is below genes + 2.",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_what_does_not_fit_is_named_once_with_its_place(config: dict[str, Any], case: str):
    edit, expected = NAMES[case]
    edit(config)
    message = refusal(config)
    assert message.count(expected) == 1
    assert message.startswith("The config cannot be used:\n  - ")
    assert message.endswith("Remedy: correct these keys; config/README.md lists every key with its meaning.")


def test_every_mistake_is_named_at_once_up_to_ten(config: dict[str, Any]):
    config["seed"], config["winsorize"] = -1, 0.9
    message = refusal(config)
    assert "- seed: -1 is less than the minimum of 0" in message
    assert "- winsorize: 0.9 is greater than the maximum of 0.2" in message
    config["genes"] |= {f"key{number}": 0 for number in range(20)}
    message = refusal(config)
    assert message.count("\n  - ") == 10
    assert "(and 12 more)" in message


def test_repeated_sample_of_a_sheet_is_named_with_its_lines(config: dict[str, Any], tmp_path: Path):
    sheet = tmp_path / "lines.tsv"
    sheet.write_text("sample\tpatient\tlineage\nA\tp\tx\nB\tp\tx\nA\tq\ty\n", encoding="utf-8")
    config["cohorts"]["ccl"]["samples"]["path"] = str(sheet)
    assert f"{sheet}: sample 'A' stands in lines 2 and 4. Remedy: Keep one row per sample." in refusal(config)


def test_column_that_a_sheet_lacks_is_named_with_the_closest(config: dict[str, Any], tmp_path: Path):
    sheet = tmp_path / "lines.tsv"
    sheet.write_text("sample\tpatient\tLineage\nA\tp\tx\n", encoding="utf-8")
    config["cohorts"]["ccl"]["samples"]["path"] = str(sheet)
    assert f"{sheet}: no column 'lineage'. Remedy: Did you mean 'Lineage'?" in refusal(config)


def test_study_is_filled_into_every_path_and_nothing_else():
    config = expand_study({"a": ["x/{study}/y", 3, None], "b": {"{study}": "{study}{study}"}}, "mine")
    assert config == {"a": ["x/mine/y", 3, None], "b": {"{study}": "minemine"}}


def test_tables_that_a_cohort_does_not_name_are_null():
    config = expand_study({"cohorts": {"own": {"tables": {"mutation": {"path": "x"}}}}}, "mine")
    tables = config["cohorts"]["own"]["tables"]
    assert tables.pop("mutation") == {"path": "x"}
    assert tables == dict.fromkeys(("expression", "methylation", "copy_number"))


def test_protocols_get_the_keys_that_need_not_be_given():
    protocols = {
        "cv": {"folds": 2},
        "lineage": {"kind": "lineage"},
        "few": {"kind": "lineage", "min_lines": 3},
    }
    assert expand_study({"protocols": protocols}, "mine")["protocols"] == {
        "cv": {"kind": "patients", "folds": 2},
        "lineage": {"kind": "lineage", "min_lines": 8},
        "few": {"kind": "lineage", "min_lines": 3},
    }


def test_model_that_is_like_another_has_its_keys():
    models = {"one": {"kind": "grid", "head": [5], "dropout": 0.1}}
    models |= {"two": {"like": "one", "head": [7]}, "chain": {"like": "two"}, "none": {"like": None}}
    found = expand_study({"models": models}, "mine")["models"]
    assert found["one"] == models["one"]
    assert found["two"] == {"kind": "grid", "head": [7], "dropout": 0.1}
    assert found["chain"] == {"like": "two"}  # refused afterwards: one step only
    assert found["none"] == {"like": None}


def test_protocols_of_all_kinds_are_taken(config: dict[str, Any]):
    config["protocols"] |= {
        "lineage": {"kind": "lineage", "min_lines": 5, "validation_share": 0.2},
        "published": {"kind": "published", "repeats": 10, "validation_share": 0.111},
        "loo": {"kind": "patients", "folds": 100, "repeats": 1, "validation_share": 0.1},
    }
    check_config(config, SCHEMA)


def test_cohort_of_the_defaults_is_left_out_when_null():
    config = copy.deepcopy(DEFAULT)
    config |= {"cohorts": {**config["cohorts"], "tumors": None}, "analyses": []}
    config = expand_study(config, "demo")
    assert list(config["cohorts"]) == ["ccl"]
    check_config(config, SCHEMA)
    config["cohorts"]["ccl"] = None
    assert "- cohorts: missing ccl" in refusal(expand_study(config, "demo"))


def test_default_paths_follow_the_name_of_the_study():
    config = expand_study(copy.deepcopy(DEFAULT), "twin") | {"study": "twin"}
    check_config(config, SCHEMA)
    assert config["dependency"]["path"] == "results/twin/simulated/dependency.tsv.gz"


def test_only_what_the_workflow_simulates_is_called_simulated(config: dict[str, Any]):
    assert data_note(config) == "SIMULATED data, study demo"
    config["dependency"]["path"] = config["fingerprints"]["path"] = "/data/simulated/by/someone.tsv"
    assert is_simulated(config)  # the cohorts still are
    for cohort in config["cohorts"].values():
        cohort["samples"]["path"] = "/data/simulated/samples.tsv"
        cohort["tables"] = {"expression": {"path": "/data/simulated/x.tsv", "format": "matrix"}}
    assert not is_simulated(config)
    assert data_note(config) == "Study demo"


# ---- the schema


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return a schema node with the definition it refers to, its own words first."""
    if "$ref" not in node:
        return node
    return {**SCHEMA["$defs"][node["$ref"].rsplit("/", 1)[-1]], **node}


def keys_of(node: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """List (place, schema) of every key that a config may have, through all references."""
    node = resolved(node)
    for name, entry in node.get("properties", {}).items():
        yield f"{place}{name}", resolved(entry)
        yield from keys_of(entry, f"{place}{name}.")
    for branch in node.get("allOf", []):
        yield from keys_of(branch["then"], f"{place}<{branch['if']['properties']['kind']['const']}>.")
    if isinstance(node.get("additionalProperties"), dict):
        yield from keys_of(node["additionalProperties"], f"{place}<name>.")


def objects_of(node: Any) -> Iterator[dict[str, Any]]:
    """List every schema of a mapping with named keys, conditions left out."""
    if isinstance(node, list):
        for part in node:
            yield from objects_of(part)
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and not {"allOf"} & set(node):
            yield node
        for name, part in node.items():
            if name != "if":
                yield from objects_of(part)


def test_formats_of_the_schema_are_those_that_can_be_read():
    """Formats of scores stand under dependency, and pdx is for part of the analyses."""
    scores = set(SCHEMA["properties"]["dependency"]["properties"]["format"]["enum"])
    tables = set(SCHEMA["$defs"]["table"]["properties"]["format"]["enum"])
    sheets = SCHEMA["properties"]["cohorts"]["additionalProperties"]["properties"]["samples"]["properties"]
    assert tables == {*READERS, FORMAT, *MATRICES, *SEGMENTS} - {
        "demeter2",
        "project_score",
        "sanger_effect",
        "pdx",
    }
    assert scores == {"matrix", "depmap_matrix", "sanger_effect", "demeter2", "project_score"}
    assert set(sheets["format"]["enum"]) - {"sheet"} <= set(SHEETS)
    assert set(HOLDS) < tables
    assert set(HOLDS.values()) == set(DEFAULT["omics"])
    types = SCHEMA["properties"]["dependency"]["properties"]["type"]["enum"]
    assert set(types) == {name for name, kind in SCORES.items() if kind.direction == LOWER}


def test_every_key_of_the_schema_has_a_description():
    keys = dict(keys_of(SCHEMA))
    assert len(keys) >= 90
    assert {"models.<name>.<grid>.dropout", "cohorts.<name>.tables.mutation.path"} <= set(keys)
    assert [key for key, entry in keys.items() if len(entry.get("description", "")) < 8] == []


def test_every_key_of_the_default_config_is_described():
    described = set(dict(keys_of(SCHEMA)))
    for path in LEAVES:
        section, *rest = path
        if section in ("cohorts", "models", "protocols", "clinical"):
            model = DEFAULT["models"].get(path[1], {})
            kinds = {"models": DEFAULT["models"].get(model.get("like"), model).get("kind")}
            kinds |= {"protocols": "patients"}
            kind = [f"<{kinds[section]}>"] if section in kinds and rest[1:] != ["like"] else []
            keys = rest[1:2] if section == "clinical" else rest[1:]  # labels of groups are the user's
            path = (section, "<name>", *kind, *keys)
        assert ".".join(path) in described


def test_mappings_with_named_keys_are_closed():
    found = list(objects_of(SCHEMA))
    assert len(found) >= 15
    assert [
        entry.get("description") for entry in found if entry.get("additionalProperties") is not False
    ] == []


def test_smallest_sizes_of_the_simulation_are_those_of_the_simulator():
    sizes = SCHEMA["properties"]["simulate"]["properties"]
    stated = {name: sizes[name]["minimum"] for name in sizes if name in LEAST}
    assert stated == {name: least for name, least in LEAST.items() if name in sizes}


# ---- as a user sees it


def study_with_repeated_sample(folder: Path) -> dict[str, Any]:
    """Return an override whose sheet of cell lines has a sample twice."""
    sheet = folder / "lines.csv"
    sheet.write_text("sample,patient,lineage\nA,p,x\nA,q,y\n", encoding="utf-8")
    return {"cohorts": {"ccl": {"samples": {"path": str(sheet)}}}}


USER_CASES = {
    "misspelt key": (
        lambda _: {"models": {"ridge": {"penaltis": [1]}}},
        ["models.ridge: unknown key 'penaltis'; did you mean 'penalties'?"],
    ),
    "missing file": (
        lambda _: {"dependency": {"path": "data/scores.csv"}},
        ["dependency.path: no file data/scores.csv (looked from "],
    ),
    "repeated sample": (
        study_with_repeated_sample,
        ["lines.csv: sample 'A' stands in lines 2 and 3.", "Remedy: Keep one row per sample."],
    ),
}


@pytest.mark.parametrize("case", USER_CASES)
def test_snakemake_refuses_the_study_before_any_job(tree: Path, tmp_path: Path, case: str):
    make, expected = USER_CASES[case]
    before = files_below(tree / "results")
    run = snakemake(tree, "--configfile", write_config(tmp_path / "study.yaml", make(tmp_path)))
    assert run.status != 0
    for words in expected:
        assert words in run.text
    assert "Traceback" not in run.text
    assert "Job stats" not in run.text
    assert not run.jobs
    assert files_below(tree / "results") == before <= {".gitkeep"}


def test_protocols_get_what_need_not_be_said(config: dict[str, Any]):
    share = {"validation_share": 0.1}
    config["protocols"] |= {
        "cluster": {"kind": "cluster", **share},
        "genes": {"kind": "genes", "folds": 4, **share},
        "new": {"kind": "screen", "screen": "sanger", "lines": "new", **share},
    }
    config["screens"] = {"sanger": SCREEN}
    full = expand_study(config, "demo")
    assert (full["protocols"]["cluster"]["clusters"], full["protocols"]["cluster"]["min_lines"]) == (10, 8)
    assert full["protocols"]["genes"]["repeats"] == full["protocols"]["new"]["repeats"] == 1
    assert full["protocols"]["new"]["folds"] == 5
    check_config(full, SCHEMA)
