"""The documentation is true where a machine can tell: it builds, its links lead somewhere, its code runs."""

import ast
import html.parser
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from pages import LINK, Block, anchors, blocks, pages, without_code
from runs import ROOT, copy_tree, snakemake
from snakemake.cli import get_argument_parser
from snakemake.utils import update_config

from deepdep.config import Validator, describe, expand_study

BASH, YAML, PYTHON = blocks("bash", "sh"), blocks("yaml"), blocks("python")
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
# What a snakemake line says, and why it is not dry-run here; its options are checked all the same.
NOT_PLANNED = {
    "--report": "reads the results of a run",
    "--unlock": "needs a lock",
    "--profile": "needs a profile of the site",
    "--workflow-profile": "needs the executor that the profile names",
    "--executor": "needs the executor",
    "--sdm": "needs conda or apptainer",
    "--rerun-incomplete": "goes on where a killed run stopped",
    "--cleanup-metadata": "of files of a run",
}
# Other commands that a page may show, and what is checked of them.
OTHERS = {
    "pip": "installs; its files are checked",
    "python": "its script is checked",
    "python3": "its script is checked",
    "make": "its target is checked",
    **dict.fromkeys(
        ("docker", "podman", "apptainer", "singularity", "kubectl", "conda", "mamba", "micromamba", "module",
         "sbatch", "squeue", "scancel", "sacct", "sinfo", "scontrol", "bjobs", "bkill", "ssh", "rsync"),
        "needs a cluster, a container or conda",
    ),
    **dict.fromkeys(
        ("cd", "rm", "git", "export", "tail", "less", "cat", "ls", "du", "df", "kill", "mkdir", "source",
         "curl", "tar", "sha256sum",
         "nice", "time", "uv", "apt-get", "sudo", "mkdocs", "nvidia-smi", "npm", "brew"),
        "of the system, nothing of this project",
    ),
}  # fmt: skip
# Blocks of YAML that are no study on top of the defaults.
OTHER_YAML = {
    "in a study, beside the tables of other omics": "needs the edits above it; tests/docs/test_examples.py",
}
MOST_BYTES = 200_000  # of a picture


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's tree."""
    return copy_tree(tmp_path_factory.mktemp("project"))


# ---- the site


class Fetched(html.parser.HTMLParser):
    """Collect what a browser fetches by itself when it opens a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep addresses of scripts, styles, pictures and frames."""
        named = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "video", "object"):
            self.addresses.append(named.get("src") or named.get("data") or "")
        if tag == "link" and {"stylesheet", "preload", "preconnect", "icon"} & set(
            (named.get("rel") or "").split()
        ):
            self.addresses.append(named.get("href") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built site; anything that mkdocs warns of is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_site_has_every_page_and_fetches_nothing(site: Path):
    built = sorted(site.glob("*.html"))
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} <= {page.stem for page in built}
    for page in built:
        fetched = Fetched()
        fetched.feed(page.read_text(encoding="utf-8"))
        assert fetched.addresses, page
        assert [
            address for address in fetched.addresses if urlsplit(address).scheme not in ("", "data")
        ] == []
    styles = "\n".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not re.search(r"url\(['\"]?https?:|@import", styles)


def test_config_keys_and_examples_are_in_the_site(site: Path):
    assert "evaluate.variable_share" in (site / "configuration.html").read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]+>", "", (site / "extend.html").read_text(encoding="utf-8"))
    for words in ("class KernelSmoother", "class PartialLeastSquares", "def spreads", "rule count_dependent"):
        assert words in shown
    assert "--8&lt;--" not in shown
    assert not list(site.rglob("*.py"))


def test_pictures_are_small_and_all_used():
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    for path in (ROOT / "docs/images").iterdir():
        assert path.stat().st_size < MOST_BYTES, path
        assert f"images/{path.name}" in text, f"{path} is on no page"


