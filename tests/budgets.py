"""Sizes of the code against what the house allows: ``python tests/budgets.py`` prints the table."""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = sorted((SCRIPTS / "deepdep").rglob("*.py"))
RULES = sorted((ROOT / "workflow/rules").glob("*.smk"))
RULE_HEAD = r"^(?:use rule \w+ as|rule|checkpoint) (\w+)[^\n]*:\n"
DIRECTIVES = ("log", "benchmark", "conda", "threads", "resources", "message")
SIGNS = {"<=": lambda value, bound: value <= bound, ">=": lambda value, bound: value >= bound}


@dataclass(frozen=True)
class Budget:
    """A size: what was measured, and its bound; ``aim`` where the house style asks for another."""

    what: str
    measured: float
    sign: str
    bound: float
    aim: float | None = None

    def kept(self) -> bool:
        """Tell whether the size is within its bound."""
        return SIGNS[self.sign](self.measured, self.bound)

    def row(self) -> str:
        """Write the size as a row of the table."""
        aim = self.bound if self.aim is None else self.aim
        state = (
            "met" if SIGNS[self.sign](self.measured, aim) else f"not met: the style asks {self.sign} {aim:g}"
        )
        return f"{self.what:44} {self.measured:8.4g}   {self.sign} {self.bound:<6g} {state}"


# ---- what there is


def lines_of(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def lines_below(folder: Path) -> int:
    """Count the lines of all Python files below a folder."""
    return sum(lines_of(path) for path in folder.rglob("*.py"))


def functions(paths: Sequence[Path] = LIBRARY) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """List all functions of some files, those within others too."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def arguments(node: ast.FunctionDef) -> list[ast.arg]:
    """Return the arguments of a function but for the object it belongs to."""
    named = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    return [arg for arg in named if arg is not None and arg.arg not in {"self", "cls"}]


def is_annotated(node: ast.FunctionDef) -> bool:
    """Tell whether a function states the types of what it takes and gives."""
    return node.returns is not None and all(arg.annotation is not None for arg in arguments(node))


def documented() -> list[bool]:
    """Tell of each public module, class and function of the library whether it has a docstring."""
    found = []
    for path in LIBRARY:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        within = [node for owner in classes for node in owner.body]
        public = [
            node
            for node in (*tree.body, *within)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        found += [ast.get_docstring(node) is not None for node in (tree, *public)]
    return found


def comment_share() -> float:
    """Return the share of the library's lines that have a comment, in per cent; blank lines do not count."""
    comments = lines = 0
    for path in LIBRARY:
        text = path.read_text(encoding="utf-8")
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments += len({token.start[0] for token in tokens if token.type == tokenize.COMMENT})
        lines += sum(bool(line.strip()) for line in text.splitlines())
    return 100 * comments / lines


def rules() -> dict[str, str]:
    """Return the text of every rule by name, head and body."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in RULES)
    pattern = rf"({RULE_HEAD}(?:(?: +[^\n]*)?\n)*)"
    return {found[2]: found[1].strip() for found in re.finditer(pattern, text, re.MULTILINE)}


def with_directive(name: str) -> float:
    """Return the share of rules that have a directive, in per cent; those derived from another have its."""
    own = [text for text in rules().values() if not text.startswith("use ")]
    return percent(bool(re.search(rf"^    {name}:", text, re.MULTILINE)) for text in own)


def percent(facts: Iterator[bool] | Sequence[bool]) -> float:
    """Return the share of facts that are true, in per cent."""
    return 100 * statistics.mean(map(float, facts))


# ---- what it may be


def code_budgets() -> list[Budget]:
    """Measure library, scripts and tests."""
    nodes = [node for _, node in functions()]
    lengths = sorted(node.end_lineno - node.lineno + 1 for node in nodes)
    source, tests = lines_below(SCRIPTS), lines_below(ROOT / "tests")
    return [
        Budget("library: lines of the longest file", max(map(lines_of, LIBRARY)), "<=", 300),
        Budget("library: lines of a function, median", statistics.median(lengths), "<=", 12),
        Budget("library: lines of a function, 90 %", lengths[9 * len(lengths) // 10], "<=", 30),
        Budget("library: lines of the longest function", lengths[-1], "<=", 45),
        Budget("library: most arguments of a function", max(len(arguments(node)) for node in nodes), "<=", 6),
        Budget("library: functions with all types, %", percent([*map(is_annotated, nodes)]), ">=", 100),
        Budget("library: public parts with docstring, %", percent(documented()), ">=", 100),
        # Reasons mostly stand in docstrings, which the style counts apart.
        Budget("library: lines with a comment, %", comment_share(), ">=", 1.5, aim=3),
        Budget("library: lines with a comment at most, %", comment_share(), "<=", 8),
        Budget("scripts: lines of the longest", max(map(lines_of, SCRIPTS.glob("*.py"))), "<=", 45),
        Budget("tests: lines per line of source", tests / source, ">=", 0.5),
    ]


def workflow_budgets() -> list[Budget]:
    """Measure Snakefile and rules."""
    lengths = [len(text.splitlines()) for text in rules().values()]
    common = ROOT / "workflow/rules/common.smk"
    files = [lines_of(path) for path in RULES if path != common]
    shares = [Budget(f"rules with {name}, %", with_directive(name), ">=", 100) for name in DIRECTIVES]
    return [
        Budget("workflow: lines of the Snakefile", lines_of(ROOT / "workflow/Snakefile"), "<=", 60),
        Budget("workflow: lines of common.smk", lines_of(common), "<=", 200),
        Budget("workflow: lines of the longest rule file", max(files), "<=", 200),
        # The six directives below take up 12 to 15 lines of each rule.
        Budget("workflow: lines of a rule, median", statistics.median(lengths), "<=", 33, aim=20),
        Budget("workflow: lines of the longest rule", max(lengths), "<=", 50, aim=40),
        *shares,
    ]


def report(write: Callable[[str], object]) -> None:
    """Write the table, and the rule files that are longer than the style asks for."""
    write(f"{'size':44} measured   bound     of the style\n")
    for budget in code_budgets() + workflow_budgets():
        write(budget.row() + "\n")
    long = [f"{path.name} {lines_of(path)}" for path in RULES if lines_of(path) > 200]
    write(f"rule files of more than 200 lines: {', '.join(long) or 'none'}\n")


if __name__ == "__main__":
    report(sys.stdout.write)
