# Figures, each as pdf and png with a caption in the report. One rule per figure.


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


rule plot_planted_classes:
    input:
        code=library("io", "plot", script="plot_planted_classes"),
        classes="results/{study}/metrics/truth_classes.parquet",
    output:
        pdf="results/{study}/figures/planted_classes.pdf",
        png=report(
            "results/{study}/figures/planted_classes.png",
            caption="../report/planted_classes.rst",
            category="Planted truth",
            subcategory="Recovery",
            labels={"what": "r by planted class"},
        ),
    log:
        "results/{study}/logs/plot/planted_classes.log",
    benchmark:
        "results/{study}/benchmarks/plot/planted_classes.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        models=MODELS,
        note=NOTE,
    message:
        "Drawing recovery by planted class"
    script:
        "../scripts/plot_planted_classes.py"


rule plot_planted_pairs:
    input:
        code=library("io", "plot", script="plot_planted_pairs"),
        roc="results/{study}/metrics/truth_roc.parquet",
        pairs="results/{study}/metrics/truth_pairs.parquet",
    output:
        pdf="results/{study}/figures/planted_pairs.pdf",
        png=report(
            "results/{study}/figures/planted_pairs.png",
            caption="../report/planted_pairs.rst",
            category="Planted truth",
            subcategory="Recovery",
            labels={"what": "ranking of planted pairs"},
        ),
    log:
        "results/{study}/logs/plot/planted_pairs.log",
    benchmark:
        "results/{study}/benchmarks/plot/planted_pairs.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        models=MODELS,
        note=NOTE,
    message:
        "Drawing the ranking of planted pairs"
    script:
        "../scripts/plot_planted_pairs.py"
