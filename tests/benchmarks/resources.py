"""Hold what rules declare (mem_mb, runtime) against what snakemake measured of their jobs.

    python tests/benchmarks/resources.py results/demo results/mine

prints for each rule: the number of its jobs, the largest memory (MB) and time (minutes) of one, what
the rule declares, and whether that is too low (less than 1.5 times what was measured) or high (more
than 8 times, of rules that ask for more than the least).
"""

import argparse
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from deepdep.io.notes import load_notes
from deepdep.models.base import NETWORK_KINDS

RULES = Path(__file__).resolve().parents[2] / "workflow/rules"
MARGIN = 1.5
HIGH = 8.0
LEAST = 1000  # MB; asking for less helps nobody: eight jobs of this size fit a laptop
HEAD = re.compile(
    r"^(?:use rule (?P<base>\w+) as (?P<new>\w+) with|(?:rule|checkpoint) (?P<own>\w+)):", re.MULTILINE
)
NUMBER = r"^ +{key}=(?P<value>\d+)"


@dataclass(frozen=True)
class Declared:
    """What a rule says in its file: memory (MB), time (minutes), GPUs, pattern of its benchmark."""

    mem_mb: int
    runtime: int
    gpu: int
    benchmark: str


def declared_in(texts: Iterable[str]) -> dict[str, Declared]:
    """Read what all rules declare from the text of their files, bases before what uses them."""
    found: dict[str, Declared] = {}
    for text in texts:
        heads = list(HEAD.finditer(text))
        ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
        for head, end in zip(heads, ends, strict=True):
            body = text[head.end() : end]
            base = found.get(head["base"] or "")
            # `resources` of a rule that uses another one replace its base's as a whole
            inherited = base if base and "resources:" not in body else None
            path = re.search(r"benchmark:\s+\"([^\"]+)\"", body)
            pattern = path[1] if path else base.benchmark if base else ""
            found[head["new"] or head["own"]] = Declared(
                *(_number(body, key, inherited) for key in ("mem_mb", "runtime", "gpu")), benchmark=pattern
            )
    return found


def _number(body: str, key: str, inherited: Declared | None) -> int:
    """Return a resource of a rule's text, of its base or, where neither names it, 0."""
    if inherited:
        return int(getattr(inherited, key))
    match = re.search(NUMBER.format(key=key), body, re.MULTILINE)
    return int(match["value"]) if match else 0


def rule_of(path: str, rules: Mapping[str, Declared], kinds: Mapping[str, str]) -> str:
    """Name the rule that a benchmark file is of; '' for one of a rule that is no more.

    Parameters
    ----------
    path
        Of the benchmark file, from the folder of the results.
    kinds
        Kind of each model; rules that share a pattern differ in whether they train networks.
    """
    fits = [
        name for name, rule in rules.items() if rule.benchmark and _pattern(rule.benchmark).fullmatch(path)
    ]
    fewest = min((rules[name].benchmark.count("{") for name in fits), default=0)
    fits = [name for name in fits if rules[name].benchmark.count("{") == fewest]
    if len(fits) > 1:
        model = max((name for name in kinds if f"/{name}_" in path), key=len, default="")
        network = int(kinds.get(model) in NETWORK_KINDS)
        fits = [name for name in fits if rules[name].gpu == network]
    return fits[0] if fits else ""


def _pattern(benchmark: str) -> re.Pattern[str]:
    """Return the pattern of a rule's benchmark, wildcards as anything but a folder."""
    parts = re.split(r"\{(\w+)\}", benchmark)
    numbers = {"repeat", "fold"}
    for at in range(1, len(parts), 2):
        parts[at] = r"\d+" if parts[at] in numbers else "[^/]+"
    parts[::2] = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(parts))


def measured(folder: Path, rules: Mapping[str, Declared]) -> pd.DataFrame:
    """Read the benchmarks of a study (``results/<study>``); rows: jobs with rule, mb, minutes."""
    models = folder / "models"
    notes = {path.name: next(path.rglob("*.json"), None) for path in models.glob("*")}
    kinds = {name: load_notes(path)["settings"]["kind"] for name, path in notes.items() if path}
    rows = []
    for path in sorted((folder / "benchmarks").rglob("*.tsv")):
        rule = rule_of(f"results/{folder.name}/{path.relative_to(folder)}", rules, kinds)
        table = pd.read_csv(path, sep="\t", na_values="-")
        if rule:
            rows.append({"rule": rule, "mb": table["max_rss"].max(), "minutes": table["s"].max() / 60})
    return pd.DataFrame(rows, columns=["rule", "mb", "minutes"])


def compare(jobs: pd.DataFrame, rules: Mapping[str, Declared]) -> pd.DataFrame:
    """Return for each measured rule its largest job beside what it declares, and a verdict."""
    table = jobs.groupby("rule").agg(jobs=("mb", "size"), mb=("mb", "max"), minutes=("minutes", "max"))
    table["mem_mb"] = [rules[name].mem_mb for name in table.index]
    table["runtime"] = [rules[name].runtime for name in table.index]
    table["memory"] = table["mem_mb"] / table["mb"]
    table["time"] = table["runtime"] / table["minutes"]
    low, high = table["memory"] < MARGIN, (table["memory"] > HIGH) & (table["mem_mb"] > LEAST)
    table["verdict"] = "fits"
    table.loc[high, "verdict"] = "memory high"
    table.loc[table["time"] < MARGIN, "verdict"] = "time low"
    table.loc[low, "verdict"] = "memory low"
    return table


def read_rules() -> dict[str, Declared]:
    """Read what the rules of this workflow declare."""
    return declared_in(path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.smk")))


def main() -> None:
    """Print the table of the studies that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="+", type=Path, help="results of a study, as results/demo")
    rules = read_rules()
    table = compare(pd.concat([measured(folder, rules) for folder in parser.parse_args().folder]), rules)
    print(table.round({"mb": 0, "minutes": 1, "memory": 1, "time": 0}).to_string())  # noqa: T201


if __name__ == "__main__":
    main()
