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
    is_simulated,
)  # noqa: E402
from deepdep.errors import InputError  # noqa: E402
from deepdep.evaluate.splits import WORDS  # noqa: E402
from deepdep.io.parquet import read_table  # noqa: E402
from deepdep.models.base import ENCODER_KINDS, NETWORK_KINDS  # noqa: E402
from snakemake.exceptions import WorkflowError  # noqa: E402


include: "datasets.smk"


# ---- config


def checked_config(raw):
    """Return the config with {study} filled in, or stop with what is wrong and where."""
    schema = yaml.safe_load((WORKFLOW / "schemas" / "config.schema.yaml").read_text())
    expanded = expand_study(
        {key: raw[key] for key in raw if key != "simulated"}, str(raw.get("study", ""))
    )
    try:
        check_config(expanded, schema, {row.path: row for row in MANIFEST})
    except InputError as error:
        raise WorkflowError(str(error)) from None
    return expanded


config.update(checked_config(config))
config["simulated"] = is_simulated(config)  # for the captions

STUDY = config["study"]
NOTE = data_note(config)
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
PROTOCOLS = list(config["protocols"])
LINEAGE_PROTOCOLS = [
    protocol
    for protocol in PROTOCOLS
    if config["protocols"][protocol]["kind"] == "lineage"
]
# Omics whose encoders get the widths that a search finds.
SEARCHED = config["search"]["omics"]
HARMONISED = [omic for omic in OMICS if config["harmonise"][omic] != "none"]


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
    repeat=r"\d+",
    fold=r"\d+",


include: "inputs.smk"


# ---- helpers


def library(*parts):
    """List the modules that a rule uses, as its input, so that an edit makes it run again."""
    root = WORKFLOW / "scripts" / "deepdep"
    files = [root / "errors.py", root / "log.py"]
    for part in parts:
        files += sorted((root / part).rglob("*.py"))
    return [os.path.relpath(file) for file in files]


def training_input():
    """Return what every training reads, with the wildcard study."""
    return {
        "code": library("io", "prepare", "models", "training", "evaluate"),
        "samples": "results/{study}/cohorts/ccl/samples.parquet",
        "omics": model_omic_files,
        "dependency": "results/{study}/dependency.parquet",
        "fingerprints": "results/{study}/fingerprints.parquet",
        "scaling": "results/{study}/pretrained/scaling.safetensors",
    }


def all_cohorts_input():
    """Return what a rule reads that runs all models of cross-validation on all cohorts."""
    return {
        "code": library("io", "prepare", "models", "training", "evaluate"),
        "samples": expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=COHORTS
        ),
        "omics": lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(COHORTS, model_omics(wildcards))
        ],
        "splits": "results/{study}/splits/cv.parquet",
        "folds": lambda wildcards: fold_models(
            wildcards.model, "cv", repeats_of("cv"), "safetensors"
        ),
    }


def fold_models(model, protocol, repeats, kind):
    """Return the checkpoints (safetensors) or notes (json) of the folds of some repeats."""
    return expand(
        "results/{study}/models/{model}/{protocol}/repeat{repeat}_fold{fold}.{kind}",
        study=STUDY,
        model=model,
        protocol=protocol,
        repeat=repeats,
        fold=folds_of(protocol),
        kind=kind,
    )


def folds_of(protocol):
    """Number the folds of a protocol; how many lineages make one is known from the splits only."""
    if protocol in LINEAGE_PROTOCOLS:
        made = checkpoints.split_lineages.get(study=STUDY, protocol=protocol).output
        return range(read_table(made.splits, columns=["fold"])["fold"].max() + 1)
    return range(config["protocols"][protocol].get("folds", 1))


def models_of_repeat(wildcards):
    """Return the checkpoints of all folds of a repeat."""
    return fold_models(
        wildcards.model, wildcards.protocol, [wildcards.repeat], "safetensors"
    )


def notes_of_folds(wildcards):
    """Return the notes of all folds of cross-validation: they say after how many epochs to stop."""
    return fold_models(wildcards.model, "cv", repeats_of("cv"), "json")


def repeats_of(protocol):
    """Number the repeats of a protocol; lineages are held out once."""
    return range(config["protocols"][protocol].get("repeats", 1))


def protocol_note(wildcards):
    """Return the words on what is made for one protocol: which data, and how the lines are split."""
    kind = config["protocols"][wildcards.protocol]["kind"]
    return f"{NOTE}; protocol {wildcards.protocol}, {WORDS[kind]}"


def number_of_repeats(wildcards):
    """Count the repeats of a protocol."""
    return len(repeats_of(wildcards.protocol))


def repeats_of_models(wildcards):
    """Count the repeats that each model is run on, in the order of the models."""
    return [number_of_repeats(wildcards)] * len(MODELS)


def fold_predictions(wildcards):
    """Return the out-of-fold predictions of all models, model by model, repeat by repeat."""
    return expand(
        "results/{study}/predictions/{model}/cv/{protocol}/repeat{repeat}.parquet",
        study=STUDY,
        model=MODELS,
        protocol=wildcards.protocol,
        repeat=repeats_of(wildcards.protocol),
    )


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


def network_notes(wildcards):
    """Return the notes of all fold models of all networks: their losses by epoch."""
    return [
        file
        for model in NETWORKS
        for file in fold_models(model, "cv", repeats_of("cv"), "json")
    ]


def figure_names():
    """Name the figures that this study has."""
    names = [
        "fingerprint_ones",
        "observed_vs_predicted",
        "omics_observed",
    ]
    names += figure2_names()
    names += [f"per_gene_r_{protocol}" for protocol in PROTOCOLS]
    names += [f"coverage_{protocol}" for protocol in PROTOCOLS]
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
        *expand("{root}/tables/coverage_{protocol}.tsv", root=root, protocol=PROTOCOLS),
        *expand(
            "{root}/tables/metrics_{protocol}.{kind}",
            root=root,
            protocol=PROTOCOLS,
            kind=["tsv", "html"],
        ),
        f"{root}/tables/clipping.html",
        *([f"{root}/tables/search.html"] if SEARCHED else []),
    ]
