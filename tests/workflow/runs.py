"""Start the workflow as a user does, in a copy of the project's tree."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import yaml
from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "results", "resources")

# Keys of a study with expression alone, of tables that `simulate` wrote into the folder tables.
EXPRESSION_TABLES = {
    "cohorts": {
        cohort: {
            "samples": {"path": f"tables/{cohort}/samples.tsv"},
            "tables": {"expression": {"path": f"tables/{cohort}/expression.tsv.gz"}},
        }
        for cohort in ("ccl", "tumors")
    },
    "dependency": {"path": "tables/dependency.tsv.gz"},
    "fingerprints": {"path": "tables/fingerprints.gmt"},
}


@dataclass(frozen=True)
class Run:
    """What a command left on the terminal: exit status, and both streams as one text."""

    status: int
    text: str

    @property
    def jobs(self) -> Counter[str]:
        """Number of jobs of each rule, from the table of job counts; the total is left out."""
        rows = re.findall(r"^(\w+) +(\d+)$", self.text, re.MULTILINE)
        return Counter({rule: int(count) for rule, count in rows if rule != "total"})


def copy_tree(folder: Path) -> Path:
    """Copy the project as a clean clone has it (tracked files and those git does not ignore)."""
    if not (ROOT / ".git").exists():
        return Path(shutil.copytree(ROOT, folder, ignore=NOT_COPIED, dirs_exist_ok=True))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def snakemake(folder: Path, *arguments: str, timeout: int = 120) -> Run:
    """Run snakemake in ``folder`` and return what a user sees of it."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=folder,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout)


def write_config(path: Path, settings: Mapping[str, Any]) -> str:
    """Write an override file and return its path as text."""
    path.write_text(yaml.safe_dump(dict(settings)), encoding="utf-8")
    return str(path)


def files_below(folder: Path) -> set[str]:
    """List the files below a folder, hidden ones too, relative to it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def reported_rows(path: Path) -> pd.DataFrame:
    """Read the rows of a table of metrics that are over the reported genes (index: model)."""
    table = pd.read_csv(path, sep="\t")
    return table[table["gene_set"] == "reported"].set_index("model")


def low_resources(folder: Path) -> list[str]:
    """Say which rules of a study (``results/<study>``) declare too little, by its benchmark files."""
    tool = ROOT / "tests/benchmarks/resources.py"
    library = {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run(
        [sys.executable, str(tool), str(folder)],
        env={**os.environ, **library},
        check=True,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) > 10, done.stdout
    return [line for line in lines if line.endswith(" low")]


def plan(folder: Path, entry: str, *configfiles: Path) -> SimpleNamespace:
    """Return snakemake's own picture of a run: its rules, its jobs, the config they see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
            flow = api.workflow(
                resource_settings=ResourceSettings(cores=4, resources={"gpu": 1}),
                config_settings=ConfigSettings(configfiles=list(configfiles)),
                snakefile=Path(entry),
            )
            flow.dag().execute_workflow(executor="dryrun")
            inner = flow._workflow_store
            rules = {rule.name: rule for rule in inner.rules}
            return SimpleNamespace(
                rules=rules, jobs=list(inner.dag.jobs), config=dict(inner.globals["config"])
            )
