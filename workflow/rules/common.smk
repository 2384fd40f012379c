# Checks of the config, constants and helpers of all rule files; no rules.
import os
import sys
from pathlib import Path

import yaml

WORKFLOW = Path(str(workflow.current_basedir)).resolve().parent
# The library lies beside the scripts, which find it by themselves; only this file needs the path.
sys.path.insert(0, str(WORKFLOW / "scripts"))

from deepdep.config import (
    check_config,
    data_note,
    expand_study,
    input_files,
    is_simulated,
    variants_of,
)  # noqa: E402
from deepdep.errors import InputError  # noqa: E402
from deepdep.evaluate.protocols import NEEDED, WORDS  # noqa: E402
from deepdep.io.atomic import check_writable  # noqa: E402
from deepdep.io.parquet import read_table  # noqa: E402
from deepdep.models.base import ENCODER_KINDS, NETWORK_KINDS  # noqa: E402
from snakemake.exceptions import WorkflowError  # noqa: E402
from snakemake.logging import logger  # noqa: E402
from snakemake.utils import update_config  # noqa: E402


include: "datasets.smk"
include: "checks.smk"


# ---- config


config.update(with_defaults(config))
checked = checked_config(config)
# Compared models that vary another compared one; filled in, the config no longer says so.
VARIANTS = variants_of(config["models"], checked["compare"])
NOTE = data_note(checked)
config.update(with_places(checked, {path for _, path in input_files(checked)}))
config["simulated"] = is_simulated(checked)  # for the captions

STUDY = config["study"]
try:
    check_writable(f"results/{STUDY}")
except InputError as error:  # a dry run and a report need not write
    logger.warning(str(error))
OMICS = config["omics"]
COHORTS = list(config["cohorts"])
OTHER_COHORTS = [cohort for cohort in COHORTS if cohort != "ccl"]
REFERENCES = [
    cohort for cohort in COHORTS if config["cohorts"][cohort].get("reference", True)
]
MODELS = config["compare"]
NETWORKS = [  # models with epochs
    model for model in MODELS if config["models"][model]["kind"] in NETWORK_KINDS
]
BASELINES = [model for model in MODELS if model not in NETWORKS]
PREDICTORS = [  # models whose predictions are worth a look
    model
    for model in MODELS
    if config["models"][model]["kind"] != "gene_mean"
    and not config["models"][model].get("shuffle_labels", False)
]
FLOORS = [  # models that learn from labels of other lines
    model for model in MODELS if config["models"][model].get("shuffle_labels", False)
]
# Models that all others are compared with: those of the config, and the one without a deep part.
REFERENCE_MODELS = [
    model
    for model in dict.fromkeys(
        [
            *config["evaluate"]["references"],
            *(config["evaluate"]["deep_pair"] or [])[1:],
        ]
    )
    if model in MODELS
]
PROTOCOLS = list(config["protocols"])
SCREENS = list(config["screens"])
# Omics whose encoders get the widths that a search finds.
SEARCHED = config["search"]["omics"]
HARMONISED = [omic for omic in OMICS if config["harmonise"][omic] != "none"]
# Analysis to the function that lists the files it leaves; each rule file enters its own.
ANALYSES = {}
# Page of what an analysis left out to its files (tsv), place in the report and words on the data.
NOTES = {}
ANALYSED = config["analysed_model"]
GENE_SETS = {
    name: path or config["fingerprints"]["path"]
    for name, path in config["gene_sets"].items()
}
TUMOR_COHORTS = [
    cohort for cohort in COHORTS if config["cohorts"][cohort]["domain"] == "tumor"
]

# Environment of the rules that need torch; conda by itself takes the CPU build where it finds no
# driver, as on the login node of a cluster.
TORCH_ENVIRONMENT = {
    "auto": "../../envs/torch.yaml",
    "cpu": "../../envs/torch-cpu.yaml",
    "cuda": "../../envs/torch-cuda.yaml",
}[config["torch_build"]]


# ---- wildcards


