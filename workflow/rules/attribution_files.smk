# What attribution reads and leaves; no rules.
ATTRIBUTION = config["attribution"]
ATTRIBUTED = ATTRIBUTION["model"]
ATTRIBUTION_NOTES = add_notes(
    "attribution", ["tables/attribution_skipped.tsv"], "Interpretation", "Attribution"
)


def attributed_omics(wildcards=None):
    """Return the omics of the attributed model."""
    return config["models"][ATTRIBUTED].get("omics", OMICS)


def attribution_files():
    """List what the analysis of attributions leaves; what is planted is known of simulated data only."""
    root = f"results/{STUDY}"
    figures = ["biomarker_classes", *(["planted_biomarkers"] * config["simulated"])]
    return [
        ATTRIBUTION_NOTES,
        *expand(
            "{root}/tables/attribution_{name}.tsv",
            root=root,
            name=["features", "classes", "skipped"],
        ),
        *expand(
            "{root}/figures/{name}.{kind}", root=root, name=figures, kind=["pdf", "png"]
        ),
    ]


ANALYSES["attribution"] = attribution_files
