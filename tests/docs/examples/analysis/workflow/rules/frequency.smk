# How many tumours of each cancer type are predicted to depend on a gene.
ANALYSES["frequency"] = lambda: [f"results/{STUDY}/tables/frequency.tsv"]


rule count_dependent:
    input:
        code=library("io", "prepare", "evaluate", "tumors", script="count_dependent"),
        scores=expand(
            "results/{{study}}/predictions/{model}/{cohort}.parquet",
            model=ANALYSED,
            cohort=TUMOR_COHORTS,
        ),
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=TUMOR_COHORTS
        ),
    output:
        "results/{study}/tables/frequency.tsv",
    log:
        "results/{study}/logs/count_dependent.log",
    benchmark:
        "results/{study}/benchmarks/count_dependent.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        below=config["evaluate"]["selective_below"],
    message:
        "Counting tumours that are predicted to depend on a gene"
    script:
        "../scripts/count_dependent.py"
