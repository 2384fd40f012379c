# Which models and screens the panels of figure 2 are of; no rules.
FIGURE_MODELS = [  # one network or more, as in the paper; else the first baseline
    model for model in PREDICTORS if model in NETWORKS
] or [
    *PREDICTORS[:1],
    "gene_mean",
][:1]
FIGURE_MODEL = FIGURE_MODELS[0]
GUIDES = {  # models that others are read against
    "floors": [
        model
        for model in MODELS
        if config["models"][model].get("shuffle_labels", False)
    ],
    "references": config["evaluate"]["references"],
}
SCREEN_PROTOCOLS = {  # second screen to the protocol that predicts its new lines
    entry["screen"]: protocol
    for protocol, entry in config["protocols"].items()
    if entry["kind"] == "screen" and entry["lines"] == "new"
}


def with_gene_mean(model):
    """Return a model and the gene mean beside it."""
    return list(dict.fromkeys([model, "gene_mean"]))


def fold_lines(model):
    """Return what a model of one fold, and the gene mean, predict for all lines of the fold."""
    return expand(
        "results/{study}/predictions/{model}/cv/fold_lines.parquet",
        study=STUDY,
        model=with_gene_mean(model),
    )


def screen_models(screen):
    """Return the models of the panel of a second screen; none where its protocol cannot be formed."""
    runs = runs_of(SCREEN_PROTOCOLS[screen])
    run = [model for model in [FIGURE_MODEL, *PREDICTORS] if model in runs]
    return with_gene_mean([*run, "gene_mean"][0]) if runs else []


def screens_input(screens):
    """Return what the panels of some second screens are drawn from; nothing without a screen."""
    root = f"results/{STUDY}"
    return {
        "ceiling": [f"{root}/metrics/ceiling.parquet"] if screens else [],
        "screens": [f"{root}/screens/{screen}.parquet" for screen in screens],
        "screen_genes": [
            f"{root}/metrics/{SCREEN_PROTOCOLS[screen]}_genes.parquet"
            for screen in screens
        ],
        "screen_predictions": [
            f"{root}/predictions/{model}/cv/{SCREEN_PROTOCOLS[screen]}/repeat0.parquet"
            for screen in screens
            for model in screen_models(screen)
        ],
    }


def figure2_names():
    """Name figure 2 and the figures of its panels that this study has."""
    names = ["figure2"]
    for kind in ("model_comparison", "paired_differences", "gene_sets"):
        names += [f"{kind}_{protocol}" for protocol in PROTOCOLS]
    names += [f"fit_by_role_{model}" for model in FIGURE_MODELS]
    return names + [f"screen_{screen}" for screen in SCREEN_PROTOCOLS]
