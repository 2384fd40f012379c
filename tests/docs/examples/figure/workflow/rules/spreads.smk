# How much predictions vary beside what was measured.


rule plot_spreads:
    input:
        code=library("io", "plot", script="plot_spreads"),
        dependency="results/{study}/dependency.parquet",
        predictions="results/{study}/predictions/{model}/cv/cv/repeat0.parquet",
    output:
        pdf="results/{study}/figures/spreads_{model}.pdf",
        png=report(
            "results/{study}/figures/spreads_{model}.png",
            caption="../report/spreads.rst",
            category="Results",
            subcategory="Predictions",
            labels={"what": "spread of scores", "model": "{model}"},
        ),
    log:
        "results/{study}/logs/plot/spreads_{model}.log",
    benchmark:
        "results/{study}/benchmarks/plot/spreads_{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing the spread of scores of {wildcards.model}"
    script:
        "../scripts/plot_spreads.py"
