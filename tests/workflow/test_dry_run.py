"""What would be done, without doing it: both entry files, every study, every directive of every rule."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from runs import ROOT, Run, plan, snakemake, write_config

from deepdep.config import expand_study
from deepdep.models.base import NETWORK_KINDS

DOWNLOADS = {"paper": 23, "depmap": 15}
ENTRIES = ("Snakefile", "workflow/Snakefile")
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
MODELS = expand_study(CONFIG, "demo")["models"]  # those that are like another with its kind
KINDS = {model: MODELS[model]["kind"] for model in CONFIG["compare"]}
SEARCH_RULES = {"search_architecture", "report_search"}
NETWORK_RULES = {"search_architecture", "pretrain_autoencoder", "train_network", "train_final_network"}
GPU_RULES = NETWORK_RULES | {"assay_synthetic"}
BASELINE_RULES = {"train_baseline", "train_final_baseline"}
OVERRIDE = {
    "analyses": [],
    "study": "other",
    "seed": 7,
    "models": {"ridge": {"penalties": [2, 5]}},
    "compare": ["gene_mean", "ridge"],
    "protocols": {"cv": {"folds": 3, "repeats": 2}},
}
# Analysis to the rule files whose rules make it.
ANALYSES = {
    "tumor_map": {"map", "map_figures", "map_genes_figures", "map_page"},
    "signatures": {"signatures", "signatures_figures"},
    **{name: {name} for name in ("events", "clinical", "survival", "attribution", "synthetic", "external")},
    "paper": {"paper"},
}
FOR_ANALYSES = {
    "compare": ["gene_mean", "ridge", "kernel_network", "grid_mutation", "grid_expression"],
    "analysed_model": "ridge",
    "protocols": {"cv": {"folds": 2}},
    "external": {
        "published": {"path": "config/datasets.tsv", "holds": "scores", "orientation": "samples_in_rows"}
    },
}


def described(planned: SimpleNamespace) -> list[str]:
    """Say of every job what it reads, writes, is told and asks for; the same text for the same job."""
    rows = []
    for job in planned.jobs:
        parts = (job.rule.name, sorted(job.input), sorted(job.output), list(job.log), job.benchmark)
        rows.append(repr((*parts, sorted(job.params.items()), sorted(job.resources.items()))))
    return sorted(rows)


@pytest.fixture(scope="module")
def demo(tree: Path) -> Run:
    """Return the dry run of the default study."""
    return snakemake(tree, "--dry-run")


@pytest.fixture(scope="module")
def planned(tree: Path) -> SimpleNamespace:
    """Return the plan of the default study."""
    return plan(tree, "workflow/Snakefile")


@pytest.fixture(scope="module")
def rules(planned: SimpleNamespace) -> dict[str, Any]:
    """Return all rules by name, but ``all``, which only lists files."""
    return {name: rule for name, rule in planned.rules.items() if name != "all"}


@pytest.fixture
def override(tmp_path: Path) -> Path:
    """Return a study file that changes a few keys, one of them nested."""
    return Path(write_config(tmp_path / "study.yaml", OVERRIDE))


# ---- studies


def test_default_study_is_the_demo_and_has_jobs(demo: Run):
    folds = CONFIG["protocols"]["cv"]["folds"] * CONFIG["protocols"]["cv"]["repeats"]
    networks = sum(kind in NETWORK_KINDS for kind in KINDS.values())
    assert demo.status == 0, demo.text
    assert demo.jobs["train_network"] == folds * networks > 0
    assert demo.jobs["train_baseline"] == folds * (len(KINDS) - networks) > 0
    assert demo.jobs["train_final_network"] == networks
    assert demo.jobs["pretrain_autoencoder"] == len(CONFIG["omics"])
    assert demo.jobs["simulate_cohort"] == demo.jobs["evaluate_truth"] == demo.jobs["all"] == 1


def test_every_rule_has_a_job_in_the_demo(demo: Run, rules: dict[str, Any]):
    # the demo fetches nothing, harmonises nothing, has cv and no other protocol, searches no widths,
    # and stands beside no published map and not beside the paper
    absent = {"download_file", "fit_harmoniser", "harmonise_omic", "plot_harmonisation"}
    absent |= {"split_protocol", "rank_models", "prepare_screen", "compare_screens", "plot_screen"}
    absent |= {"compare_external", "plot_external", "write_paper_page"}
    assert set(demo.jobs) == set(rules) - absent - SEARCH_RULES | {"all"}


@pytest.mark.parametrize("study", DOWNLOADS)
def test_studies_of_public_data_list_every_download_and_later_job(tree: Path, study: str):
    """Nothing is there yet: all the files of the manifest that the study names, then all jobs."""
    run = snakemake(tree, "--dry-run", "--configfile", f"config/{study}.yaml")
    assert run.status == 0, run.text
    fetched = set(re.findall(r"Missing output files: (resources/[\w./-]+)", run.text))
    named = set(re.findall(r"resources/[\w./-]+", (ROOT / f"config/{study}.yaml").read_text("utf-8")))
    lists = {path for path in fetched if path.endswith(".RData")}
    assert fetched == named | lists
    assert run.jobs["download_file"] == len(fetched) == DOWNLOADS[study]
    omics = 4 if study == "paper" else 3
    assert run.jobs["read_omic"] == run.jobs["prepare_omic"] == 2 * omics
    assert run.jobs["pretrain_autoencoder"] == omics
    own = yaml.safe_load((ROOT / f"config/{study}.yaml").read_text("utf-8"))
    networks = sum(MODELS[model]["kind"] in NETWORK_KINDS for model in own["compare"])
    folds = own["protocols"]["cv"]["folds"]
    assert networks
    assert run.jobs["train_network"] == networks * folds
    assert run.jobs["train_baseline"] == (len(own["compare"]) - networks) * folds
    # what beside cv is planned once it is drawn: the paper's subsamplings and its clusters
    assert run.jobs["split_protocol"] == len(own["protocols"]) - 1
    assert f"results/{study}/predictions/ridge/tumors.parquet" in run.text
    assert not {"simulate_cohort", "evaluate_truth"} & set(run.jobs)


def test_file_behind_an_account_is_asked_for_before_any_job(tree: Path, tmp_path: Path):
    """It is enough to name a copy of it."""
    path = "resources/depmap/26Q1/CRISPRGeneEffect.csv"
    scores = {"path": path, "format": "depmap_matrix", "type": "chronos"}
    study = write_config(tmp_path / "study.yaml", {"dependency": scores})
    run = snakemake(tree, "--dry-run", "--configfile", study)
    assert run.status != 0
    assert (
        "dependency.path: depmap/26Q1/CRISPRGeneEffect.csv is behind click-through (https://depmap"
        in run.text
    )
    assert "name it in local_files" in run.text
    (tmp_path / "mine.csv").write_text(",A1BG (1)\nACH-000001,0\n", encoding="utf-8")
    local = {"depmap/CRISPRGeneEffect.csv": str(tmp_path / "mine.csv")}
    study = write_config(tmp_path / "study.yaml", {"dependency": scores, "local_files": local})
    run = snakemake(tree, "--dry-run", "--configfile", study)
    assert run.status == 0, run.text
    assert run.jobs["download_file"] == 1


@pytest.mark.real
def test_real_study_has_jobs_and_simulates_nothing(tree: Path, real: Path):
    link = tree.parent / "shared"
    if not link.exists():
        link.symlink_to(real.parent, target_is_directory=True)
    run = snakemake(tree, "--dry-run", "--configfile", "tests/real/config.yaml")
    assert run.status == 0, run.text
    compared = yaml.safe_load((ROOT / "tests/real/config.yaml").read_text("utf-8"))["compare"]
    networks = sum(MODELS[model]["kind"] in NETWORK_KINDS for model in compared)
    assert run.jobs["train_network"] == 10 * networks > 0
    assert run.jobs["predict_cohort"] == len(compared)
    assert "results/real/predictions/deepdep/tumors.parquet" in run.text
    assert not {"simulate_cohort", "evaluate_truth", "plot_planted_pairs"} & set(run.jobs)


def test_study_without_networks_pretrains_nothing_and_draws_no_losses(tree: Path, override: Path):
    run = snakemake(tree, "--dry-run", "--configfile", str(override))
    assert run.status == 0, run.text
    assert run.jobs["train_baseline"] == 2 * 3 * 2
    networks = {*NETWORK_RULES, "plot_training_curves", "plot_reconstruction_curves", "plot_versus_ridge"}
    assert not networks & set(run.jobs)


@pytest.mark.parametrize(("mode", "repeats"), [("quick", 1), ("full", 2)])
def test_slow_models_have_one_repeat_where_evaluation_is_quick(
    tree: Path, tmp_path: Path, mode: str, repeats: int
):
    """Ridge is called slow here, the gene mean is not."""
    slow = {"models": {"ridge": {**OVERRIDE["models"]["ridge"], "slow": True}}, "evaluate": {"mode": mode}}
    run = snakemake(tree, "--dry-run", "--configfile", write_config(tmp_path / "study.yaml", OVERRIDE | slow))
    assert run.status == 0, run.text
    assert run.jobs["train_baseline"] == 3 * (2 + repeats)
    assert run.jobs["predict_folds"] == 2 + repeats


def test_protocols_beside_cv_are_planned_up_to_their_tables(tree: Path, tmp_path: Path):
    """Whether they can be formed is not known yet: their trainings are not planned, all else is."""
    study = write_config(
        tmp_path / "study.yaml",
        OVERRIDE
        | {
            "protocols": OVERRIDE["protocols"]
            | {
                "lineage": {"kind": "lineage", "validation_share": 0.1},
                "published": {"kind": "published", "repeats": 4, "validation_share": 0.1},
            }
        },
    )
    run = snakemake(tree, "--dry-run", "--configfile", study)
    assert run.status == 0, run.text
    assert run.jobs["split_protocol"] == 2
    assert run.jobs["split_samples"] == 1
    assert run.jobs["train_baseline"] == 2 * 3 * 2
    assert run.jobs["predict_folds"] == 2 * 2
    for rule in ("evaluate_models", "evaluate_coverage", "report_metrics", "plot_per_gene_r"):
        assert run.jobs[rule] == 3, rule
    assert run.jobs["plot_coverage_intervals"] == 3
    assert run.jobs["collect_results"] == run.jobs["report_results"] == 1


def test_cohorts_may_lack_omics_and_those_of_the_defaults_be_left_out(tree: Path, tmp_path: Path):
    """A cohort added by the study names one table; the default's tumours are taken out."""
    tumors = CONFIG["cohorts"]["tumors"]
    added = {**tumors, "tables": {"expression": tumors["tables"]["expression"]}}
    study = write_config(tmp_path / "study.yaml", {"cohorts": {"tumors": None, "mine": added}})
    for entry in ENTRIES:
        planned = plan(tree, entry, Path(study))
        read = {
            job.wildcards.omic: job.input.get("path")
            for job in planned.jobs
            if job.rule.name == "read_omic" and job.wildcards.cohort == "mine"
        }
        assert [omic for omic in read if read[omic]] == ["expression"]
        assert set(read) == set(CONFIG["omics"])
        cohorts = {job.wildcards.cohort for job in planned.jobs if job.rule.name == "predict_cohort"}
        assert cohorts == {"mine"}