def test_picture_of_the_architecture_is_that_of_the_code():
    spec = importlib.util.spec_from_file_location("make_architecture", ROOT / "docs/make_architecture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    same = (ROOT / "docs/architecture.svg").read_text(encoding="utf-8") == module.picture()
    assert same, "rules or imports changed: python docs/make_architecture.py"


# ---- links


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for target in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        address = urlsplit(target)
        if address.scheme:
            assert address.scheme == "https", target
            assert re.fullmatch(r"[\w.-]+\.[a-z]{2,}", address.netloc), target
            continue
        file = (page.parent / address.path).resolve() if address.path else page
        assert file.is_file(), f"{page}: {target}"
        if address.fragment and file.name != "configuration.md":  # that one includes config/README.md
            assert address.fragment in anchors(file), f"{page}: {target}"
        if address.fragment and file.name == "configuration.md":
            assert address.fragment in anchors(ROOT / "config/README.md"), f"{page}: {target}"


def test_nothing_of_this_machine_is_named():
    for page in pages():
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(work|root|home|tmp)/|\.\./shared", text), page


# ---- code


@pytest.mark.parametrize("block", BASH, ids=str)
def test_commands_are_those_of_the_tools(block: Block, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "argv", ["snakemake"])
    for command in block.commands:
        words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=\S*", word)]
        name = Path(words[0]).name if words else ""
        if name == "snakemake":
            known_options(words[1:])
        elif words:
            assert name in OTHERS, f"{command}: list {name} in OTHERS, with what is checked of it"
            check_other(name, words[1:])


def known_options(arguments: list[str]) -> None:
    """Fail at an option that snakemake does not know; those of plugins come after their own name."""
    actions = get_argument_parser()._option_string_actions
    for word in arguments:
        if word.startswith("-") and not re.match(r"--(slurm|lsf|kubernetes|cluster-generic)-", word):
            assert word.split("=")[0] in actions or re.fullmatch(r"-[a-zA-Z]\d*", word), word


def check_other(name: str, arguments: list[str]) -> None:
    """Check targets of make, scripts of Python and files of pip."""
    files = [word for word in arguments if re.search(r"\.(py|txt)$", word)]
    if name == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = re.findall(r"^([\w-]+):", makefile, re.MULTILINE)
        assert [word for word in arguments if not word.startswith("-") and word not in targets] == []
    if name in ("pip", "python", "python3"):
        places = (ROOT, ROOT / "tests/docs/examples/own")
        assert [file for file in files if not any((place / file).is_file() for place in places)] == []


def planned_commands() -> list[str]:
    """List the snakemake lines that can be planned here: no title, and files that the project has."""
    lines = {line for block in BASH if not block.title for line in block.commands}
    lines = {line for line in lines if line.startswith("snakemake")}
    lines = {line for line in lines if not set(line.split()) & set(NOT_PLANNED)}
    lines = {re.sub(r" -n\b| --cores all", "", line) for line in lines}
    return sorted(
        line for line in lines if all((ROOT / file).is_file() for file in re.findall(r"\S+\.yaml", line))
    )


@pytest.mark.parametrize("command", planned_commands())
def test_commands_can_be_planned(command: str, tree: Path):
    done = snakemake(tree, *shlex.split(command)[1:], "-n", "--quiet", "all", timeout=300)
    assert done.status == 0, done.text


def test_files_of_the_demo_that_pages_name_are_made(tree: Path):
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    found = sorted(set(re.findall(r"results/demo/[\w/]+\.\w+", text)) - {"results/demo/report.html"})
    assert len(found) >= 2
    done = snakemake(tree, *found, "-n", "--quiet", "all", timeout=300)
    assert done.status == 0, done.text


@pytest.mark.parametrize("block", YAML, ids=str)
def test_studies_keep_to_the_schema(block: Block):
    own = yaml.safe_load(block.text)
    if block.title in OTHER_YAML or not isinstance(own, dict) or not set(own) & set(SCHEMA["properties"]):
        assert block.title, f"{block}: no study; say in its title what it is"
        return
    base: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    if block.page.name == "depmap.md":
        update_config(base, yaml.safe_load((ROOT / "config/depmap.yaml").read_text(encoding="utf-8")))
    update_config(base, own)
    errors = Validator(SCHEMA).iter_errors(expand_study(base, str(base["study"])))
    assert [line for error in errors for line in describe(error)] == []


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_runs_or_is_a_tested_file(block: Block, tree: Path):
    if block.files:
        assert all(file.startswith("tests/docs/examples/") for file in block.files)
        ast.parse(block.text)
        return
    done = subprocess.run(
        [sys.executable, "-c", block.text], cwd=tree, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": "workflow/scripts"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
