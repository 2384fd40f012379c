"""The workflow as a module of another one: with a prefix, without, from another folder."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from micro import MICRO, MICRO_TARGETS
from runs import ROOT, copy_tree, files_below, low_resources, plan, snakemake, write_config
from snakemake.cli import parse_args

from deepdep.io.parquet import read_header

PREDICTIONS, METRICS = MICRO_TARGETS
OUTER = """
configfile: "outer.yaml"


module deepdep:
    snakefile:
        "{snakefile}"
    config:
        config["deepdep"]
    {prefix}


rule strongest:
    input:
        "{place}{predictions}",
    output:
        "strongest.txt",
    shell:
        "gzip -dc < {{input}} | head -n 1 > {{output}}"


use rule * from deepdep as deepdep_*
"""
PREFIX = """prefix:
        "modules/made" """


@pytest.fixture(scope="module")
def inner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project where the outer workflow keeps it: in a folder of its own."""
    outer = tmp_path_factory.mktemp("outer")
    copy_tree(outer / "modules/deepdep")
    write_config(outer / "outer.yaml", {"deepdep": MICRO})
    return outer / "modules/deepdep"


@pytest.fixture(scope="module")
def outer(inner: Path) -> Path:
    """Run another workflow that consumes predictions of the micro study, and return its folder."""
    folder = inner.parents[1]
    text = OUTER.format(
        snakefile="modules/deepdep/workflow/Snakefile",
        prefix=PREFIX,
        place="modules/made/",
        predictions=PREDICTIONS,
    )
    (folder / "Snakefile").write_text(text)
    done = snakemake(folder, "--resources", "gpu=0", "--", "strongest", timeout=1200)
    assert done.status == 0, done.text
    assert done.jobs["deepdep_train_network"] == MICRO["protocols"]["cv"]["folds"]
    return folder


def test_an_outer_rule_consumes_predictions_under_the_prefix(outer: Path):
    made = outer / "modules/made" / PREDICTIONS
    table = pd.read_csv(made, sep="\t", index_col=0)
    assert table.notna().all(axis=None)
    assert table.shape[0] == MICRO["simulate"]["tumors"]
    assert (outer / "strongest.txt").read_text().split()[1:] == list(table.columns)


def test_nothing_is_left_outside_the_prefix(outer: Path):
    made = files_below(outer)
    elsewhere = ("results/", "resources/", "modules/deepdep/results/micro")
    assert not {path for path in made if path.startswith(elsewhere)}
    assert not {path for path in made if "modules/made/modules" in path}
    notes = list((outer / "modules/made/results/micro/models").rglob("*.json"))
    assert len(notes) == MICRO["protocols"]["cv"]["folds"] + 1
    assert str(outer) not in "".join(path.read_text() for path in notes)


def test_networks_run_on_the_cpu_where_the_command_grants_no_gpu(outer: Path):
    logs = outer / "modules/made/results/micro/logs"
    for path in (logs / "pretrain_autoencoder/expression.log", logs / "train/deepdep_final.log"):
        assert re.search(r"device: CPU with \d threads, because resources.gpu is 0", path.read_text()), path


def test_no_job_took_more_than_its_rule_declares(outer: Path):
    assert low_resources(outer / "modules/made/results/micro") == []


def test_a_second_run_has_nothing_to_do_until_the_library_is_edited(outer: Path, inner: Path):
    again = snakemake(outer, "--dry-run", "--", "strongest")
    assert "Nothing to be done" in again.text, again.text
    module = inner / "workflow/scripts/deepdep/training/predict.py"
    text = module.read_text()
    module.write_text(f"{text}# edited\n")
    try:
        edited = snakemake(outer, "--dry-run", "--", "strongest")
    finally:
        module.write_text(text)
    assert edited.jobs["deepdep_train_network"] > 0, edited.text
    assert "Updated input files" in edited.text


