"""What a laptop needs: threads kept, memory shared out, no GPU, nothing of Linux alone."""

import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
import yaml
from runs import ROOT, snakemake

from deepdep.training.device import choose_device

SOURCES = sorted((ROOT / "workflow").rglob("*.py"))
TOLD = """
rule all:
    output: "told.json"
    threads: {threads}
    script: "tell.py"
"""
TELL = """
import json
import numba, numpy, openTSNE, pyarrow, sklearn, torch, umap
from threadpoolctl import threadpool_info
pools = [pool["num_threads"] for pool in threadpool_info()]
told = {"pools": pools, "arrow": pyarrow.cpu_count(), "torch": torch.get_num_threads()}
json.dump(told, open(snakemake.output[0], "w"))
"""
SIDE_BY_SIDE = """
rule all:
    input: expand("{{n}}.txt", n=[1, 2, 3])

rule one:
    output: "{{n}}.txt"
    resources: mem_mb=6000
    shell: "{python} wait.py > {{output}}"
"""
WAIT = "import time; began = time.time(); time.sleep(2); print(began, time.time())"
# What Linux or GNU alone have; a hit must be in a file that guards it.
LINUX_ONLY = (
    r"/proc/|/dev/shm|sched_getaffinity|getrusage|\bos\.fork|set_start_method|\bimport multiprocessing"
    r"|ProcessPoolExecutor|SIGUSR|SIGKILL|os\.getuid|\bimport (fcntl|pwd|grp|resource)\b"
)
GNU_ONLY = r"sed -i|readlink -f|date -d|cp --reflink|stat -c|xargs -r|grep -P|\bnproc\b|tac\b"


@pytest.mark.parametrize("threads", [1, 2])
def test_libraries_of_a_job_use_no_more_threads_than_it_has(tmp_path: Path, threads: int):
    """The engine tells BLAS, OpenMP and arrow of each job; without it they take every core."""
    (tmp_path / "Snakefile").write_text(TOLD.format(threads=threads))
    (tmp_path / "tell.py").write_text(TELL)
    done = snakemake(tmp_path)
    assert done.status == 0, done.text
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["pools"]
    assert max(told["pools"]) <= threads
    assert told["arrow"] == told["torch"] == threads


@pytest.mark.parametrize(("gpus", "reason"), [(0, "resources.gpu is 0"), (1, "no CUDA GPU was found")])
def test_a_machine_without_a_gpu_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, gpus: int, reason: str
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "platform", "darwin")
    before = torch.get_num_threads()
    try:
        with caplog.at_level("INFO", logger="deepdep"):
            assert choose_device(gpus, 3).type == "cpu"
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert caplog.messages == [f"device: CPU with 3 threads, because {reason}"]


def test_jobs_side_by_side_stay_within_the_memory_of_a_laptop(tmp_path: Path):
    """Three jobs that say 6 GB: two at a time by the default profile, though there are three cores."""
    profile = yaml.safe_load((ROOT / "profiles/default/profile.yaml").read_text(encoding="utf-8"))
    memory = profile["resources"]["mem_mb"]
    assert memory < 16_000
    (tmp_path / "Snakefile").write_text(SIDE_BY_SIDE.format(python=sys.executable))
    (tmp_path / "wait.py").write_text(WAIT)
    (tmp_path / "profiles/default").mkdir(parents=True)
    (tmp_path / "profiles/default/profile.yaml").write_text(yaml.safe_dump(profile))
    done = snakemake(tmp_path, "--cores", "3")
    assert done.status == 0, done.text
    spans = [[float(time) for time in (tmp_path / f"{n}.txt").read_text().split()] for n in (1, 2, 3)]
    assert max(sum(a <= began < b for a, b in spans) for began, _ in spans) <= 2


def code_of(path: Path) -> str:
    """Return a file's code without its docstrings and comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


def test_the_code_has_nothing_of_linux_alone():
    assert len(SOURCES) > 200
    found = {path.name: re.findall(LINUX_ONLY, code_of(path)) for path in SOURCES}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_rules_and_makefile_have_no_command_of_gnu_alone():
    files = [ROOT / "Makefile", ROOT / "Snakefile", *sorted((ROOT / "workflow").rglob("*.smk"))]
    for path in files:
        assert not re.findall(GNU_ONLY, path.read_text(encoding="utf-8")), path


def test_text_is_read_and_written_as_utf8_whatever_the_machine_says():
    """Windows and some containers have another default; Path.open of text needs it named."""
    for path in SOURCES:
        for call in re.findall(r"\.(?:read|write)_text\((?:[^()]|\([^()]*\))*\)", code_of(path)):
            assert "utf-8" in call, f"{path.name}: {call}"


def test_no_two_files_of_the_project_differ_in_case_alone(tree: Path):
    names = Counter(str(path.relative_to(tree)).casefold() for path in tree.rglob("*"))
    assert [name for name, count in names.items() if count > 1] == []
