"""Every rule's conda directive, with a stand-in for conda: conda-forge is not asked.

The stand-in (tests/standin_conda) solves the environments against a local channel of empty packages, which
has what the lock pins. Whether conda-forge has those versions too, it cannot say.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from micro import MICRO, MICRO_JOBS, MICRO_TARGETS
from runs import ROOT, Run, copy_tree, plan, snakemake, write_config

ENVIRONMENTS = ("data", "torch", "analysis")
MICRO_CONDA = ("--sdm", "conda", "--configfile")


@pytest.fixture(scope="module", autouse=True)
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Put the stand-in for conda on PATH, on a machine without a driver; return its home."""
    home = tmp_path_factory.mktemp("standin")
    script = ROOT / "tests/standin_conda/channel.py"
    subprocess.run([sys.executable, script, home, ROOT / "envs/lock.txt"], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("CONDA_OVERRIDE_CUDA", "")
        yield home


@pytest.fixture(scope="module")
def study(tree: Path) -> str:
    """Return the config of the micro study."""
    return write_config(tree.parent / "micro.yaml", MICRO)


def create(file: Path, prefix: Path) -> Run:
    """Have the stand-in make an environment, with the call that Snakemake makes."""
    words = ["conda", "env", "create", "--quiet", "--no-default-packages"]
    done = subprocess.run(
        [*words, "--file", str(file), "--prefix", str(prefix)], capture_output=True, text=True, check=False
    )
    return Run(done.returncode, done.stdout + done.stderr)


def edited(name: str, old: str, new: str, path: Path) -> Path:
    """Write an environment with one text changed."""
    text = (ROOT / f"envs/{name}.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def made(folder: Path) -> dict[str, Path]:
    """Return the environments below a folder by the name of their file; Snakemake copies it beside them."""
    names = {path.read_text(encoding="utf-8"): path.stem for path in (ROOT / "envs").glob("*.yaml")}
    return {
        names[path.read_text(encoding="utf-8")]: path.with_suffix("")
        for path in folder.glob("*.yaml")
        if path.with_suffix("").is_dir()
    }


def installed(prefix: Path) -> dict[str, dict[str, str]]:
    """Return the record of every package of an environment."""
    files = (prefix / "conda-meta").glob("*.json")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return {record["name"]: record for record in records}


# ---- runs


@pytest.fixture(scope="module")
def run(tree: Path, study: str) -> Run:
    """Run the micro study with the environments that its rules name."""
    return snakemake(tree, *MICRO_TARGETS, *MICRO_CONDA, study, timeout=900)


@pytest.mark.slow
def test_every_rule_runs_in_the_environment_that_it_names(tree: Path, study: str, run: Run):
    assert run.status == 0, run.text
    rules = plan(tree, "workflow/Snakefile", Path(study)).rules
    named = {
        Path(rule.ruleinfo.script).name: Path(rule.conda_env).stem
        for rule in rules.values()
        if rule.conda_env
    }
    environments = made(tree / ".snakemake/conda")
    assert set(environments) == set(ENVIRONMENTS)
    ran = {
        (line.split(".", 1)[1], name)  # Snakemake sets tmp… before a script's name
        for name, prefix in environments.items()
        for line in (prefix / "ran.txt").read_text(encoding="utf-8").splitlines()
    }
    assert len(ran) >= 12
    assert {name for _, name in ran} == set(ENVIRONMENTS)
    assert ran == {(script, named[script]) for script, _ in ran}
    assert sum(run.jobs.values()) == MICRO_JOBS


@pytest.mark.slow
def test_jobs_find_no_module_that_their_environment_lacks(tree: Path, run: Run):
    """Else the run above would say nothing on what the environments hold."""
    assert run.status == 0, run.text
    environments = made(tree / ".snakemake/conda")
    for name, there, hidden in (
        ("data", "rdata", "torch"), ("torch", "torch", "lifelines"), ("analysis", "gseapy", "torch"),
    ):  # fmt: skip
        python = environments[name] / "bin/python"
        subprocess.run(
            [python, "-c", f"import importlib.util as u; assert u.find_spec('{there}')"], check=True
        )
        failed = subprocess.run(
            [python, "-c", f"import {hidden}"], capture_output=True, text=True, check=False
        )
        assert f"No module named '{hidden}'" in failed.stderr


@pytest.mark.parametrize("config", ["config/config.yaml", "config/paper.yaml"])
def test_environments_of_whole_studies_are_made(tree: Path, tmp_path: Path, config: str):
    options = ("--conda-create-envs-only", "--conda-prefix", str(tmp_path))
    run = snakemake(tree, *MICRO_CONDA, config, *options, timeout=300)
    assert run.status == 0, run.text
    environments = made(tmp_path)
    assert set(environments) == set(ENVIRONMENTS)
    for prefix in environments.values():
        assert len(installed(prefix)) > 10


# ---- solving


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.stem)
def test_environments_solve_to_their_pins(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "13.0")
    run = create(path, tmp_path / "env")
    assert run.status == 0, run.text
    found = installed(tmp_path / "env")
    lines = [line.split("#")[0].strip(" -") for line in path.read_text(encoding="utf-8").splitlines()]
    pins = [line.split("=") for line in lines if "=" in line and "==" not in line]
    assert len(pins) >= 12
    for name, version, *_ in pins:
        assert found[name]["version"].removesuffix(".99") == version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("numpy=2.5.5", "numpy=1.0.0", "numpy"),
        ("pandas=2.3.3", "pandas=3.9.9", "lifelines"),  # it is there, and lifelines refuses it
        ("gseapy==1.3.1", "gseapy==0.0.1", "gseapy==0.0.1"),
        ("  - nodefaults", "", "only channel"),
    ],
)
def test_what_cannot_be_solved_fails(tmp_path: Path, old: str, new: str, said: str):
    run = create(edited("analysis", old, new, tmp_path / "env.yaml"), tmp_path / "env")
    assert run.status != 0
    assert said in run.text


