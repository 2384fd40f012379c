# What clinical reads and leaves; no rules.
GROUPINGS = config["clinical"] if "clinical" in config["analyses"] else {}


def cohorts_of(wildcards):
    """Return the cohorts that a grouping is tested in: the one it names, or all of tumours."""
    named = GROUPINGS[wildcards.grouping].get("cohort")
    return [named] if named else TUMOR_COHORTS


def expressed(cohorts):
    """Return the cohorts whose own expression stands beside: all, if the study has it."""
    return cohorts if "expression" in OMICS else []


def grouping_input(wildcards):
    """Return what a grouping is tested on."""
    cohorts, root = cohorts_of(wildcards), f"results/{wildcards.study}"
    every_gene = GROUPINGS[wildcards.grouping]["genes"] is None
    return {
        "predictions": [
            f"{root}/predictions/{ANALYSED}/{cohort}.parquet" for cohort in cohorts
        ],
        "samples": [f"{root}/cohorts/{cohort}/samples.parquet" for cohort in cohorts],
        "expression": [
            file.format(study=wildcards.study)
            for file in omic_files(expressed(cohorts), ["expression"])
        ],
        **({"sets": GENE_SETS["go"]} if every_gene else {}),
    }


CLINICAL_NOTES = add_notes(
    "clinical",
    expand("tables/clinical_{grouping}_skipped.tsv", grouping=GROUPINGS),
    "Clinical relevance",
    "Clinical groups",
)
ANALYSES["clinical"] = lambda: [CLINICAL_NOTES] + expand(
    "results/{study}/{file}",
    study=STUDY,
    file=[
        *expand(
            "figures/clinical_{grouping}.{kind}",
            grouping=GROUPINGS,
            kind=["pdf", "png"],
        ),
        *expand("tables/clinical_{grouping}.tsv", grouping=GROUPINGS),
    ],
)
