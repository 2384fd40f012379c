# The figures of the map of tumours.


rule plot_map_distributions:
    input:
        code=library(
            "io",
            "prepare",
            "evaluate",
            "tumors",
            "plot",
            script="plot_map_distributions",
        ),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(COHORTS),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
    output:
        pdf="results/{study}/figures/map_distributions.pdf",
        png=report(
            "results/{study}/figures/map_distributions.png",
            caption="../report/map_distributions.rst",
            category="Tumour map",
            subcategory="Predictions",
            labels={"what": "scores by cancer type"},
        ),
    log:
        "results/{study}/logs/plot/map_distributions.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_distributions.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=30,
    params:
        note=NOTE,
        cohorts=COHORTS,
        score=config["dependency"]["score"],
    message:
        "Drawing predicted scores by cancer type"
    script:
        "../scripts/plot_map_distributions.py"


rule plot_map_correlations:
    input:
        code=library(
            "io", "evaluate", "prepare", "plot", script="plot_map_correlations"
        ),
        histograms="results/{study}/map/correlations.parquet",
        alike="results/{study}/map/alike.parquet",
    output:
        pdf="results/{study}/figures/map_correlations.pdf",
        png=report(
            "results/{study}/figures/map_correlations.png",
            caption="../report/map_correlations.rst",
            category="Tumour map",
            subcategory="Predictions",
            labels={"what": "likeness of lines and tumours"},
        ),
    log:
        "results/{study}/logs/plot/map_correlations.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_correlations.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing how alike lines and tumours are"
    script:
        "../scripts/plot_map_correlations.py"


rule plot_map_embedding:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="plot_map_embedding"),
        table="results/{study}/map/embedding_{what}.parquet",
    output:
        pdf="results/{study}/figures/map_embedding_{what}.pdf",
        png=report(
            "results/{study}/figures/map_embedding_{what}.png",
            caption="../report/map_embedding.rst",
            category="Tumour map",
            subcategory="Maps",
            labels={"what": "t-SNE and UMAP", "by": "{what}"},
        ),
    log:
        "results/{study}/logs/plot/map_embedding_{what}.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_embedding_{what}.tsv"
    wildcard_constraints:
        what=one_of(MAPPED),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
        what=lambda wildcards: (
            "predicted dependency"
            if wildcards.what == "dependency"
            else wildcards.what
        ),
    message:
        "Drawing maps of tumours by {wildcards.what}"
    script:
        "../scripts/plot_map_embedding.py"
