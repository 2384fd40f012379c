# What a run of the study leaves; no rules.


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