def test_without_a_prefix_a_rule_is_overridden_and_the_path_is_absolute(tmp_path: Path, inner: Path):
    text = OUTER.format(
        snakefile=(inner / "workflow/Snakefile").as_posix(), prefix="", place="", predictions=PREDICTIONS
    )
    text += (
        "\n\nuse rule train_network from deepdep as deepdep_train_network with:\n"
        "    threads: 2\n    resources:\n        mem_mb=1234,\n        runtime=5,\n        gpu=0,\n"
    )
    (tmp_path / "Snakefile").write_text(text)
    write_config(tmp_path / "outer.yaml", {"deepdep": MICRO})
    planned = plan(tmp_path, "Snakefile")
    assert PREDICTIONS in {
        path for job in planned.jobs if job.rule.name == "deepdep_all" for path in job.input
    }
    jobs = {job.rule.name: job for job in planned.jobs}
    overridden = jobs["deepdep_train_network"].resources
    assert (overridden["mem_mb"], overridden["runtime"], overridden["gpu"]) == (1234, 5, 0)
    # rules that build on it keep what the module says
    assert jobs["deepdep_train_final_network"].resources["mem_mb"] == 4000
    made = [path for job in planned.jobs for path in job.output]
    assert len(made) > 20
    assert all(path.startswith("results/micro/") for path in made)


def test_data_of_the_outer_workflow_stay_where_they_are(outer: Path):
    """Tables that an outer rule makes, or a user has, are no files of the module."""
    tables = outer / "tables"
    tables.mkdir()
    simulated = outer / "modules/made/results/micro/simulated"
    for name in ("dependency.tsv.gz", "fingerprints.gmt", "ccl/samples.tsv"):
        (tables / name).parent.mkdir(exist_ok=True)
        (tables / name).write_bytes((simulated / name).read_bytes())
    config: dict[str, Any] = {
        **MICRO,
        "study": "own",
        "dependency": {"path": "tables/dependency.tsv.gz"},
        "fingerprints": {"path": "tables/fingerprints.gmt"},
    }
    config["cohorts"] = {"ccl": {"samples": {"path": "tables/ccl/samples.tsv"}}}
    smoother = {"kind": "own", "code": "tables/kernel_smoother.py", "class": "KernelSmoother"}
    config["models"] = {"smoother": smoother | {"settings": {"width": 0.5}}}
    config["compare"] = [*MICRO["compare"], "smoother"]
    (outer / smoother["code"]).write_bytes(
        (ROOT / "tests/docs/examples/model/kernel_smoother.py").read_bytes()
    )
    study = write_config(outer / "own.yaml", {"deepdep": config})
    targets = [f"modules/made/results/own/{name}.parquet" for name in ("cohorts/ccl/samples", "dependency")]
    targets += ["modules/made/results/own/predictions/smoother/tumors.parquet"]
    done = snakemake(outer, "--configfile", study, "--", *targets, timeout=600)
    assert done.status == 0, done.text
    assert all((outer / target).is_file() for target in targets)
    assert read_header(outer / targets[1])["sources"].keys() >= {"tables/dependency.tsv.gz"}


def test_the_catalog_entry_says_what_runs():
    """Keys as the catalog of Snakemake workflows reads them, and its command parses."""
    entry = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))
    usage = entry["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    assert usage["software-stack-deployment"]["conda"] is True
    assert usage["report"] is True
    for name in ("workflow/Snakefile", "config/config.yaml", "config/README.md", "README.md", "LICENSE"):
        assert (ROOT / name).is_file(), name
    flags = usage["mandatory-flags"]["flags"].split()
    _, args = parse_args(["--cores", "1", *flags, "--sdm", "conda"])
    assert {method.item_to_choice() for method in args.software_deployment_method} == {"conda"}


def test_a_report_as_a_zip_has_figures_and_captions(outer: Path):
    target = METRICS.replace("tables/metrics_cv.tsv", "figures/training_curves.png")
    place = "modules/made/" + target
    done = snakemake(outer, "--", place, timeout=600)
    assert done.status == 0, done.text
    made = snakemake(outer, "--report", "report.zip", "--", place, timeout=600)
    assert made.status == 0, made.text
    with zipfile.ZipFile(outer / "report.zip") as pages:
        names = pages.namelist()
        read = [pages.read(name) for name in names if name.endswith((".js", ".html"))]
    text = b"".join(read).decode("utf-8", "ignore")
    assert any(name.endswith("training_curves.png") for name in names), names
    assert "SIMULATED data, study micro" in text
