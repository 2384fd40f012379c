"""The house's rules: layers, pins, and rules that name what their scripts use."""

import ast
import re
import sys
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = SCRIPTS / "deepdep"
MODULES = sorted(LIBRARY.rglob("*.py"))
RULE_SCRIPTS = sorted(SCRIPTS.glob("*.py"))

# Who may import whom. evaluate and plot run without torch: in envs/analysis.yaml.
BASE = {"errors", "log"}
ALLOWED = {
    "": set(),
    "errors": set(),
    "log": {"errors"},
    "io": BASE | {""},
    "simulate": BASE | {"io"},
    "prepare": BASE | {"io"},
    "models": BASE | {"io", "prepare"},
    "training": BASE | {"io", "prepare", "models"},
    "evaluate": BASE | {"io", "prepare"},
    "tumors": BASE | {"io", "prepare", "evaluate"},
    "interpret": BASE | {"io", "prepare", "models", "training", "evaluate", "tumors"},
    "plot": BASE | {"io", "evaluate"},
    "config": BASE | {"io", "simulate", "config_omics", "config_tables", "config_analyses"},
    "config_analyses": BASE,
    "config_omics": {"simulate"},
    "config_tables": BASE | {"io", "prepare"},
    "config_table": BASE | {"io"},
}
LOCK = ROOT / "envs/lock.txt"
TORCH = [ROOT / f"envs/torch{build}.yaml" for build in ("", "-cpu", "-cuda")]
PINNED = ("data", "torch-cpu", "torch-cuda")
CONDA_NAMES = {
    "torch": "pytorch",
    "sklearn": "scikit-learn",
    "matplotlib": "matplotlib-base",
    "yaml": "pyyaml",
    "isal": "python-isal",
    "openTSNE": "opentsne",
    "umap": "umap-learn",
}
PYPI_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib", "python-isal": "isal"}


# ---- imports


def imported(path: Path) -> set[str]:
    """Return the names of all modules that a file imports, but those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for part in ast.walk(node)
    }
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and id(node) not in unseen:
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and id(node) not in unseen:
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def module_file(name: str) -> Path | None:
    """Return the file of a module of the library, None for anything else."""
    stem = SCRIPTS.joinpath(*name.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


def layer_of(path: Path) -> str:
    """Return the part of the library a file is in: a folder, or a module at the top."""
    first = path.relative_to(LIBRARY).parts[0]
    return first.removesuffix(".py").replace("__init__", "")


def used_by(script: Path) -> set[Path]:
    """Return all modules of the library that a script imports, through others too."""
    found, waiting = set(), [script]
    while waiting:
        files = {module_file(name) for name in imported(waiting.pop())} - found - {None}
        found |= files
        waiting += files
    return found


def foreign(paths: set[Path]) -> set[str]:
    """Return the packages from elsewhere that some files import."""
    tops = {name.split(".")[0] for path in paths for name in imported(path)}
    return tops - set(sys.stdlib_module_names) - {"deepdep"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_layers_are_imported_one_way(path: Path):
    own = layer_of(path)
    layers = {layer_of(file) for name in imported(path) if (file := module_file(name)) and name != "deepdep"}
    if "deepdep" in imported(path):
        layers.add("")
    assert own in ALLOWED, f"state in this test what {own} may import"
    assert layers - {own} <= ALLOWED[own]


def test_nothing_of_the_library_imports_snakemake():
    assert len(MODULES) > 40
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) snakemake", text, re.MULTILINE), path


def test_evaluate_and_plot_do_without_torch():
    for folder in ("evaluate", "tumors", "plot", "simulate", "io", "prepare"):
        for path in (LIBRARY / folder).glob("*.py"):
            assert "torch" not in foreign({path} | used_by(path)), path


# ---- rules and their scripts


def rule_blocks() -> dict[str, str]:
    """Return the text of every rule that has a script, by name."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    )
    parts = re.split(r"^(?:use rule \w+ as|rule|checkpoint) (\w+)[^\n]*:\n", text, flags=re.MULTILINE)
    blocks = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {name: block for name, block in blocks.items() if "script:" in block}


