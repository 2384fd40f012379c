# What signatures reads and leaves; no rules.
SIGNATURES = config["signatures"]
DECODED = SIGNATURES["model"]
SIGNATURE_NOTES = add_notes(
    "signatures", ["tables/signatures_skipped.tsv"], "Interpretation", "Signatures"
)


def decoded_omics(wildcards=None):
    """Return the omics of the model that is decoded: one, as the config's check has seen to."""
    return config["models"][DECODED].get("omics", OMICS)


def decoded_files():
    """Return what a rule reads that runs the decoded model on all cohorts."""
    return {
        "samples": expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=COHORTS
        ),
        "omics": lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(COHORTS, decoded_omics())
        ],
        "model": f"results/{{study}}/models/{DECODED}/final/model.safetensors",
    }


def signature_files():
    """List what the analysis of signatures leaves."""
    root = f"results/{STUDY}"
    tables = ["nodes", "signatures", "decoder", "enrichment", "skipped"]
    tables += ["regression_genes", "regression_terms"]
    figures = ["node_activity", "signature_enrichment", "node_space"]
    figures += ["essentiality_maps", "dependency_regression"]
    return [
        SIGNATURE_NOTES,
        *expand("{root}/tables/signatures_{name}.tsv", root=root, name=tables),
        *expand(
            "{root}/figures/{name}.{kind}", root=root, name=figures, kind=["pdf", "png"]
        ),
    ]


ANALYSES["signatures"] = signature_files
