# Predicted dependencies by clinical groups: one rule for any grouping of the config and any gene.


include: "clinical_files.smk"


rule test_clinical:
    input:
        unpack(grouping_input),
        code=library("io", "prepare", "evaluate", "tumors", script="test_clinical"),
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
        mem_mb=2000,
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
        code=library("io", "prepare", "evaluate", "plot", script="plot_clinical"),
        associations="results/{study}/clinical/{grouping}.parquet",
        values="results/{study}/clinical/{grouping}_values.parquet",
        skipped="results/{study}/tables/clinical_{grouping}_skipped.tsv",
    output:
        pdf="results/{study}/figures/clinical_{grouping}.pdf",
        png=report(
            "results/{study}/figures/clinical_{grouping}.png",
            caption="../report/clinical.rst",
            category="Clinical relevance",
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
        mem_mb=1000,
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
