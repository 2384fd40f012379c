# Conformal intervals: their half-widths for new cell lines, and how many labels they hold.


rule calibrate_intervals:
    input:
        code=library("io", "evaluate", script="calibrate_intervals"),
        dependency="results/{study}/dependency.parquet",
        splits="results/{study}/splits/cv.parquet",
        predictions=cv_predictions,
    output:
        half_width="results/{study}/predictions/{model}/half_width.parquet",
    log:
        "results/{study}/logs/calibrate_intervals/{model}.log",
    benchmark:
        "results/{study}/benchmarks/calibrate_intervals/{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=10,
    params:
        level=config["evaluate"]["coverage"],
        note=NOTE,
    message:
        "Calibrating the intervals of {wildcards.model}"
    script:
        "../scripts/calibrate_intervals.py"


rule evaluate_coverage:
    input:
        unpack(tested_input),
        code=library("io", "prepare", "evaluate", script="evaluate_coverage"),
        genes="results/{study}/genes.parquet",
        samples="results/{study}/cohorts/ccl/samples.parquet",
        predictions=fold_predictions,
    output:
        summary="results/{study}/metrics/coverage_{protocol}.parquet",
        genes="results/{study}/metrics/coverage_{protocol}_genes.parquet",
        table="results/{study}/tables/coverage_{protocol}.tsv",
    log:
        "results/{study}/logs/evaluate_coverage/{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/evaluate_coverage/{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        repeats=lambda wildcards: runs_of(wildcards.protocol),
        min_lines=config["evaluate"]["min_lines"],
        bootstrap=config["evaluate"]["bootstrap"],
        level=config["evaluate"]["coverage"],
        seed=config["seed"],
    message:
        "Testing the intervals of all models by {wildcards.protocol}"
    script:
        "../scripts/evaluate_coverage.py"


rule plot_coverage_intervals:
    input:
        code=library(
            "io", "evaluate", "prepare", "plot", script="plot_coverage_intervals"
        ),
        summary="results/{study}/metrics/coverage_{protocol}.parquet",
        genes="results/{study}/metrics/coverage_{protocol}_genes.parquet",
    output:
        pdf="results/{study}/figures/coverage_{protocol}.pdf",
        png=report(
            "results/{study}/figures/coverage_{protocol}.png",
            caption="../report/intervals.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={
                "what": "coverage and width of intervals",
                "protocol": "{protocol}",
            },
        ),
    log:
        "results/{study}/logs/plot/coverage_{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/plot/coverage_{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        models=MODELS,
        note=protocol_note,
        level=config["evaluate"]["coverage"],
    message:
        "Drawing coverage and width of the intervals by {wildcards.protocol}"
    script:
        "../scripts/plot_coverage_intervals.py"
