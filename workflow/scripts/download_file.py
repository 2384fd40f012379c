"""Fetch one file of the manifest.

Input: ``local``, the copy that the config names for it, if any. The config is read here and not
through params: another mirror or time-out is no reason to fetch a file again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from deepdep.io.download import FetchRequest, fetch
from deepdep.io.manifest import find, read_manifest
from deepdep.io.transfer import Limits
from deepdep.log import start_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_log(snakemake.log[0])
wildcards, limits = snakemake.wildcards, snakemake.config["download"]
local = snakemake.input.get("local")
request = FetchRequest(
    dataset=find(
        read_manifest(snakemake.params.manifest), wildcards.dataset, wildcards.file, wildcards.version
    ),
    target=Path(snakemake.output.file),
    lock=Path(snakemake.params.lock),
    mirror=snakemake.config["mirror"],
    local=Path(local) if local else None,
    limits=Limits(retries=limits["retries"], timeout=limits["timeout"]),
)
fetch(request)