def quoted(block: str, directive: str) -> str:
    """Return the text in quotes below a directive of a rule."""
    found = re.search(rf'^    {directive}:\n +"([^"]+)"', block, re.MULTILINE)
    assert found, directive
    return found.group(1)


def declared_code(block: str) -> set[str]:
    """Return the parts of the library that a rule declares as its input."""
    shared = re.search(r"\*\*(\w+_input)\(", block)
    if shared:
        block = (ROOT / "workflow/rules/helpers.smk").read_text(encoding="utf-8")
        block = block.split(f"def {shared[1]}")[1]
    found = re.search(r"library\(([^)]*)\)", block)
    assert found
    return set(re.findall(r'[(\s]"(\w+)"', found.group(0)))


BLOCKS = rule_blocks()


def test_every_script_has_its_rule_and_every_rule_its_script():
    named = {Path(quoted(block, "script")).name for block in BLOCKS.values()}
    assert len(BLOCKS) >= 25
    assert named == {path.name for path in RULE_SCRIPTS}


# A download is verified by its checksum: an edit of the library must not fetch gigabytes again.
@pytest.mark.parametrize("rule", [rule for rule in BLOCKS if rule != "download_file"])
def test_rules_declare_the_library_parts_that_their_scripts_import(rule: str):
    """A part that is not an input of the rule can change without the rule running again."""
    script = SCRIPTS / Path(quoted(BLOCKS[rule], "script")).name
    parts = {layer_of(path) for path in used_by(script)} - BASE - {""}
    assert parts <= declared_code(BLOCKS[rule])


@pytest.mark.parametrize("rule", [rule for rule in BLOCKS if rule != "download_file"])
def test_rules_declare_their_script(rule: str):
    """An edit of it must make the rule run again: profiles/default leaves the engine's own trigger out."""
    block, script = BLOCKS[rule], Path(quoted(BLOCKS[rule], "script")).stem
    if "**training_input()" in block:
        block = (
            (ROOT / "workflow/rules/helpers.smk").read_text(encoding="utf-8").split("def training_input")[1]
        )
    assert re.search(r'\bscript="(\w+)"', block)[1] == script


def conda_files(block: str) -> list[Path]:
    """Return the environments that a rule names: one, or torch in all its builds."""
    if re.search(r"^    conda:\n +TORCH_ENVIRONMENT$", block, re.MULTILINE):
        return TORCH
    return [(ROOT / "workflow/rules" / quoted(block, "conda")).resolve()]


@pytest.mark.parametrize("rule", BLOCKS)
def test_conda_environments_have_what_scripts_import(rule: str):
    script = SCRIPTS / Path(quoted(BLOCKS[rule], "script")).name
    needed = foreign({script} | used_by(script))
    for file in conda_files(BLOCKS[rule]):
        there = {re.split("[=<>]", entry)[0] for entry in packages_of(file)}
        assert "pandas" in there
        assert {CONDA_NAMES.get(name, name) for name in needed} <= there


def test_builds_of_torch_differ_in_nothing_else():
    auto, cpu, cuda = (packages_of(path) for path in TORCH)
    torch = next(entry for entry in auto if entry.startswith("pytorch="))
    assert cpu == [f"{torch}=cpu_*" if entry == torch else entry for entry in auto]
    toolkit = pins(next(p for p in PLATFORMS if p["sys_platform"] == "linux"))["cuda-toolkit"]
    added = f"cuda-version={'.'.join(toolkit.split('.')[:2])}"
    assert [entry for entry in cuda if entry != added] == [
        f"{torch}=cuda*" if entry == torch else entry for entry in auto
    ]
    assert added in cuda


def test_what_pip_adds_to_a_conda_environment_brings_nothing_unpinned():
    """What it needs in turn is named beside it, or pip would fetch the newest."""
    named = packages_of(ROOT / "envs/analysis.yaml")
    there = {PYPI_NAMES.get(name := re.split("=+", entry)[0], name) for entry in named}
    by_pip = [pin for entry in named if (pin := Requirement(entry) if "==" in entry else None)]
    assert by_pip
    for pin in by_pip:
        needed = [need for need in map(Requirement, needed_by(pin.name)) if need.marker is None]
        assert needed
        assert {need.name for need in needed} <= there


# ---- pins