def test_models_may_see_some_of_the_omics(tree: Path, tmp_path: Path):
    """Exp-DeepDEP and a ridge on mutations: an entry in the config each, on the same lines and folds."""
    models = {
        "exp_deepdep": {**CONFIG["models"]["deepdep"], "omics": ["expression"]},
        "ridge_mutation": {**CONFIG["models"]["ridge"], "omics": ["mutation"]},
    }
    study = write_config(
        tmp_path / "study.yaml", {"models": models, "compare": ["gene_mean", *models], "analyses": []}
    )
    planned = plan(tree, "Snakefile", Path(study))
    for model, omics in (("exp_deepdep", ["expression"]), ("ridge_mutation", ["mutation"])):
        jobs = [job for job in planned.jobs if job.wildcards_dict.get("model") == model]
        read = [job for job in jobs if "omics" in dict(job.input.items())]
        predicting = {"predict_folds", "predict_cohort", "predict_cell_lines", "describe_predictions"}
        assert {job.rule.name for job in read} >= predicting
        for job in read:
            assert job.params.omics == omics
            of_all = job.rule.name in ("describe_predictions", "predict_spread")
            cohorts = len(CONFIG["cohorts"]) if of_all else 1
            assert [Path(path).stem for path in job.input.omics] == cohorts * omics
    trained = [job for job in planned.jobs if job.rule.name == "train_network"]
    assert {tuple(job.input.pretrained) for job in trained} == {
        ("results/demo/pretrained/expression.safetensors",)
    }


