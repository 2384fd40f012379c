# Tumours on the scale of the cell lines, for the omics that the config says so of.


rule fit_harmoniser:
    input:
        code=library("io", "prepare", script="fit_harmoniser"),
        dependency="results/{study}/dependency.parquet",
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=REFERENCES
        ),
        omics=expand(
            "results/{{study}}/cohorts/{cohort}/{{omic}}.parquet", cohort=REFERENCES
        ),
    output:
        harmoniser="results/{study}/harmonised/{omic}.safetensors",
        notes="results/{study}/harmonised/{omic}.json",
        shift="results/{study}/metrics/harmonisation_{omic}.parquet",
    log:
        "results/{study}/logs/fit_harmoniser/{omic}.log",
    benchmark:
        "results/{study}/benchmarks/fit_harmoniser/{omic}.tsv"
    wildcard_constraints:
        omic=one_of(HARMONISED),
    conda:
        "../../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=6000,
        runtime=60,
    params:
        method=lookup(within=config, dpath="harmonise/{omic}"),
        seed=config["seed"],
    message:
        "Harmonising {wildcards.omic} of tumours with cell lines"
    script:
        "../scripts/fit_harmoniser.py"


rule harmonise_omic:
    input:
        code=library("io", "prepare", script="harmonise_omic"),
        harmoniser="results/{study}/harmonised/{omic}.safetensors",
        omic="results/{study}/cohorts/{cohort}/{omic}.parquet",
    output:
        omic="results/{study}/harmonised/{cohort}/{omic}.parquet",
    log:
        "results/{study}/logs/harmonise_omic/{cohort}_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/harmonise_omic/{cohort}_{omic}.tsv"
    wildcard_constraints:
        omic=one_of(HARMONISED),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        domain=lookup(within=config, dpath="cohorts/{cohort}/domain"),
    message:
        "Putting {wildcards.omic} of {wildcards.cohort} on the scale of the cell lines"
    script:
        "../scripts/harmonise_omic.py"


rule plot_harmonisation:
    input:
        code=library("io", "plot", script="plot_harmonisation"),
        shift="results/{study}/metrics/harmonisation_{omic}.parquet",
    output:
        pdf="results/{study}/figures/harmonisation_{omic}.pdf",
        png=report(
            "results/{study}/figures/harmonisation_{omic}.png",
            caption="../report/harmonisation.rst",
            category="Data",
            subcategory="Preparation",
            labels={"what": "tumours beside cell lines", "omic": "{omic}"},
        ),
    log:
        "results/{study}/logs/plot/harmonisation_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/plot/harmonisation_{omic}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
        method=lookup(within=config, dpath="harmonise/{omic}"),
    message:
        "Drawing the shift of {wildcards.omic} between tumours and cell lines"
    script:
        "../scripts/plot_harmonisation.py"