PLATFORMS = [
    {"sys_platform": system, "platform_machine": machine, "platform_system": name, "os_name": "posix",
     "python_version": version, "python_full_version": f"{version}.1", "implementation_name": "cpython",
     "platform_python_implementation": "CPython", "extra": ""}
    for system, name, machine in (
        ("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"),
        ("darwin", "Darwin", "arm64"), ("darwin", "Darwin", "x86_64"),
    )
    for version in ("3.11", "3.12", "3.13")
]  # fmt: skip


def environment(path: Path) -> dict[str, list[str]]:
    """Read a conda environment."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def packages_of(path: Path) -> list[str]:
    """List what a conda environment pins, python first, those that pip brings last."""
    entries = environment(path)["dependencies"]
    packages = [entry for entry in entries if isinstance(entry, str) and entry != "pip"]
    return packages + [pin for entry in entries if isinstance(entry, dict) for pin in entry["pip"]]


def lock_lines() -> list[str]:
    """Return the lines of the lock that are no comments."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def pins(environment: dict[str, str]) -> dict[str, str]:
    """Return name and version of everything the lock pins on one platform."""
    found: dict[str, str] = {}
    for pin in map(Requirement, lock_lines()):
        if pin.marker is None or pin.marker.evaluate(environment):
            name = canonicalize_name(pin.name)
            assert name not in found, f"{name} is pinned twice on {environment}"
            found[name] = str(pin.specifier).removeprefix("==")
    return found


def wanted(path: Path) -> list[Requirement]:
    """Return the requirements of a file and of those it refers to."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = line.split("#")[0].strip()
        if entry.startswith("-r "):
            found += wanted(path.parent / entry[3:].strip())
        elif entry:
            found.append(Requirement(entry))
    return found


WANTED = wanted(ROOT / "envs/requirements-dev.txt")


def test_lock_has_exact_public_versions_only():
    lines = lock_lines()
    assert len(lines) > 60
    for line in lines:
        assert re.fullmatch(r"[a-z0-9._-]+==[0-9]+(\.[0-9]+)*(\.?(post|rc|a|b)[0-9]+)?( ; .+)?", line), line
        for refused in ("+", "://", "--hash", "@", "file:", "\\"):
            assert refused not in line, line


@pytest.mark.parametrize(
    "platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['platform_machine']}-{p['python_version']}"
)
def test_lock_pins_what_the_workflow_asks_for_on_every_platform(platform: dict[str, str]):
    found = pins(platform)
    assert found["torch"] == "2.13.0"
    for requirement in WANTED:
        assert requirement.specifier.contains(found[canonicalize_name(requirement.name)]), requirement
    cuda = {name for name in found if name.startswith(("nvidia-", "cuda-", "triton"))}
    assert bool(cuda) == (platform["sys_platform"] == "linux")


def test_requirements_name_no_more_than_torch_exactly():
    assert {requirement.name for requirement in WANTED if "==" in str(requirement.specifier)} == {"torch"}
    assert {"snakemake", "torch", "pandas", "pyarrow", "pytest", "ruff", "snakefmt"} <= {
        r.name for r in WANTED
    }


def test_lock_pins_what_the_packages_ask_for_in_turn():
    """Followed through the packages installed here; one that is not installed is passed over."""
    known = {canonicalize_name(Requirement(line).name) for line in lock_lines()}
    waiting, seen = [canonicalize_name(requirement.name) for requirement in WANTED], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        assert name in known, f"{name} is not in the lock"
        for entry in map(Requirement, needed_by(name)):
            if entry.marker is None or entry.marker.evaluate({"extra": ""}):
                waiting += {canonicalize_name(entry.name)} - seen
    assert len(seen) > 50


def needed_by(name: str) -> list[str]:
    """Return what an installed package requires."""
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.stem)
def test_conda_environments_have_the_pins_of_the_lock(path: Path):
    assert environment(path)["channels"] == ["conda-forge", "nodefaults"]
    python, *packages = packages_of(path)
    version = python.removeprefix("python=")
    locked = pins(
        next(p for p in PLATFORMS if p["python_version"] == version and p["sys_platform"] == "linux")
    )
    assert len(packages) >= 4
    for entry in packages:
        name, pinned, *build = re.split("=+", entry)
        assert not build or path in TORCH, entry
        if name != "cuda-version":  # of conda alone
            assert locked[PYPI_NAMES.get(name, name)] == pinned, entry


# ---- explicit pins of conda environments, where they have been made (make conda-pins)


def differences(path: Path, text: str) -> list[str]:
    """Say where a list of explicit packages is not what its environment pins."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, tuple[str, str]] = {}
    wrong = [] if lines[0] == "@EXPLICIT" else ["no @EXPLICIT in the first line"]
    for line in lines[1:]:
        shown = re.fullmatch(
            r"https://conda\.anaconda\.org/conda-forge/(?:linux-64|noarch)/(.+)\.(?:conda|tar\.bz2)#\w{32,}",
            line,
        )
        if shown:
            name, version, build = shown[1].rsplit("-", 2)
            found[name] = (version, build)
        else:
            wrong.append(f"neither a package of conda-forge nor with its hash: {line}")
    for entry in packages_of(path):
        name, version, build = [*re.split("=+", entry), "*"][:3]
        there = found.get(name, ("none", ""))
        if there[0] != version and not there[0].startswith(f"{version}."):
            wrong.append(f"{name}: {there[0]}, not {version}")
        elif not fnmatch(there[1], build):
            wrong.append(f"{name}: build {there[1]}, not {build}")
    return wrong


