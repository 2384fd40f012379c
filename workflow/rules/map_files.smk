# What map reads and leaves; no rules.
# Omics that tumours are placed by, beside their predictions.
MAPPED = ["dependency"] + [
    omic for omic in ("expression", "methylation") if omic in OMICS
]
SPREAD = ANALYSED in PREDICTORS  # whether predictions have standard deviations


def analysed_predictions(cohorts):
    """Return the predictions of the analysed model for cohorts."""
    return expand(
        "results/{{study}}/predictions/{model}/{cohort}.parquet",
        model=ANALYSED,
        cohort=cohorts,
    )


def mapped_profiles(wildcards):
    """Return the profiles of tumours that a map is made of."""
    if wildcards.what == "dependency":
        files = analysed_predictions(TUMOR_COHORTS)
    else:
        files = omic_files(TUMOR_COHORTS, [wildcards.what])
    return [file.format(study=wildcards.study) for file in files]


def burden_files():
    """Return the omics of all cohorts that burdens are counted in, by omic."""
    return {
        omic: omic_files(COHORTS, [omic])
        for omic in ("mutation", "copy_number")
        if omic in OMICS
    }


MAP_NOTES = add_notes(
    "map",
    [
        "map/notes_selective.tsv",
        "map/notes_clusters.tsv",
        *expand("map/notes_embedding_{what}.tsv", what=MAPPED),
    ],
    "Tumour map",
    "Cancer types",
)


def map_outputs():
    """List what the map of tumours leaves."""
    figures = ["distributions", "correlations", "heatmap", "selective", "clusters"]
    figures += [f"embedding_{what}" for what in MAPPED]
    tables = ["samples", "summary", "alike", "selective", "clusters", "cluster_types"]
    tables += ["cluster_genes", "cluster_sets"]
    tables += [f"embedding_{what}" for what in MAPPED]
    return [
        *expand(
            "results/{study}/figures/map_{name}.{kind}",
            study=STUDY,
            name=figures,
            kind=["pdf", "png"],
        ),
        *expand("results/{study}/map/{name}.parquet", study=STUDY, name=tables),
        *expand("results/{study}/tables/map_{name}.tsv", study=STUDY, name=tables),
        MAP_NOTES,
        f"results/{STUDY}/map/map.html",
    ]


ANALYSES["tumor_map"] = map_outputs
