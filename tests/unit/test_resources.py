"""What rules declare is read from their files and held against measured jobs."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

RULES = """
rule train_network:
    benchmark:
        "results/{study}/benchmarks/train/{model}_{protocol}_repeat{repeat}_fold{fold}.tsv"
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,


use rule train_network as train_baseline with:
    resources:
        mem_mb=900,
        runtime=60,
        gpu=0,


use rule train_network as train_final with:
    benchmark:
        "results/{study}/benchmarks/train/{model}_final.tsv"


rule read:
    benchmark:
        "results/{study}/benchmarks/{omic}.tsv"
    resources:
        mem_mb=3000,
        runtime=1,
"""
KINDS = {"ridge": "ridge", "ridge_own": "ridge", "deepdep": "grid"}


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    """Load the tool, which is no part of the library."""
    spec = importlib.util.spec_from_file_location("resources", root / "tests/benchmarks/resources.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["resources"] = module
    spec.loader.exec_module(module)
    return module


def test_rules_inherit_what_they_do_not_state(tool: ModuleType):
    rules = tool.declared_in([RULES])
    assert (rules["train_final"].mem_mb, rules["train_final"].gpu) == (4000, 1)
    assert (rules["train_baseline"].mem_mb, rules["train_baseline"].runtime) == (900, 60)
    assert rules["train_baseline"].benchmark == rules["train_network"].benchmark
    assert rules["read"].gpu == 0


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        ("train/deepdep_cv_repeat0_fold1.tsv", "train_network"),
        ("train/ridge_own_cv_repeat0_fold1.tsv", "train_baseline"),
        ("train/ridge_final.tsv", "train_final"),
        ("expression.tsv", "read"),
        ("gone/expression.tsv", ""),
    ],
)
def test_a_benchmark_is_of_the_rule_that_its_model_is_of(tool: ModuleType, file: str, rule: str):
    assert tool.rule_of(f"results/s/benchmarks/{file}", tool.declared_in([RULES]), KINDS) == rule


def test_too_little_and_too_much_are_named(tool: ModuleType):
    jobs = pd.DataFrame(
        [
            ("train_network", 100.0, 1),
            ("train_network", 2000.0, 1),
            ("train_baseline", 700.0, 1),
            ("train_final", 100.0, 1),
            ("read", 2000.0, 1),
        ],
        columns=["rule", "mb", "minutes"],
    )
    table = tool.compare(jobs, tool.declared_in([RULES]))
    assert table["verdict"].to_dict() == {
        "read": "time low",
        "train_baseline": "memory low",
        "train_final": "memory high",
        "train_network": "fits",
    }
    assert table.loc["train_network", ["jobs", "mb"]].tolist() == [2, 2000]


def test_every_rule_of_the_workflow_is_read_and_fits_a_laptop(tool: ModuleType, root: Path):
    rules = tool.read_rules()
    heads = sum(
        len(re.findall(r"^(?:use )?(?:rule|checkpoint) ", text, re.MULTILINE)) for text in texts(root)
    )
    assert len(rules) == heads > 70
    for name, rule in rules.items():
        assert 500 <= rule.mem_mb <= 6000, name  # of 8 GB, what is left to one job
        assert rule.runtime > 0, name
        assert "/benchmarks/" in rule.benchmark, name


def texts(root: Path) -> list[str]:
    """Return the text of all rule files."""
    return [path.read_text(encoding="utf-8") for path in (root / "workflow/rules").glob("*.smk")]
