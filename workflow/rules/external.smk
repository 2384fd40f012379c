# External checks: the predicted map of tumours against published ones.


include: "external_files.smk"


rule compare_external:
    input:
        code=library("io", "evaluate", "prepare", "tumors", script="compare_external"),
        scores=expand(
            "results/{{study}}/predictions/{model}/{cohort}.parquet",
            model=ANALYSED,
            cohort=TUMOR_COHORTS,
        ),
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=TUMOR_COHORTS
        ),
        genes="results/{study}/genes.parquet",
        map=lambda wildcards: EXTERNAL[wildcards.external]["path"],
    output:
        table="results/{study}/metrics/external_{external}.parquet",
        text="results/{study}/tables/external_{external}.tsv",
    log:
        "results/{study}/logs/compare_external/{external}.log",
    benchmark:
        "results/{study}/benchmarks/compare_external/{external}.tsv"
    wildcard_constraints:
        external=one_of(EXTERNAL),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        external=lambda wildcards: EXTERNAL[wildcards.external],
        note=NOTE,
    message:
        "Comparing the tumour map with {wildcards.external}"
    script:
        "../scripts/compare_external.py"


rule plot_external:
    input:
        code=library("io", "plot", "evaluate", script="plot_external"),
        table="results/{study}/metrics/external_{external}.parquet",
    output:
        pdf="results/{study}/figures/external_{external}.pdf",
        png=report(
            "results/{study}/figures/external_{external}.png",
            caption="../report/external.rst",
            category="Tumour map",
            subcategory="External checks",
            labels={"what": "agreement with a published map", "map": "{external}"},
        ),
    log:
        "results/{study}/logs/plot/external_{external}.log",
    benchmark:
        "results/{study}/benchmarks/plot/external_{external}.tsv"
    wildcard_constraints:
        external=one_of(EXTERNAL),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        model=ANALYSED,
        note=NOTE,
    message:
        "Drawing the tumour map against {wildcards.external}"
    script:
        "../scripts/plot_external.py"
