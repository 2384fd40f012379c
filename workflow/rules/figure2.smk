# Figure 2 of the paper: its panels, each a figure of its own, and all on one page.


include: "panels.smk"


rule plot_fit_by_role:
    input:
        code=library("io", "prepare", "evaluate", "plot", script="plot_fit_by_role"),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        splits="results/{study}/splits/cv.parquet",
        predictions=lambda wildcards: fold_lines(wildcards.model),
    output:
        pdf="results/{study}/figures/fit_by_role_{model}.pdf",
        png=report(
            "results/{study}/figures/fit_by_role_{model}.png",
            caption="../report/fit_by_role.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "training, validation and test lines", "model": "{model}"},
        ),
    log:
        "results/{study}/logs/plot/fit_by_role_{model}.log",
    benchmark:
        "results/{study}/benchmarks/plot/fit_by_role_{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        note=NOTE,
        models=lambda wildcards: with_gene_mean(wildcards.model),
        score=config["dependency"]["score"],
    message:
        "Drawing predicted against observed scores of {wildcards.model} by role of the lines"
    script:
        "../scripts/plot_fit_by_role.py"


rule plot_model_comparison:
    input:
        code=library(
            "io", "prepare", "evaluate", "plot", script="plot_model_comparison"
        ),
        summary="results/{study}/metrics/{protocol}.parquet",
    output:
        pdf="results/{study}/figures/model_comparison_{protocol}.pdf",
        png=report(
            "results/{study}/figures/model_comparison_{protocol}.png",
            caption="../report/model_comparison.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "comparison of all models", "protocol": "{protocol}"},
        ),
    log:
        "results/{study}/logs/plot/model_comparison_{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/plot/model_comparison_{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        guides=GUIDES,
        note=protocol_note,
    message:
        "Comparing all models by {wildcards.protocol}"
    script:
        "../scripts/plot_model_comparison.py"


rule plot_paired_differences:
    input:
        code=library(
            "io", "prepare", "evaluate", "plot", script="plot_paired_differences"
        ),
        pairs="results/{study}/metrics/{protocol}_paired.parquet",
    output:
        pdf="results/{study}/figures/paired_differences_{protocol}.pdf",
        png=report(
            "results/{study}/figures/paired_differences_{protocol}.png",
            caption="../report/paired_differences.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "differences to the reference", "protocol": "{protocol}"},
        ),
    log:
        "results/{study}/logs/plot/paired_differences_{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/plot/paired_differences_{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        note=protocol_note,
    message:
        "Drawing differences between models by {wildcards.protocol}"
    script:
        "../scripts/plot_paired_differences.py"


rule plot_gene_sets:
    input:
        code=library("io", "prepare", "evaluate", "plot", script="plot_gene_sets"),
        summary="results/{study}/metrics/{protocol}.parquet",
    output:
        pdf="results/{study}/figures/gene_sets_{protocol}.pdf",
        png=report(
            "results/{study}/figures/gene_sets_{protocol}.png",
            caption="../report/gene_sets.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "r by set of genes", "protocol": "{protocol}"},
        ),
    log:
        "results/{study}/logs/plot/gene_sets_{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/plot/gene_sets_{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        guides=GUIDES,
        note=protocol_note,
    message:
        "Drawing r by set of genes by {wildcards.protocol}"
    script:
        "../scripts/plot_gene_sets.py"


rule plot_figure2:
    input:
        unpack(lambda wildcards: screens_input(SCREEN_PROTOCOLS)),
        code=library("io", "prepare", "evaluate", "plot", script="plot_figure2"),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        fingerprints="results/{study}/fingerprints.parquet",
        samples=f"results/{{study}}/predictions/{FIGURE_MODEL}/samples.tsv",
        predictions=expand(
            "results/{{study}}/predictions/{model}/{cohort}.parquet",
            model=FIGURE_MODEL,
            cohort=COHORTS,
        ),
        splits="results/{study}/splits/cv.parquet",
        fold_lines=fold_lines(FIGURE_MODEL),
        summary="results/{study}/metrics/cv.parquet",
    output:
        pdf="results/{study}/figures/figure2.pdf",
        png=report(
            "results/{study}/figures/figure2.png",
            caption="../report/figure2.rst",
            category="Paper figures",
            subcategory="Main figures",
            labels={"what": "Figure 2"},
        ),
    log:
        "results/{study}/logs/plot/figure2.log",
    benchmark:
        "results/{study}/benchmarks/plot/figure2.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        note=NOTE,
        cohorts=COHORTS,
        models=with_gene_mean(FIGURE_MODEL),
        guides=GUIDES,
        screens=lambda wildcards: {
            screen: screen_models(screen) for screen in SCREEN_PROTOCOLS
        },
        score=config["dependency"]["score"],
    message:
        "Drawing figure 2"
    script:
        "../scripts/plot_figure2.py"