def one_of(names):
    """Return a pattern that matches these names, or nothing if there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    study=STUDY,
    cohort=one_of(COHORTS),
    omic=one_of(OMICS),
    model=one_of(MODELS),
    protocol=one_of(PROTOCOLS),
    screen=one_of(SCREENS),
    repeat=r"\d+",
    fold=r"\d+",


include: "inputs.smk"
include: "runs.smk"


# ---- helpers


def library(*parts, script):
    """List the modules and the script of a rule, as its input, so that an edit makes it run again.

    The engine itself goes by a script's time, which git checkout and cp change; of an input it
    compares the content. So profiles/default leaves its trigger `code` out.

    Local: they stay where they are where the workflow is a module with a prefix.
    """
    root = WORKFLOW / "scripts" / "deepdep"
    files = [WORKFLOW / "scripts" / f"{script}.py", root / "errors.py", root / "log.py"]
    for part in parts:
        files += sorted((root / part).rglob("*.py"))
    return [local(os.path.relpath(file)) for file in files]


def training_input():
    """Return what every training reads, with the wildcard study."""
    return {
        "code": library(
            "io", "prepare", "models", "training", "evaluate", script="train_model"
        ),
        "samples": "results/{study}/cohorts/ccl/samples.parquet",
        "omics": model_omic_files,
        "dependency": "results/{study}/dependency.parquet",
        "fingerprints": "results/{study}/fingerprints.parquet",
        "scaling": "results/{study}/pretrained/scaling.safetensors",
    }


def all_cohorts_input(script):
    """Return what a rule reads that runs all models of cross-validation on all cohorts."""
    return {
        "code": library(
            "io", "prepare", "models", "training", "evaluate", script=script
        ),
        "samples": expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=COHORTS
        ),
        "omics": lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(COHORTS, model_omics(wildcards))
        ],
        "splits": "results/{study}/splits/cv.parquet",
        "folds": lambda wildcards: fold_models(
            wildcards.model, "cv", repeats_of("cv", wildcards.model), "safetensors"
        ),
    }


def add_notes(page, files, category, subcategory, note=NOTE):
    """Show what an analysis left out, and why, in the report; return the page."""
    NOTES[page] = {
        "files": [f"results/{STUDY}/{file}" for file in files],
        "category": category,
        "subcategory": subcategory,
        "note": note,
    }
    return f"results/{STUDY}/tables/{page}_notes.html"


def protocol_note(wildcards):
    """Return the words on what is made for one protocol: which data, and how the lines are split."""
    kind = config["protocols"][wildcards.protocol]["kind"]
    return f"{NOTE}; protocol {wildcards.protocol}, {WORDS[kind]}"


def pretrained_input(wildcards):
    """Return the encoders that a network starts from; none for one without, or an ablation."""
    if not config["models"][wildcards.model].get("pretrained", False):
        return []
    return expand(
        "results/{study}/pretrained/{omic}.safetensors",
        study=wildcards.study,
        omic=model_omics(wildcards),
    )


def winners_of_model(wildcards):
    """Return the winners of the search that the encoders of a network have the widths of."""
    if config["models"][wildcards.model]["kind"] not in ENCODER_KINDS:
        return []
    return winners_of(model_omics(wildcards))


def winners_of(omics):
    """Return the winners of the search for widths, of those omics that are searched."""
    return expand(
        "results/{study}/pretrained/search/{omic}.json",
        study=STUDY,
        omic=[omic for omic in omics if omic in SEARCHED],
    )


def baseline_threads(wildcards):
    """Return the threads of a baseline: those that its settings name, one otherwise."""
    return config["models"][wildcards.model].get("threads", 1)


def figure_names():
    """Name the figures that this study has."""
    names = ["fingerprint_ones", "observed_vs_predicted", "omics_observed"]
    names += figure2_names()
    names += [f"per_gene_r_{protocol}" for protocol in PROTOCOLS]
    names += [f"coverage_{protocol}" for protocol in COVERED]
    names += [f"score_distributions_{model}" for model in PREDICTORS]
    names += [f"harmonisation_{omic}" for omic in HARMONISED]
    if NETWORKS:
        names += ["training_curves"]
    if any(config["models"][model].get("pretrained", False) for model in NETWORKS):
        names += ["reconstruction_curves"]
    if "ridge" in MODELS:
        names += [f"versus_ridge_{model}" for model in NETWORKS]
    if config["simulated"] and MODELS != ["gene_mean"]:
        names += ["planted_classes", "planted_pairs"]
    return names


def get_final_output():
    """List what a run of the study leaves."""
    root = f"results/{STUDY}"
    return [
        *expand(
            "{root}/figures/{name}.{kind}",
            root=root,
            name=figure_names(),
            kind=["pdf", "png"],
        ),
        *expand(
            "{root}/predictions/{model}/{cohort}.{kind}",
            root=root,
            model=MODELS,
            cohort=COHORTS,
            kind=["parquet", "tsv.gz"],
        ),
        *expand("{root}/predictions/{model}/samples.tsv", root=root, model=MODELS),
        *expand(
            "{root}/predictions/{model}/{cohort}_sd.parquet",
            root=root,
            model=PREDICTORS,
            cohort=COHORTS,
        ),
        *expand(
            "{root}/predictions/{model}/half_width.parquet", root=root, model=MODELS
        ),
        *expand("{root}/tables/coverage_{protocol}.tsv", root=root, protocol=COVERED),
        *expand(
            "{root}/tables/metrics_{protocol}.{kind}",
            root=root,
            protocol=PROTOCOLS,
            kind=["tsv", "html"],
        ),
        *expand(
            "{root}/tables/{what}_{protocol}.tsv",
            root=root,
            what=["paired", "genes"],
            protocol=PROTOCOLS,
        ),
        f"{root}/tables/results.tsv",
        f"{root}/tables/results.html",
        f"{root}/tables/clipping.html",
        *([f"{root}/tables/search.html"] if SEARCHED else []),
        *([f"{root}/metrics/ceiling.parquet"] if SCREENS else []),
        *(file for name in config["analyses"] for file in ANALYSES[name]()),
    ]
