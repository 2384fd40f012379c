"""The recipes of the two images, as far as they can be checked without building them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from runs import ROOT, snakemake

DOCKERFILE = (ROOT / "envs/Dockerfile").read_text(encoding="utf-8")
APPTAINER = (ROOT / "envs/apptainer.def").read_text(encoding="utf-8")
HOME = "/opt/deepdep"
PATHS = {"Snakefile", "LICENSE", "workflow", "config", "envs", "profiles"}
SECTIONS = {"arguments", "files", "post", "runscript", "test"}  # of those that Apptainer knows
PIP = (
    'python -m pip install --no-cache-dir --extra-index-url "INDEX" -r envs/requirements.txt -c envs/lock.txt'
)


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, with what each is given."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line]  # type: ignore[misc]


def sections(text: str) -> dict[str, list[str]]:
    """Return the header (under the empty name) and the sections of an Apptainer recipe, by line."""
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines()]
    found: dict[str, list[str]] = {"": []}
    for line in (line for line in lines if line and not line.startswith("#")):
        if line.startswith("%"):
            found[line.removeprefix("%")] = []
        else:
            found[list(found)[-1]].append(line)
    return found


LAYERS = instructions(DOCKERFILE)
PARTS = sections(APPTAINER)


def lint(text: str, folder: Path) -> str:
    """Return what hadolint says of a Dockerfile, nothing if it is content."""
    path = folder / "Dockerfile"
    path.write_text(text, encoding="utf-8")
    tool = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([tool, "--no-color", path], capture_output=True, text=True, check=False)
    assert bool(done.stdout) == bool(done.returncode), done.stderr
    return done.stdout


def test_hadolint_is_content_and_nothing_is_ignored(tmp_path: Path):
    assert "hadolint ignore" not in DOCKERFILE
    assert lint(DOCKERFILE, tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (r":3\.12\.12-slim-bookworm", "", "DL3006"),
        (" --no-cache-dir", "", "DL3042"),
        ("WORKDIR /opt/deepdep", "WORKDIR deepdep", "DL3000"),
    ],
)
def test_hadolint_sees_what_it_is_there_for(tmp_path: Path, old: str, new: str, rule: str):
    broken = re.sub(old, new, DOCKERFILE)
    assert broken != DOCKERFILE
    assert rule in lint(broken, tmp_path)


# ---- both recipes say the same


def test_both_have_the_same_pinned_base_with_the_python_of_conda():
    header = dict(line.split(": ") for line in PARTS[""])
    assert header.keys() == {"Bootstrap", "From"}
    assert LAYERS[0] == ("FROM", header["From"])
    version = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-\w+", header["From"])
    assert version
    for path in (ROOT / "envs").glob("*.yaml"):
        assert f"python={version[1]}" in yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]


def test_both_install_the_lock_with_the_same_command():
    (argument,) = [words for name, words in LAYERS if name == "ARG"]
    assert PARTS["arguments"] == [argument]
    assert argument == "TORCH_INDEX=https://pypi.org/simple"
    (docker,) = [words for name, words in LAYERS if name == "RUN" and "pip" in words]
    (apptainer,) = [line for line in PARTS["post"] if "pip" in line]
    assert docker.replace("$TORCH_INDEX", "INDEX") == PIP
    assert apptainer.replace("{{ TORCH_INDEX }}", "INDEX") == PIP
    assert {"mkdir results resources .snakemake", "chmod 1777 results resources .snakemake"} <= set(
        PARTS["post"]
    )


def test_apptainer_has_known_sections_only():
    assert set(PARTS) == SECTIONS | {""}
    assert PARTS["post"][0] == f"cd {HOME}"
    assert PARTS["runscript"] == ['exec snakemake "$@"']
    assert ("ENTRYPOINT", '["snakemake"]') in LAYERS


# ---- what is in the image


def copied_by_docker() -> set[str]:
    """Return what the Dockerfile copies."""
    words = [words.split() for name, words in LAYERS if name == "COPY"]
    return {source for *sources, _ in words for source in sources}


def test_both_copy_the_same_paths_and_the_context_holds_no_others():
    assert copied_by_docker() == PATHS | {"envs/requirements.txt", "envs/lock.txt"}
    assert ("WORKDIR", HOME) in LAYERS
    assert {tuple(line.split()) for line in PARTS["files"]} == {(path, f"{HOME}/{path}") for path in PATHS}
    ignored = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert ignored[0] == "*"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == PATHS


@pytest.mark.parametrize("config", ["config/config.yaml", "config/paper.yaml"])
def test_the_copied_paths_are_all_that_the_workflow_needs(tree: Path, tmp_path: Path, config: str):
    for path in PATHS:
        copy = shutil.copytree if (tree / path).is_dir() else shutil.copy
        copy(tree / path, tmp_path / path)
    run = snakemake(tmp_path, "--dry-run", "--configfile", config, timeout=300)
    assert run.status == 0, run.text
    assert sum(run.jobs.values()) > 100


def test_packages_are_installed_before_the_workflow_is_copied():
    order = [words for name, words in LAYERS if name in ("COPY", "RUN")]
    assert order[0] == "envs/requirements.txt envs/lock.txt envs/"
    assert "pip install" in order[1]
    assert all(words.split()[0] in PATHS for words in order[2:-1])


def test_nobody_runs_as_root_and_nothing_is_secret():
    names = [name for name, _ in LAYERS]
    (user,) = [words for name, words in LAYERS if name == "USER"]
    assert int(user) > 0
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert "ADD" not in names
    assert f"--uid {user} " in DOCKERFILE
    for text in (DOCKERFILE, APPTAINER):
        assert not re.search(r"token|password|secret|credential|api.?key|sudo|curl|wget", text, re.IGNORECASE)