def test_made_pins_are_those_of_their_environment():
    """None are committed: see docs/environments.md. Once made, they must not lag behind."""
    for pins_file in (ROOT / "envs").glob("*.pin.txt"):
        name = pins_file.name.removesuffix(".linux-64.pin.txt")
        assert name in PINNED, f"{pins_file.name}: made for no environment that can have explicit pins"
        assert differences(ROOT / f"envs/{name}.yaml", pins_file.read_text(encoding="utf-8")) == []


def test_pins_that_differ_from_their_environment_are_named():
    path = ROOT / "envs/torch-cuda.yaml"
    split = [[*re.split("=+", entry), "0"][:3] for entry in packages_of(path)]
    names = ["-".join(parts).replace("*", "130_0") for parts in split]
    address = "https://conda.anaconda.org/conda-forge/linux-64/"
    text = "\n".join(["@EXPLICIT", *(f"{address}{name}.conda#{'0' * 32}" for name in names)])
    assert differences(path, text) == []
    assert differences(path, text.replace("numpy-", "numpy-9.")) != []
    assert differences(path, text.replace("cuda130_0", "cpu_0")) == ["pytorch: build cpu_0, not cuda*"]
    assert len(differences(path, text.replace("conda-forge", "main"))) >= len(names)
    assert len(differences(path, text.replace("#", "?"))) >= len(names)


def test_explicit_pins_are_made_of_environments_without_pip_and_with_one_build_of_torch():
    """A list of packages cannot hold those of pip, nor leave the build of torch open."""
    made = re.search(r"^conda-pins:\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert made
    assert tuple(re.findall(r"envs/([\w-]+)\.yaml", made[1])) == PINNED
    able = {
        path.stem
        for path in (ROOT / "envs").glob("*.yaml")
        if all(isinstance(entry, str) for entry in environment(path)["dependencies"])
    }
    assert set(PINNED) == able - {"torch"}
    override = re.search(r"CONDA_OVERRIDE_CUDA=(\S+)", made[1])
    assert override
    assert f"cuda-version={override[1]}" in packages_of(ROOT / "envs/torch-cuda.yaml")


# ---- paths

ABSOLUTE = re.compile(
    r"(?<![\w./<>{}*:-])/(home|root|Users|work|tmp|mnt|opt|data|srv|usr|var|scratch)/|[A-Z]:\\\\|file://"
)


def test_no_absolute_path_is_written_down():
    folders = ("workflow", "config", "profiles", "envs", "tests/real")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*") if path.suffix != ".pyc"]
    files += [ROOT / name for name in ("Snakefile", "Makefile", "README.md", "pyproject.toml")]
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.name == "apptainer.def":
            text = text.replace("/opt/deepdep", "")  # a folder of the image, not of any machine
        assert not ABSOLUTE.search(text), f"{path}: {ABSOLUTE.search(text)}"
