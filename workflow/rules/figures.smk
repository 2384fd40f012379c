# Figures of predictions and their errors, each as pdf and png with a caption in the report.


rule plot_score_distributions:
    input:
        code=library("io", "plot", script="plot_score_distributions"),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        samples="results/{study}/predictions/{model}/samples.tsv",
        predictions=expand(
            "results/{{study}}/predictions/{{model}}/{cohort}.parquet", cohort=COHORTS
        ),
    output:
        pdf="results/{study}/figures/score_distributions_{model}.pdf",
        png=report(
            "results/{study}/figures/score_distributions_{model}.png",
            caption="../report/score_distributions.rst",
            category="Results",
            subcategory="Predictions",
            labels={"what": "distribution of scores", "model": "{model}"},
        ),
    log:
        "results/{study}/logs/plot/score_distributions_{model}.log",
    benchmark:
        "results/{study}/benchmarks/plot/score_distributions_{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        note=NOTE,
        cohorts=COHORTS,
        score=config["dependency"]["score"],
    message:
        "Drawing measured and predicted scores"
    script:
        "../scripts/plot_score_distributions.py"


rule plot_observed_vs_predicted:
    input:
        code=library("io", "plot", script="plot_observed_vs_predicted"),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        summary="results/{study}/metrics/cv.parquet",
        predictions=expand(
            "results/{{study}}/predictions/{model}/cv/cv/repeat0.parquet", model=MODELS
        ),
    output:
        pdf="results/{study}/figures/observed_vs_predicted.pdf",
        png=report(
            "results/{study}/figures/observed_vs_predicted.png",
            caption="../report/observed_vs_predicted.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "predicted against observed"},
        ),
    log:
        "results/{study}/logs/plot/observed_vs_predicted.log",
    benchmark:
        "results/{study}/benchmarks/plot/observed_vs_predicted.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        note=NOTE,
        models=MODELS,
        score=config["dependency"]["score"],
    message:
        "Drawing predicted against observed scores"
    script:
        "../scripts/plot_observed_vs_predicted.py"


rule plot_per_gene_r:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="plot_per_gene_r"),
        summary="results/{study}/metrics/{protocol}.parquet",
        genes="results/{study}/metrics/{protocol}_genes.parquet",
    output:
        pdf="results/{study}/figures/per_gene_r_{protocol}.pdf",
        png=report(
            "results/{study}/figures/per_gene_r_{protocol}.png",
            caption="../report/per_gene_r.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "per-gene r by model", "protocol": "{protocol}"},
        ),
    log:
        "results/{study}/logs/plot/per_gene_r_{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/plot/per_gene_r_{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        models=MODELS,
        note=protocol_note,
    message:
        "Drawing per-gene correlations by {wildcards.protocol}"
    script:
        "../scripts/plot_per_gene_r.py"


rule plot_versus_ridge:
    input:
        code=library("io", "plot", script="plot_versus_ridge"),
        genes="results/{study}/metrics/cv_genes.parquet",
    output:
        pdf="results/{study}/figures/versus_ridge_{model}.pdf",
        png=report(
            "results/{study}/figures/versus_ridge_{model}.png",
            caption="../report/versus_ridge.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "per gene against ridge", "model": "{model}"},
        ),
    log:
        "results/{study}/logs/plot/versus_ridge_{model}.log",
    benchmark:
        "results/{study}/benchmarks/plot/versus_ridge_{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing {wildcards.model} against ridge, gene by gene"
    script:
        "../scripts/plot_versus_ridge.py"
