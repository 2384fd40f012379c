"""The messages that docs/troubleshooting.md quotes are those of the code."""

import ast
import re
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "workflow/scripts/deepdep"
ENGINE = Path(sysconfig.get_paths()["purelib"]) / "snakemake"
QUOTED = re.findall(r"^- `([^`]+)`", PAGE, re.MULTILINE)
FROM_PYTHON = {"No such file or directory"}  # of the operating system, by any program


def texts(path: Path) -> Iterator[str]:
    """Yield every text of a module; what is filled in is a gap of any length."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
            yield "".join(str(part) for part in parts)


@cache
def known() -> list[str]:
    """List the texts of the library, and of the engine's own errors."""
    engine = [ENGINE / "exceptions.py", ENGINE / "deployment/conda.py"]
    return [text for path in [*sorted(LIBRARY.rglob("*.py")), *engine] for text in texts(path)]


def is_in(message: str, text: str) -> bool:
    """Tell whether a text has the message, … standing for anything."""
    place = 0
    for part in message.split("…"):
        place = text.find(part.strip(), place)
        if place < 0:
            return False
        place += len(part.strip())
    return True


@pytest.mark.parametrize("message", QUOTED)
def test_quoted_messages_are_in_the_code(message: str):
    assert message in FROM_PYTHON or any(is_in(message, text) for text in known())


def test_messages_are_quoted_once_and_none_is_empty():
    assert len(QUOTED) > 45
    assert len(set(QUOTED)) == len(QUOTED)
    assert all(len(message.replace("…", "").strip()) > 8 for message in QUOTED)


def test_a_message_that_is_not_there_is_noticed():
    assert not any(is_in("zero overlap of patients with the … sheet", text) for text in known())