# ---- analyses


def rules_by_file(names: Iterable[str], rules: dict[str, Any]) -> dict[str, set[str]]:
    """Sort rules by the name of the file that they stand in; those of no analysis are left out."""
    own = set().union(*ANALYSES.values())
    found: dict[str, set[str]] = {}
    for name in names:
        file = Path(str(rules[name].snakefile)).stem
        if file in own:
            found.setdefault(file, set()).add(name)
    return found


@pytest.mark.parametrize("analysis", [None, *ANALYSES])
def test_an_analysis_has_the_jobs_of_its_own_rules_and_of_no_other(
    tree: Path, tmp_path: Path, analysis: str | None
):
    """No analysis, then each alone, of a simulated study: what is planted is compared, too."""
    chosen = [analysis] if analysis else []
    study = write_config(tmp_path / "study.yaml", {**FOR_ANALYSES, "analyses": chosen})
    planned = plan(tree, "Snakefile", Path(study))
    every = rules_by_file(planned.rules, planned.rules)
    assert set(every) == set().union(*ANALYSES.values())
    found = rules_by_file({job.rule.name for job in planned.jobs}, planned.rules)
    assert found == {file: every[file] for file in (ANALYSES[analysis] if analysis else ())}


def test_the_page_of_the_paper_is_made_last_and_of_all_figures(tree: Path):
    """Of the study of the paper: every figure of the run is on it."""
    run = plan(tree, "Snakefile", Path("config/paper.yaml"))
    pages = [job for job in run.jobs if job.rule.name == "write_paper_page"]
    assert [job.output.page for job in pages] == ["results/paper/paper.html"]
    drawn = {path for job in run.jobs for path in job.output if path.endswith(".png")}
    assert len(drawn) > 50
    assert set(pages[0].input.figures) == drawn
    assert {job.rule.name for job in run.jobs} >= {"write_map_page", "find_events", "fit_survival"}


