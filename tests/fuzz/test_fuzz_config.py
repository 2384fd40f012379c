"""Configs with keys and values of other kinds: refused in words that name them, or fit to run."""

import copy
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deepdep.config import check_config, expand_study
from deepdep.errors import InputError

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
EXAMPLES = int(os.environ.get("DEEPDEP_FUZZ_EXAMPLES", "1000"))
FUZZ = settings(max_examples=EXAMPLES, derandomize=True, deadline=60_000, database=None)
VALUES = (
    *(None, True, False, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "", " ", "x", "../x", "/etc/passwd"),
    *("1e-3", "{study}", "{x}", "{", "a\nb", "demo\n", "$(touch x)", "<script>", "\x00", "é", "x" * 3000),
    *([], [None], [[]], ["expression", "expression"], {}, {"x": None}, {"like": "x"}, {"kind": []}, {1: 2}),
    *({"like": ["x"]}, {"path": 1}, [{}], {None: None}, {"kind": "patients", "folds": "2"}),
)  # fmt: skip
Path_ = tuple[Any, ...]


def places(part: Any, at: Path_ = ()) -> list[Path_]:
    """List the paths of everything in a config."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))]


PLACES = places(DEFAULT)[1:]
EDIT = st.tuples(
    st.sampled_from(["set", "set", "set", "drop", "rename", "copy"]),
    st.sampled_from(PLACES),
    st.sampled_from(VALUES),
    st.sampled_from(PLACES),
)


def apply(config: dict[str, Any], edit: tuple[str, Path_, Any, Path_]) -> None:
    """Change a config at one place, as far as the place is still there."""
    what, place, value, other = edit
    try:
        part = at(config, place[:-1])
        if what == "drop":
            del part[place[-1]]
        elif what == "rename" and isinstance(part, dict):
            part[str(value)] = part.pop(place[-1])
        else:
            part[place[-1]] = copy.deepcopy(at(config, other) if what == "copy" else value)
    except (KeyError, IndexError, TypeError):
        return  # an earlier edit took the place away


def at(config: Any, place: Path_) -> Any:
    """Return what stands at a place."""
    for key in place:
        config = config[key]
    return config


def outcome(config: dict[str, Any]) -> str:
    """Return the message with which a config is refused, empty if it is not."""
    try:
        check_config(expand_study(config, str(config.get("study", ""))), SCHEMA)
    except InputError as error:
        return str(error)
    return ""


def test_config_of_other_values(capsys: pytest.CaptureFixture[str]):
    refused = []

    @FUZZ
    @given(st.lists(EDIT, min_size=1, max_size=3))
    def run(edits: list) -> None:
        config = copy.deepcopy(DEFAULT)
        for edit in edits:
            apply(config, edit)
        said = outcome(config)
        assert not said or " Remedy: " in said
        refused.append(bool(said))

    run()
    assert EXAMPLES / 2 < sum(refused) < len(refused)
    with capsys.disabled():
        print(f"\nconfig: {len(refused)} configs, {sum(refused)} refused")  # noqa: T201


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "/x", "", ".", "..", "x\n", "a b", "-x", "$(touch x)", "é", "~", "%2e"]
)
def test_names_that_become_paths(name: str):
    assert "study" in outcome({**DEFAULT, "study": name})
    for place in (("cohorts", "tumors"), ("models", "ridge"), ("protocols", "cv")):
        config = copy.deepcopy(DEFAULT)
        at(config, place[:-1])[name] = copy.deepcopy(at(config, place))
        assert outcome(config), place
