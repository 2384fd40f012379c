"""The sizes of the code stay within what the house allows."""

import ast

import pytest
from budgets import (
    Budget,
    code_budgets,
    functions,
    is_annotated,
    report,
    rules,
    with_directive,
    workflow_budgets,
)

BUDGETS = code_budgets() + workflow_budgets()


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.what)
def test_size_is_within_its_bound(budget: Budget):
    assert budget.kept(), budget.row()


def test_all_of_the_code_is_measured():
    names = rules()
    assert len(list(functions())) > 1500
    assert len(names) >= 90
    assert {"train_network", "train_baseline", "download_file", "plot_figure2"} <= set(names)
    assert names["train_baseline"].endswith("gpu=0,")
    assert with_directive("message") > with_directive("retries") > 0


def test_functions_without_all_types_are_told():
    full, half = ast.parse("def a(x: int, *, y: int) -> int: ...\ndef b(x: int, *rest) -> int: ...").body
    assert is_annotated(full)
    assert not is_annotated(half)


def test_report_names_what_the_style_asks_for():
    lines: list[str] = []
    report(lines.append)
    assert len(lines) == len(BUDGETS) + 2
    assert any("not met: the style asks" in line for line in lines)
