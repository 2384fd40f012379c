# Which models are run by a protocol, in how many repeats and folds; no rules.
# All that evaluates asks runs_of, so that tables, intervals and figures are of the same runs.
import pandas as pd  # noqa: E402

QUICK = config["evaluate"]["mode"] == "quick"
SLOW_KINDS = {"random_forest", "elastic_net", "pairwise", *NETWORK_KINDS}
SLOW = [
    model
    for model in MODELS
    if config["models"][model].get(
        "slow", config["models"][model]["kind"] in SLOW_KINDS
    )
]
# Intervals need residuals of a gene from other folds: not where a gene, or all, is of one fold.
COVERED = [
    protocol
    for protocol, entry in config["protocols"].items()
    if entry["kind"] not in ("genes", "screen")
]


def kind_of(protocol):
    """Return the kind of a protocol."""
    return config["protocols"][protocol]["kind"]


def is_ranked(protocol):
    """Tell whether only the best models by cross-validation are run by a protocol."""
    few = len(MODELS) - 1 <= config["evaluate"]["top"]
    return QUICK and not few and kind_of(protocol) != "patients"


def ranked_models():
    """Return gene_mean, the best models by cross-validation and those always wanted.

    Variants of a compared model, as ablations are, take no place of another kind of model.
    """
    ranking = checkpoints.rank_models.get(study=STUDY).output.ranking
    ranked = pd.read_csv(ranking, sep="\t")["model"]
    best = ranked[~ranked.isin(VARIANTS)][: config["evaluate"]["top"]]
    return {"gene_mean", *best, *config["evaluate"]["always"]}


def runs_of(protocol):
    """Return the models that are run by a protocol, each with its number of repeats.

    None where the protocol cannot be formed. In mode quick, slow models have one repeat, and other
    protocols than those by patient have the best models only.
    """
    if not len(folds_of(protocol)):
        return {}
    repeats = config["protocols"][protocol].get("repeats", 1)
    wanted = ranked_models() if is_ranked(protocol) else MODELS
    return {
        model: 1 if QUICK and model in SLOW else repeats
        for model in MODELS
        if model in wanted
    }


def repeats_of(protocol, model):
    """Number the repeats of a model by a protocol."""
    return range(runs_of(protocol)[model])


def folds_of(protocol):
    """Number the folds of a protocol; but for cv they are known from the splits only."""
    if protocol == NEEDED:
        return range(config["protocols"][protocol]["folds"])
    made = checkpoints.split_protocol.get(study=STUDY, protocol=protocol).output
    folds = read_table(made.splits, columns=["fold"])["fold"]
    return range(0 if folds.empty else folds.max() + 1)


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


def models_of_repeat(wildcards):
    """Return the checkpoints of all folds of a repeat."""
    return fold_models(
        wildcards.model, wildcards.protocol, [wildcards.repeat], "safetensors"
    )


def notes_of_folds(wildcards):
    """Return the notes of all folds of cross-validation: they say after how many epochs to stop."""
    model = wildcards.model
    return fold_models(model, "cv", repeats_of("cv", model), "json")


def network_notes(wildcards):
    """Return the notes of all fold models of all networks: their losses by epoch."""
    return [
        file
        for model in NETWORKS
        for file in fold_models(model, "cv", repeats_of("cv", model), "json")
    ]


def all_fold_notes(wildcards):
    """Return the notes of all fold models of all protocols."""
    return [
        file
        for protocol in PROTOCOLS
        for model in runs_of(protocol)
        for file in fold_models(model, protocol, repeats_of(protocol, model), "json")
    ]


def all_fold_benchmarks(wildcards):
    """Return what snakemake measured of the trainings of all fold models, in the order of their notes."""
    return [
        f"results/{STUDY}/benchmarks/train/{model}_{protocol}_repeat{repeat}_fold{fold}.tsv"
        for protocol in PROTOCOLS
        for model in runs_of(protocol)
        for repeat in repeats_of(protocol, model)
        for fold in folds_of(protocol)
    ]


def predictions_of(protocol, model):
    """Return the out-of-fold predictions of a model, repeat by repeat."""
    return [
        f"results/{STUDY}/predictions/{model}/cv/{protocol}/repeat{repeat}.parquet"
        for repeat in repeats_of(protocol, model)
    ]


def fold_predictions(wildcards):
    """Return the out-of-fold predictions of all models, model by model, repeat by repeat."""
    protocol = wildcards.protocol
    return [
        file for model in runs_of(protocol) for file in predictions_of(protocol, model)
    ]


def cv_predictions(wildcards):
    """Return the out-of-fold predictions of a model by cross-validation."""
    return predictions_of("cv", wildcards.model)


def tested_input(wildcards):
    """Return what a table of a protocol is made from, besides predictions.

    The ranking is there because it says which models are run, the labels are those of the screen
    that is tested against.
    """
    protocol, root = wildcards.protocol, f"results/{wildcards.study}"
    files = {
        "splits": f"{root}/splits/{protocol}.parquet",
        "gene_folds": f"{root}/splits/{protocol}_genes.parquet",
        "dependency": f"{root}/dependency.parquet",
    }
    if kind_of(protocol) == "screen":
        files["dependency"] = screen_file(protocol)
    if is_ranked(protocol):
        files["ranking"] = f"{root}/metrics/ranking.tsv"
    return files


def split_input(wildcards):
    """Return what the splits of a protocol need besides the labelled lines."""
    kind = kind_of(wildcards.protocol)
    if kind == "cluster":
        return {
            "expression": f"results/{wildcards.study}/cohorts/ccl/expression.parquet"
        }
    return {"screen": screen_file(wildcards.protocol)} if kind == "screen" else {}


def screen_file(protocol):
    """Return the second screen that a protocol tests against."""
    return f"results/{STUDY}/screens/{config['protocols'][protocol]['screen']}.parquet"


def in_study(path):
    """Return a function for params: a path in the study's folder, which a module's prefix moves too."""

    def placed(wildcards, output):
        folders = reversed(Path(str(output[0])).parents)
        root = next(folder for folder in folders if folder.name == wildcards.study)
        return (root / path.format(**wildcards)).as_posix()

    return placed
