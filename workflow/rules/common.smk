# The checked config, constants and wildcards of all rule files; no rules.
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
include: "helpers.smk"
include: "outputs.smk"
