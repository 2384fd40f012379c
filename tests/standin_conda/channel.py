"""A channel for the stand-in for conda: an empty package for everything the lock pins.

Versions are those of the lock; what a package needs is what the one installed here says it needs, so that
pins are solved against each other as on conda-forge.
"""

import asyncio
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler.index import index_fs

CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base", "isal": "python-isal"}
PYTHON, CUDA = "3.12", "13.0"
MACHINE = {
    "python_version": PYTHON, "python_full_version": f"{PYTHON}.1", "os_name": "posix",
    "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64",
    "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": "",
}  # fmt: skip
OFF_CONDA = ("gseapy", "nvidia-", "cuda-", "triton")  # pip's alone
# The engine's own: its modules are on the path of every script, in whichever environment.
ENGINE = "snakemake"
# A job's script is noted in its environment, then run by the interpreter of the tests.
LAUNCHER = """#!/bin/sh
prefix=$(dirname "$(dirname "$0")")
case "$1" in *.py) basename "$1" >> "$prefix/ran.txt" ;; esac
PYTHONPATH="$prefix/standin" STANDIN_HIDDEN="$prefix/hidden.json" exec {python} "$@"
"""
HIDER = '''"""Modules of packages that the environment lacks are not found."""
import json, os, sys
from importlib.machinery import PathFinder

HIDDEN = set(json.load(open(os.environ["STANDIN_HIDDEN"])))

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = name.partition(".")[0] in HIDDEN
        return None if hidden else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
'''
ACTIVATE = 'export CONDA_PREFIX="$1"\nexport PATH="$1/bin:$PATH"\n'


def locked(lock: Path) -> dict[str, str]:
    """Return version by name of what the lock pins on Linux."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pins = [Requirement(line) for line in lines if line.strip()]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(MACHINE)
    }


def needed(name: str) -> list[Requirement]:
    """Return what a package needs, as the one installed here says; nothing if it is not installed."""
    try:
        found = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [need for need in found if need.marker is None or need.marker.evaluate(MACHINE)]


def conda_name(name: str) -> str:
    """Return the name that a package of PyPI has on conda-forge."""
    name = canonicalize_name(name)
    return CONDA_NAMES.get(name, name)


def write_package(folder: Path, index: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Write a package of the old format (tar.bz2)."""
    subdir = "noarch" if "noarch" in index else "linux-64"
    full = {"arch": None, "platform": None, "subdir": subdir, "license": "none", "timestamp": 0, **index}
    paths = [{"_path": path, "path_type": "hardlink"} for path in files]
    inside = {
        "info/index.json": json.dumps(full),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
        **files,
    }
    (folder / subdir).mkdir(parents=True, exist_ok=True)
    name = "{name}-{version}-{build}.tar.bz2".format(**index)
    with tarfile.open(folder / subdir / name, "w:bz2", compresslevel=1) as archive:
        for path, text in inside.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            entry.mode = 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))


def record(name: str, version: str, depends: Iterable[str] = (), build: str = "standin_0") -> dict[str, Any]:
    """Return the index of a package; the last part of the build is its number."""
    number = int(build.split("_")[-1])
    return {
        "name": name,
        "version": version,
        "build": build,
        "build_number": number,
        "depends": list(depends),
    }


def write_channel(folder: Path, lock: Path) -> None:
    """Write and index the channel."""
    launcher = {"bin/python": LAUNCHER.format(python=sys.executable), "standin/sitecustomize.py": HIDER}
    generic = {"noarch": "generic"}
    write_package(folder, record("python", f"{PYTHON}.99") | generic, launcher)
    write_package(folder, record("cuda-version", CUDA) | {"constrains": [f"__cuda >={CUDA}"]} | generic, {})
    # One that lifelines does not take yet: a solver must refuse it, a look-up would not.
    write_package(folder, record("pandas", "3.9.9", ["numpy"]) | generic, {})
    for name, version in locked(lock).items():
        if name.startswith(OFF_CONDA):
            continue
        wanted = [need for need in needed(name) if not need.name.startswith(OFF_CONDA)]
        depends = [f"{conda_name(need.name)} {need.specifier}".strip() for need in wanted] + ["python"]
        if name == "torch":  # as on conda-forge: the build for CUDA has the higher number
            write_package(folder, record("pytorch", version, depends, "cpu_generic_standin_0"), {})
            depends += ["__cuda", f"cuda-version {CUDA}.*"]
            write_package(folder, record("pytorch", version, depends, "cuda130_generic_standin_200"), {})
        else:
            write_package(folder, record(conda_name(name), version, depends) | generic, {})
    asyncio.run(index_fs(folder, write_zst=False, write_shards=False))


def modules_by_package(lock: Path) -> dict[str, list[str]]:
    """Return the modules of each package that the lock pins, but of those that the engine needs."""
    engine, waiting = set(), [ENGINE]
    while waiting:
        name = canonicalize_name(waiting.pop())
        engine.add(name)
        waiting += [need.name for need in needed(name) if canonicalize_name(need.name) not in engine]
    pinned = locked(lock).keys() - engine
    found: dict[str, list[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in {canonicalize_name(owner) for owner in owners} & pinned:
            found.setdefault(conda_name(owner), []).append(module)
    return found


def write_standin(home: Path, lock: Path) -> None:
    """Write a home for the stand-in: its channel, and the folder bin to put on PATH."""
    write_channel(home / "channel", lock)
    (home / "modules.json").write_text(json.dumps(modules_by_package(lock)), encoding="utf-8")
    folder = home / "bin"
    folder.mkdir()
    (folder / "activate").write_text(ACTIVATE, encoding="utf-8")
    shim = Path(__file__).with_name("conda.py")
    text = f'#!/bin/sh\nSTANDIN_CONDA="{home}" exec "{sys.executable}" "{shim}" "$@"\n'
    (folder / "conda").write_text(text, encoding="utf-8")
    (folder / "conda").chmod(0o755)


if __name__ == "__main__":
    write_standin(Path(sys.argv[1]), Path(sys.argv[2]))
    os._exit(0)  # see conda.py
