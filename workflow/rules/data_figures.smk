# Figures of the prepared data.


rule plot_omics_observed:
    input:
        code=library("io", "plot", script="plot_omics_observed"),
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=COHORTS
        ),
    output:
        pdf="results/{study}/figures/omics_observed.pdf",
        png=report(
            "results/{study}/figures/omics_observed.png",
            caption="../report/omics_observed.rst",
            category="Data",
            subcategory="Preparation",
            labels={"what": "omics per sample"},
        ),
    log:
        "results/{study}/logs/plot/omics_observed.log",
    benchmark:
        "results/{study}/benchmarks/plot/omics_observed.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        note=NOTE,
        cohorts=COHORTS,
    message:
        "Drawing which omics samples have"
    script:
        "../scripts/plot_omics_observed.py"


rule plot_fingerprint_ones:
    input:
        code=library("io", "plot", script="plot_fingerprint_ones"),
        fingerprints="results/{study}/fingerprints.parquet",
    output:
        pdf="results/{study}/figures/fingerprint_ones.pdf",
        png=report(
            "results/{study}/figures/fingerprint_ones.png",
            caption="../report/fingerprint_ones.rst",
            category="Data",
            subcategory="Preparation",
            labels={"what": "gene sets per gene"},
        ),
    log:
        "results/{study}/logs/plot/fingerprint_ones.log",
    benchmark:
        "results/{study}/benchmarks/plot/fingerprint_ones.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing the number of gene sets per gene"
    script:
        "../scripts/plot_fingerprint_ones.py"
