# The honest table: every model on the same lines, genes and folds; recovery of planted truth.


rule evaluate_models:
    input:
        unpack(tested_input),
        code=library("io", "prepare", "evaluate", script="evaluate_models"),
        genes="results/{study}/genes.parquet",
        labels="results/{study}/dependency.parquet",
        samples="results/{study}/cohorts/ccl/samples.parquet",
        ceiling="results/{study}/metrics/ceiling.parquet" if SCREENS else [],
        predictions=fold_predictions,
    output:
        summary="results/{study}/metrics/{protocol}.parquet",
        genes="results/{study}/metrics/{protocol}_genes.parquet",
        pairs="results/{study}/metrics/{protocol}_paired.parquet",
        table="results/{study}/tables/metrics_{protocol}.tsv",
        pairs_table="results/{study}/tables/paired_{protocol}.tsv",
        genes_table="results/{study}/tables/genes_{protocol}.tsv",
    log:
        "results/{study}/logs/evaluate_models/{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/evaluate_models/{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        repeats=lambda wildcards: runs_of(wildcards.protocol),
        needed=lambda wildcards: wildcards.protocol == NEEDED,
        min_lines=config["evaluate"]["min_lines"],
        bootstrap=config["evaluate"]["bootstrap"],
        variable_share=config["evaluate"]["variable_share"],
        below=config["evaluate"]["selective_below"],
        references=REFERENCE_MODELS,
        variants=VARIANTS,
        seed=config["seed"],
    message:
        "Evaluating all models by {wildcards.protocol}"
    script:
        "../scripts/evaluate_models.py"


# In mode quick, only the best models are run by protocols other than those by patient.
checkpoint rank_models:
    input:
        code=library("io", "evaluate", script="rank_models"),
        summary="results/{study}/metrics/cv.parquet",
    output:
        ranking="results/{study}/metrics/ranking.tsv",
    log:
        "results/{study}/logs/rank_models.log",
    benchmark:
        "results/{study}/benchmarks/rank_models.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    message:
        "Ranking models by cross-validation"
    script:
        "../scripts/rank_models.py"


rule evaluate_truth:
    input:
        code=library("io", "prepare", "evaluate", script="evaluate_truth"),
        pairs="results/{study}/simulated/truth/pairs.tsv",
        truth_genes="results/{study}/simulated/truth/genes.tsv",
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics=omic_files(["ccl"]),
        per_gene="results/{study}/metrics/cv_genes.parquet",
        predictions=expand(
            "results/{{study}}/predictions/{model}/cv/cv/repeat0.parquet", model=MODELS
        ),
    output:
        classes="results/{study}/metrics/truth_classes.parquet",
        pairs="results/{study}/metrics/truth_pairs.parquet",
        roc="results/{study}/metrics/truth_roc.parquet",
        table="results/{study}/tables/planted_truth.tsv",
    log:
        "results/{study}/logs/evaluate_truth.log",
    benchmark:
        "results/{study}/benchmarks/evaluate_truth.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        models=MODELS,
        omics=OMICS,
        seed=config["seed"],
    message:
        "Comparing predictions with the planted truth"
    script:
        "../scripts/evaluate_truth.py"


rule report_metrics:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="report_metrics"),
        table="results/{study}/metrics/{protocol}.parquet",
    output:
        page=report(
            "results/{study}/tables/metrics_{protocol}.html",
            caption="../report/metrics.rst",
            category="Results",
            subcategory="Cross-validation",
            labels={"what": "metrics of all models", "protocol": "{protocol}"},
        ),
    log:
        "results/{study}/logs/report_metrics/{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/report_metrics/{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        note=protocol_note,
    message:
        "Writing the page of metrics of {wildcards.protocol}"
    script:
        "../scripts/report_metrics.py"


rule report_clipping:
    input:
        code=library("io", "plot", script="report_clipping"),
        table="results/{study}/tables/clipping.tsv",
    output:
        page=report(
            "results/{study}/tables/clipping.html",
            caption="../report/clipping.rst",
            category="Data",
            subcategory="Preparation",
            labels={"what": "values set to the limits"},
        ),
    log:
        "results/{study}/logs/report_clipping.log",
    benchmark:
        "results/{study}/benchmarks/report_clipping.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        note=NOTE,
    message:
        "Writing the page of winsorised values"
    script:
        "../scripts/report_clipping.py"
