# Predicted dependencies by clinical groups: one rule for any grouping of the config and any gene.

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


rule test_clinical:
    input:
        unpack(grouping_input),
        code=library("io", "prepare", "evaluate", "tumors"),
    output:
        associations="results/{study}/clinical/{grouping}.parquet",
        values="results/{study}/clinical/{grouping}_values.parquet",
        table="results/{study}/tables/clinical_{grouping}.tsv",
        enriched="results/{study}/tables/clinical_{grouping}_sets.tsv",
        skipped="results/{study}/tables/clinical_{grouping}_skipped.tsv",
    log:
        "results/{study}/logs/test_clinical/{grouping}.log",
    benchmark:
        "results/{study}/benchmarks/test_clinical/{grouping}.tsv"
    wildcard_constraints:
        grouping=one_of(GROUPINGS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=20,
    params:
        grouping=lambda wildcards: {
            key: value
            for key, value in GROUPINGS[wildcards.grouping].items()
            if key != "cohort"
        },
        cohorts=cohorts_of,
        expressed=lambda wildcards: expressed(cohorts_of(wildcards)),
        model=ANALYSED,
    message:
        "Testing predicted dependencies by {wildcards.grouping}"
    script:
        "../scripts/test_clinical.py"


rule plot_clinical:
    input:
        code=library("io", "prepare", "evaluate", "plot"),
        associations="results/{study}/clinical/{grouping}.parquet",
        values="results/{study}/clinical/{grouping}_values.parquet",
        skipped="results/{study}/tables/clinical_{grouping}_skipped.tsv",
    output:
        pdf="results/{study}/figures/clinical_{grouping}.pdf",
        png=report(
            "results/{study}/figures/clinical_{grouping}.png",
            caption="../report/clinical.rst",
            category="Interpretation",
            subcategory="Clinical groups",
            labels={"what": "predicted dependency by group", "grouping": "{grouping}"},
        ),
    log:
        "results/{study}/logs/plot/clinical_{grouping}.log",
    benchmark:
        "results/{study}/benchmarks/plot/clinical_{grouping}.tsv"
    wildcard_constraints:
        grouping=one_of(GROUPINGS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        note=NOTE,
        score=config["dependency"]["score"],
        model=ANALYSED,
        column=lambda wildcards: GROUPINGS[wildcards.grouping]["column"],
    message:
        "Drawing predicted dependencies by {wildcards.grouping}"
    script:
        "../scripts/plot_clinical.py"


CLINICAL_NOTES = add_notes(
    "clinical",
    expand("tables/clinical_{grouping}_skipped.tsv", grouping=GROUPINGS),
    "Interpretation",
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
