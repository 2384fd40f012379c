# How well a simulation's planted truth was found again.


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