# ---- two entry files, one workflow


def test_both_entry_files_plan_the_same_jobs(tree: Path, planned: SimpleNamespace):
    """Files, params, logs and resources of every job, so the config arrives in every rule."""
    top = plan(tree, "Snakefile")
    assert top.config == planned.config
    assert described(top) == described(planned)
    assert len(top.jobs) > 50
    assert top.config["dependency"]["path"] == "results/demo/simulated/dependency.tsv.gz"


def test_both_entry_files_plan_the_same_jobs_of_an_override(
    tree: Path, planned: SimpleNamespace, override: Path
):
    top, inner = (plan(tree, entry, override) for entry in ENTRIES)
    assert top.config == inner.config
    assert described(top) == described(inner)
    assert top.config["seed"] == 7
    training = [job for job in top.jobs if job.rule.name in BASELINE_RULES]
    ridge = [job.params.settings for job in training if job.wildcards.model == "ridge"]
    assert len(ridge) == 3 * 2 + 1
    for settings in ridge:
        assert settings["penalties"] == [2, 5]
        assert settings["omic_weights"] == planned.config["models"]["ridge"]["omic_weights"]
    made = [path for job in top.jobs for path in job.output]
    assert {path.split("/")[1] for path in made} == {"other"}


def test_both_entry_files_work_on_the_command_line(tree: Path, override: Path):
    for entry in ENTRIES:
        run = snakemake(tree, "--dry-run", "--snakefile", entry, "--configfile", str(override))
        assert run.status == 0, run.text
        assert run.jobs["train_baseline"] == 2 * 3 * 2


# ---- directives


def test_lint_is_content(tree: Path):
    run = snakemake(tree, "--lint", "--snakefile", "workflow/Snakefile")
    assert run.status == 0, run.text


def test_every_rule_has_all_directives(rules: dict[str, Any]):
    assert len(rules) >= 25
    for name, rule in rules.items():
        assert rule.log, name
        assert rule.benchmark, name
        assert rule.conda_env, name
        assert rule.ruleinfo.threads is not None, name
        assert rule.ruleinfo.script, name
        assert len(rule.message) > 10, name


def test_conda_environments_of_rules_are_files(rules: dict[str, Any]):
    named = {rule.conda_env for rule in rules.values()}
    assert named == {f"../../envs/{name}.yaml" for name in ("data", "torch", "analysis")}
    for path in named:
        assert (ROOT / "workflow/rules" / path).is_file()


def test_no_two_jobs_share_a_log_a_benchmark_or_an_output(planned: SimpleNamespace):
    """A shared log loses what went wrong in the first of two jobs."""
    jobs = [job for job in planned.jobs if job.rule.name != "all"]
    for paths in (
        [path for job in jobs for path in job.log],
        [str(job.benchmark) for job in jobs],
        [path for job in jobs for path in job.output],
    ):
        assert len(paths) >= len(jobs)
        assert [path for path, count in Counter(paths).items() if count > 1] == []
        assert all(path.startswith("results/demo/") for path in paths)


