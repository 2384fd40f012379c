"""A study through SLURM's own daemons on this machine, with the profile that users take."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import slurm_cluster
from micro import MICRO, MICRO_TARGETS
from runs import ROOT, copy_tree, write_config

pytestmark = pytest.mark.slow

GPU_RULES = {"pretrain_autoencoder", "train_network", "train_final_network"}
GROUPED = {"baselines": "train_baseline", "fold_predictions": "predict_folds", "figures": "plot_"}
TARGETS = (
    *MICRO_TARGETS,
    "results/micro/figures/training_curves.png",
    "results/micro/figures/reconstruction_curves.png",
)
# What a cluster with accounting has no need of; the rest is the profile's.
HERE = (
    "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2",
    "--latency-wait", "10",
)  # fmt: skip
TIME_LIMIT_S = 1200  # five times what it takes alone: tests of other files run beside it
COLUMNS = {
    "rule or group": slurm_cluster.rule_of,
    "state": lambda job: job["JobState"],
    "GPU": lambda job: job.get("TresPerJob", "-"),
    "CPUs": lambda job: job["NumCPUs"],
    "memory": lambda job: job["MinMemoryNode"],
    "time limit": lambda job: job["TimeLimit"],
    "run time": lambda job: job["RunTime"],
}


@dataclass
class Ran:
    """A study that went through the cluster: its folder, what was said, and all jobs of SLURM."""

    folder: Path
    status: int
    text: str
    cancelled: int
    jobs: dict[int, dict[str, str]] = field(default_factory=dict)

    def of(self, rule: str) -> list[dict[str, str]]:
        """Return the jobs of a rule or group, in the order of submission."""
        return [job for _, job in sorted(self.jobs.items()) if slurm_cluster.rule_of(job) == rule]


def job_table(jobs: dict[int, dict[str, str]]) -> str:
    """Write all jobs as a table in markdown."""
    rows = [["job", *COLUMNS], ["---"] * (len(COLUMNS) + 1)]
    rows += [[str(number), *(cell(job) for cell in COLUMNS.values())] for number, job in sorted(jobs.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def run_study(folder: Path) -> Ran:
    """Run the study, and cancel the first job that trains a network as soon as it runs."""
    config = write_config(folder / "micro.yaml", MICRO)
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/slurm", *HERE]
    with (folder / "said.txt").open("wb") as said:
        study = subprocess.Popen(
            [*command, "--configfile", config, "--", *TARGETS],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
    cancelled, end = 0, time.monotonic() + TIME_LIMIT_S
    try:
        while study.poll() is None and time.monotonic() < end:
            cancelled = cancelled or cancel_first("train_network")
            time.sleep(0.5)
    finally:
        if study.poll() is None:
            study.send_signal(signal.SIGTERM)
            study.wait(timeout=60)
    text = (folder / "said.txt").read_text(encoding="utf-8", errors="replace")
    return Ran(folder, study.returncode, text, cancelled, slurm_cluster.jobs())


def cancel_first(rule: str) -> int:
    """Cancel a running job of a rule; return its number, or 0 if none runs yet."""
    for number, job in slurm_cluster.jobs().items():
        if slurm_cluster.rule_of(job) == rule and job["JobState"] == "RUNNING":
            slurm_cluster.ask("scancel", str(number))
            return number
    return 0


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    reason = slurm_cluster.reason_to_skip()
    if reason:
        pytest.skip(reason)
    with slurm_cluster.cluster(tmp_path_factory.mktemp("slurm")):
        return run_study(copy_tree(tmp_path_factory.mktemp("study")))


def test_the_study_is_complete(ran: Ran, record_property: Callable[[str, object], None]):
    record_property("printed", f"Jobs of SLURM\n{job_table(ran.jobs)}")
    assert ran.status == 0, ran.text[-3000:]
    for target in TARGETS:
        assert (ran.folder / target).stat().st_size > 0


def test_rules_of_networks_asked_for_a_gpu_and_no_others_did(ran: Ran):
    asked = {slurm_cluster.rule_of(job) for job in ran.jobs.values() if "gpu" in job.get("TresPerJob", "")}
    assert asked == GPU_RULES
    for job in ran.jobs.values():
        wanted = "gres:gpu:1" if slurm_cluster.rule_of(job) in GPU_RULES else None
        assert job.get("TresPerJob") == wanted
        assert "TresPerNode" not in job


def declared(rule: str) -> tuple[int, int]:
    """Return a rule's memory (MB) and time (min) as its file states them."""
    text = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    body = re.search(rf"^rule {rule}:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert body, rule
    memory, minutes = (re.search(rf"\b{name}=(\d+)", body[1]) for name in ("mem_mb", "runtime"))
    assert memory
    assert minutes
    return int(memory[1]), int(minutes[1])


def asked_for(job: dict[str, str]) -> tuple[int, int]:
    """Return the memory (MB) and time (min) that a job asked SLURM for."""
    amount, unit = re.fullmatch(r"([\d.]+)([MG])", job["MinMemoryNode"]).groups()
    days, _, clock = job["TimeLimit"].rpartition("-")
    hours, minutes, _ = map(int, clock.split(":"))
    return round(float(amount) * {"M": 1, "G": 1024}[unit]), int(days or 0) * 1440 + hours * 60 + minutes


@pytest.mark.parametrize("rule", ["simulate_cohort", "fit_scaling", "pretrain_autoencoder", "train_network"])
def test_jobs_asked_for_what_their_rule_declares(ran: Ran, rule: str):
    assert asked_for(ran.of(rule)[0]) == declared(rule)


def test_a_cancelled_job_is_tried_again_with_twice_the_memory_and_time(ran: Ran):
    lost = ran.jobs[ran.cancelled]
    assert lost["JobState"] == "CANCELLED"
    (again,) = [
        job
        for number, job in ran.jobs.items()
        if number > ran.cancelled and job["Comment"] == lost["Comment"]
    ]
    assert again["JobState"] == "COMPLETED"
    assert asked_for(again) == tuple(2 * amount for amount in asked_for(lost))
    assert [job["JobState"] for job in ran.jobs.values()].count("CANCELLED") == 1


def test_small_jobs_shared_a_submission(ran: Ran):
    names = [slurm_cluster.rule_of(job) for job in ran.jobs.values()]
    for group, rule in GROUPED.items():
        assert len([name for name in names if name.startswith(f"{group}_{rule}")]) == 1, names
        assert not [name for name in names if name.startswith(rule)]
    steps = re.findall(r"of (\d+) steps", ran.text)
    assert len(ran.jobs) < int(steps[-1])


def test_nothing_of_the_cluster_is_left(ran: Ran):
    assert ran.jobs
    assert not (slurm_cluster.ETC / "slurm.conf").exists()
    assert not (slurm_cluster.ETC / "gres.conf").exists()
