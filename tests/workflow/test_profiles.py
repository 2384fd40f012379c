"""The clusters' profiles: known options, plain plans, no limits of a laptop, growth by attempts."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from micro import MICRO, MICRO_JOBS, MICRO_TARGETS
from runs import ROOT, Run, plan, snakemake, write_config
from snakemake.cli import get_argument_parser

PROFILES = ("slurm", "lsf", "kubernetes", "generic")
NETWORK_RULES = {
    "train_network", "train_final_network", "pretrain_autoencoder",
    "search_architecture", "assay_synthetic",
}  # fmt: skip


def read(name: str) -> dict[str, object]:
    """Read a profile."""
    return yaml.safe_load((ROOT / "profiles" / name / "config.yaml").read_text(encoding="utf-8"))


def dry_run(tree: Path, name: str, *arguments: str) -> Run:
    """Plan the micro study by a profile."""
    config = write_config(tree / "micro.yaml", MICRO)
    options = ("--workflow-profile", f"profiles/{name}", "--configfile", config, *arguments)
    return snakemake(tree, *options, "--dry-run", "--", *MICRO_TARGETS)


@pytest.mark.parametrize("name", PROFILES)
def test_all_keys_are_options_of_snakemake(name: str):
    options = {option for action in get_argument_parser()._actions for option in action.option_strings}
    assert {f"--{key}" for key in read(name)} <= options


@pytest.mark.parametrize("name", PROFILES)
def test_the_micro_study_is_planned_whole(tree: Path, name: str):
    planned = dry_run(tree, name)
    assert planned.status == 0, planned.text[-2000:]
    assert f"Using workflow specific profile profiles/{name}" in planned.text
    assert "profiles/default" not in planned.text
    assert planned.jobs.total() == MICRO_JOBS


@pytest.fixture(scope="module")
def demo(tree: Path) -> Counter:
    """Return the jobs of the demo, as a laptop plans them."""
    jobs = snakemake(tree, "--dry-run").jobs
    assert jobs.total() > 200
    return jobs


@pytest.mark.parametrize("name", PROFILES)
def test_the_demo_is_planned_whole(tree: Path, name: str, demo: Counter):
    planned = snakemake(tree, "--workflow-profile", f"profiles/{name}", "--dry-run")
    assert planned.status == 0, planned.text[-2000:]
    assert planned.jobs == demo


@pytest.mark.parametrize("name", PROFILES)
def test_a_clusters_profile_is_the_default_one_without_the_limits_of_a_laptop(name: str):
    default = yaml.safe_load((ROOT / "profiles/default/profile.yaml").read_text(encoding="utf-8"))
    profile, limits = read(name), default.pop("resources")
    assert {key: profile[key] for key in default} == default
    assert profile["resources"] == {"downloads": limits["downloads"]}
    assert profile["retries"] >= 1


@pytest.mark.parametrize("name", PROFILES)
def test_a_job_may_ask_for_more_memory_than_a_laptop_has(tree: Path, name: str):
    text = dry_run(tree, name, "--set-resources", "train_network:mem_mb=40000").text
    assert "mem_mb=40000" in text
    assert "mem_mb=14000" not in text


def test_groups_name_rules_and_have_a_size():
    profile = read("slurm")
    text = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = set(re.findall(r"^(?:use )?rule \w+(?: as (\w+))?", text, re.MULTILINE))
    rules |= set(re.findall(r"^(?:rule|checkpoint) (\w+)", text, re.MULTILINE))
    assert set(profile["groups"]) <= rules
    assert set(profile["groups"].values()) == set(profile["group-components"])
    assert not set(profile["groups"]) & NETWORK_RULES
    assert {rule for rule in rules if rule.startswith("plot_")} <= set(profile["groups"])


def test_small_jobs_are_planned_in_groups(tree: Path):
    text = dry_run(tree, "slurm").text
    groups = Counter(re.findall(r"^\[.*\]\s*Group job (\w+)", text, re.MULTILINE))
    assert groups["baselines"] == groups["fold_predictions"] == 1


def test_lsf_asks_for_a_gpu_for_all_rules_of_networks_and_for_no_other():
    asked = {
        rule for rule, given in read("lsf")["set-resources"].items() if "-gpu num=1" in given["lsf_extra"]
    }
    assert asked == NETWORK_RULES


def test_memory_and_time_grow_by_attempts_and_gpus_do_not(tree: Path):
    planned = plan(tree, "Snakefile", Path(write_config(tree / "micro.yaml", MICRO)))
    seen = set()
    for job in planned.jobs:
        first = dict(job.rule.ruleinfo.resources[1]) if job.rule.ruleinfo.resources else {}
        for attempt in (1, 2, 3):
            job.attempt = attempt  # as snakemake sets it before a job is sent again
            for name in {"mem_mb", "runtime"} & set(first):
                assert job.resources.get(name) == attempt * first[name], job.rule.name
                seen.add(job.rule.name)
            assert job.resources.get("gpu", 0) == first.get("gpu", 0)
    assert {"train_network", "train_baseline", "pretrain_autoencoder", "evaluate_models"} <= seen


def test_amounts_that_the_user_calculates_are_left_alone(tree: Path):
    expression = "train_network:mem_mb=1000 + 10 * attempt"
    planned = dry_run(tree, "slurm", "--set-resources", expression)
    assert planned.status == 0, planned.text[-2000:]
