"""A stand-in for conda: the calls that Snakemake makes, solved by py-rattler over a local channel.

It is no conda: packages are empty, and an environment's python is the one that started the stand-in,
to which all packages are hidden that the lock knows and the environment lacks.
"""

import asyncio
import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

HOME = Path(os.environ["STANDIN_CONDA"])  # folders bin and channel, made by channel.py
VERSION = "26.9.0"


def main(words: list[str]) -> None:
    """Answer one call as conda does."""
    match words:
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": str(HOME), "platform": "linux-64"}))  # noqa: T201
        case ["--version"]:
            print(f"conda {VERSION}")  # noqa: T201
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))  # noqa: T201
        case ["clean", *_]:
            pass
        case ["env", "create", *options]:
            parser = ArgumentParser()
            parser.add_argument("--file", type=Path, required=True)
            parser.add_argument("--prefix", type=Path, required=True)
            parser.add_argument("--quiet", action="store_true")
            parser.add_argument("--no-default-packages", action="store_true")
            asked = parser.parse_args(options)
            asyncio.run(create(asked.file, asked.prefix))
        case _:
            raise SystemExit(f"the stand-in for conda does not know: conda {' '.join(words)}")


async def create(file: Path, prefix: Path) -> None:
    """Solve an environment, install it, and let pip see to what the file leaves to it."""
    import yaml
    from rattler import MatchSpec, VirtualPackage, VirtualPackageOverrides, install, solve
    from rattler.exceptions import SolverError

    wanted = yaml.safe_load(file.read_text(encoding="utf-8"))
    if wanted["channels"] != ["conda-forge", "nodefaults"]:
        raise SystemExit("the stand-in's only channel is conda-forge")
    entries = [entry for entry in wanted["dependencies"] if isinstance(entry, str)]
    specs = [MatchSpec(entry, strict=False) for entry in entries]  # name=version=build is conda's own form
    by_pip = [pin for entry in wanted["dependencies"] if isinstance(entry, dict) for pin in entry["pip"]]
    machine = VirtualPackage.detect(VirtualPackageOverrides.from_env())
    channel = f"file://{HOME / 'channel'}"
    try:
        records = await solve([channel], specs, platforms=["linux-64", "noarch"], virtual_packages=machine)
    except SolverError as error:
        raise SystemExit(f"the stand-in for conda: {error}") from None
    await install(records, prefix, cache_dir=HOME / "packages", show_progress=False)
    if by_pip:  # what is not installed in this version stops pip: nothing is fetched
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--dry-run"]
        subprocess.run([*pip, *by_pip], check=True)
    hide(prefix, [record.name.normalized for record in records] + [pin.split("==")[0] for pin in by_pip])


def hide(prefix: Path, there: Iterable[str]) -> None:
    """Write down the modules that a job in the environment must not find."""
    modules = json.loads((HOME / "modules.json").read_text(encoding="utf-8"))
    seen = {module for name in there for module in modules.get(name, [])}
    hidden = sorted({module for found in modules.values() for module in found} - seen)
    (prefix / "hidden.json").write_text(json.dumps(hidden), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
    # py-rattler's threads may outlive the call, and now and then abort an interpreter that is ending
    sys.stdout.flush()
    os._exit(0)