def declared(rule: Any) -> dict[str, int]:
    """Return the resources that a rule declares."""
    return dict(rule.ruleinfo.resources[1])


def test_every_rule_declares_memory_and_time(rules: dict[str, Any]):
    """Below about 500 MB a cluster kills snakemake's own process in the job."""
    for name, rule in rules.items():
        wanted = declared(rule)
        assert wanted["mem_mb"] >= 500, name
        assert 1 <= wanted["runtime"] <= 24 * 60, name


def test_networks_ask_for_one_gpu_and_nothing_else_does(rules: dict[str, Any]):
    assert {name for name, rule in rules.items() if declared(rule).get("gpu")} == GPU_RULES
    for name in NETWORK_RULES:
        assert declared(rules[name])["gpu"] == 1
    for name in BASELINE_RULES:
        assert declared(rules[name])["gpu"] == 0


def test_baselines_ask_for_the_threads_that_their_settings_name(tree: Path, tmp_path: Path):
    names = ["gene_mean", "random_forest", "multitask", "pairwise_lasso", "confounders"]
    changes = {**OVERRIDE, "models": {"random_forest": {"threads": 3}}, "compare": names}
    changes["evaluate"] = {"mode": "full"}  # every model in every repeat
    planned = plan(tree, "workflow/Snakefile", Path(write_config(tmp_path / "threads.yaml", changes)))
    jobs = [job for job in planned.jobs if job.rule.name in BASELINE_RULES]
    assert len(jobs) == 4 * (3 * 2 + 1)
    for job in jobs:
        assert job.threads == (3 if job.wildcards.model == "random_forest" else 1)
    networks = {job.wildcards.model for job in planned.jobs if job.rule.name == "train_network"}
    assert networks == {"multitask"}
    assert not [job for job in planned.jobs if job.rule.name == "pretrain_autoencoder"]


def test_models_are_compared_with_those_that_they_vary(tree: Path, tmp_path: Path):
    """And with the model of the deep pair that lacks the deep part, beside the references named."""
    names = ["gene_mean", "ridge", "own_gene", "own_expression", "kernel_ridge", "ridge_swapped"]
    changes = {**OVERRIDE, "compare": names, "evaluate": {"deep_pair": ["ridge", "kernel_ridge"]}}
    planned = plan(tree, "workflow/Snakefile", Path(write_config(tmp_path / "pair.yaml", changes)))
    (evaluated,) = [job for job in planned.jobs if job.rule.name == "evaluate_models"]
    assert evaluated.params.references == ["ridge", "kernel_ridge"]  # that all are compared with
    assert evaluated.params.variants == {"own_expression": "own_gene"}  # that it alone is compared with
    (page,) = [job for job in planned.jobs if job.rule.name == "report_results"]
    assert page.params.variants == {"own_expression": "own_gene"}
    assert page.params.floors == ["ridge_swapped"]
    (table,) = [job for job in planned.jobs if job.rule.name == "collect_results"]
    assert len(table.input.notes) == len(table.input.benchmarks) == 6 * 3 * 2
    for note, measured in zip(table.input.notes, table.input.benchmarks, strict=True):
        model, protocol, run = Path(note).with_suffix("").parts[-3:]
        assert Path(measured).name == f"{model}_{protocol}_{run}.tsv"


def test_training_jobs_ask_for_a_gpu_as_their_model_needs(planned: SimpleNamespace):
    asked = {
        job.wildcards.model: job.resources.gpu
        for job in planned.jobs
        if job.rule.name in (NETWORK_RULES | BASELINE_RULES) - {"search_architecture", "pretrain_autoencoder"}
    }
    assert asked == {model: int(kind in NETWORK_KINDS) for model, kind in KINDS.items()}


def test_default_profile_is_found_and_runs_one_training_at_a_time(demo: Run):
    profile = yaml.safe_load((ROOT / "profiles/default/profile.yaml").read_text(encoding="utf-8"))
    assert "Using workflow specific profile profiles/default" in demo.text
    assert profile["resources"]["gpu"] == 1
    assert profile["rerun-incomplete"] is True
    assert profile["show-failed-logs"] is True
    assert "default-resources" not in profile  # they would replace those of a cluster's profile