def test_a_run_stops_at_an_environment_that_cannot_be_solved(tmp_path: Path):
    tree = copy_tree(tmp_path / "project")
    edited("data", "numpy=2.5.5", "numpy=1.0.0", tree / "envs/data.yaml")
    study = write_config(tmp_path / "micro.yaml", MICRO)
    run = snakemake(tree, *MICRO_TARGETS, *MICRO_CONDA, study, timeout=300)
    assert run.status != 0
    assert "Could not create conda environment from" in run.text
    assert "numpy 1.0.0" in run.text
    assert not (tree / "results/micro").exists() or not list((tree / "results/micro").rglob("*.parquet"))


# ---- the build of torch


@pytest.mark.parametrize(
    ("name", "driver", "build"),
    [
        ("torch", "", "cpu_"),  # the trap: a login node
        ("torch", "13.0", "cuda"),
        ("torch-cpu", "13.0", "cpu_"),
        ("torch-cuda", "13.0", "cuda"),
        ("torch-cuda", "", None),
        ("torch-cuda", "12.4", None),  # older than the toolkit
    ],
)
def test_build_of_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, driver: str, build: str | None
):
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", driver)
    run = create(ROOT / f"envs/{name}.yaml", tmp_path / "env")
    if build is None:
        assert run.status != 0
        assert "__cuda" in run.text
    else:
        assert run.status == 0, run.text
        assert installed(tmp_path / "env")["pytorch"]["build"].startswith(build)


@pytest.mark.parametrize("build", ["cpu", "cuda"])
def test_the_config_names_the_build_for_all_rules(tree: Path, study: str, tmp_path: Path, build: str):
    chosen_study = write_config(tmp_path / "study.yaml", {**MICRO, "torch_build": build})
    default = plan(tree, "workflow/Snakefile", Path(study)).rules
    chosen = plan(tree, "Snakefile", Path(chosen_study)).rules
    assert sum(rule.conda_env == "../../envs/torch.yaml" for rule in default.values()) >= 15
    for name, rule in default.items():
        expected = rule.conda_env and rule.conda_env.replace("torch.yaml", f"torch-{build}.yaml")
        assert chosen[name].conda_env == expected


def test_a_run_takes_the_build_that_the_config_names(
    tree: Path, study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "13.0")
    options = ("--config", "torch_build=cuda", "--conda-create-envs-only", "--conda-prefix", str(tmp_path))
    run = snakemake(tree, *MICRO_TARGETS, *MICRO_CONDA, study, *options, timeout=300)
    assert run.status == 0, run.text
    environments = made(tmp_path)
    assert set(environments) == {"data", "torch-cuda", "analysis"}
    assert installed(environments["torch-cuda"])["pytorch"]["build"].startswith("cuda")
