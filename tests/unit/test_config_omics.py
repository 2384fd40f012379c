"""Omics beside the four: a line of the config, settings of their own, and misspelt ones refused."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from deepdep.config import check_config, expand_study
from deepdep.errors import InputError
from deepdep.plot.events import COLORS, colors_of

ROOT = Path(__file__).parents[2]
DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
UNITS = "log2 ratio to a reference"
PLACES = (
    ("features",), ("harmonise",), ("scaling",), ("pretrain", "widths"),
    ("events", "thresholds"), ("events", "line_thresholds"),
)  # fmt: skip


@pytest.fixture
def stated(tmp_path: Path) -> dict[str, Any]:
    """Return a study with proteins beside expression, as its file states it."""
    path = tmp_path / "proteins.tsv"
    path.write_text("feature\tL1\nP1\t1\n")
    config = copy.deepcopy(DEFAULT) | {"omics": ["expression", "proteomics"], "compare": ["gene_mean"]}
    config |= {"further_omics": {"proteomics": UNITS}, "analyses": []}
    config["evaluate"] |= {"always": [], "deep_pair": None}
    for cohort in ("ccl", "tumors"):
        config["cohorts"][cohort]["tables"]["proteomics"] = {"path": str(path), "format": "matrix"}
    return config


def at(config: dict[str, Any], place: tuple[str, ...]) -> Any:
    """Return what stands at a place of the config."""
    for key in place:
        config = config[key]
    return config


def test_a_further_omic_needs_no_more_than_its_name_units_and_tables(stated: dict[str, Any]):
    config = expand_study(stated, "demo")
    check_config(config, SCHEMA)
    for place in PLACES:
        assert set(at(config, place)) == {*at(DEFAULT, place), "proteomics"}
    assert config["features"]["proteomics"] == "as_given"
    assert stated["features"] == DEFAULT["features"]


def test_settings_that_are_stated_are_kept(stated: dict[str, Any]):
    stated["scaling"]["proteomics"] = "shared"
    stated["pretrain"]["widths"]["proteomics"] = [8, 4]
    config = expand_study(stated, "demo")
    check_config(config, SCHEMA)
    assert config["scaling"]["proteomics"] == "shared"
    assert config["pretrain"]["widths"]["proteomics"] == [8, 4]


def test_a_sheet_of_own_samples_may_have_a_column_for_it(stated: dict[str, Any], tmp_path: Path):
    sheet = tmp_path / "samples.tsv"
    frame = pd.DataFrame({"sample": ["S1"], "patient": ["P1"], "group": ["A"], "proteomics": ["p.tsv"]})
    frame.to_csv(sheet, sep="\t", index=False)
    stated["own_samples"] = {"path": str(sheet)}
    tables = expand_study(stated, "demo")["cohorts"]["own"]["tables"]
    assert tables["proteomics"]["path"] == str(sheet)
    assert tables["expression"] is None


def unnamed(config: dict[str, Any]) -> None:
    config["further_omics"] = {}


def misspelt(config: dict[str, Any]) -> None:
    config["scaling"]["proteomic"] = "none"


def with_path(config: dict[str, Any]) -> None:
    config["further_omics"]["../up"] = UNITS


def known(config: dict[str, Any]) -> None:
    config["further_omics"]["mutation"] = UNITS


def without_units(config: dict[str, Any]) -> None:
    config["further_omics"]["proteomics"] = None


def derived(config: dict[str, Any]) -> None:
    config["features"]["proteomics"] = "derive"


def no_mapping(config: dict[str, Any]) -> None:
    config["further_omics"] = ["proteomics"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (unnamed, "omics.1: 'proteomics' is not one of"),
        (misspelt, "scaling: unknown key 'proteomic'; did you mean 'proteomics'?"),
        (with_path, "further_omics: '../up'"),
        (known, "further_omics: mutation is one of"),
        (without_units, "further_omics.proteomics: None is not of type 'string'"),
        (derived, "features.proteomics: derive is a rule of the paper"),
        (no_mapping, "further_omics: ['proteomics'] is not of type 'object'"),
    ],
)
def test_what_cannot_be_is_refused(
    edit: Callable[[dict[str, Any]], None], words: str, stated: dict[str, Any]
):
    edit(stated)
    with pytest.raises(InputError) as error:
        check_config(expand_study(stated, "demo"), SCHEMA)
    assert words in str(error.value)


def test_colours_of_further_omics_are_their_own():
    colors = colors_of(["proteomics", "copy_number", "fusions", "expression"])
    assert list(colors) == ["expression", "copy_number", "fusions", "proteomics"]
    assert len({*colors.values(), *COLORS.values()}) == 6
