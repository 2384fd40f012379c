# Predictions: out-of-fold for labelled lines, by the final model for everything else.


rule predict_folds:
    input:
        code=library(
            "io", "prepare", "models", "training", "evaluate", script="predict_folds"
        ),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics=model_omic_files,
        splits="results/{study}/splits/{protocol}.parquet",
        models=models_of_repeat,
    output:
        predictions="results/{study}/predictions/{model}/cv/{protocol}/repeat{repeat}.parquet",
    log:
        "results/{study}/logs/predict_folds/{model}_{protocol}_repeat{repeat}.log",
    benchmark:
        "results/{study}/benchmarks/predict_folds/{model}_{protocol}_repeat{repeat}.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=20,
    params:
        omics=model_omics,
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Predicting the test lines of {wildcards.protocol} repeat {wildcards.repeat} with {wildcards.model}"
    script:
        "../scripts/predict_folds.py"


rule predict_cell_lines:
    input:
        code=library("io", "prepare", "models", "training", script="predict_cell_lines"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics=model_omic_files,
        model="results/{study}/models/{model}/final/model.safetensors",
        folds=cv_predictions,
    output:
        table="results/{study}/predictions/{model}/ccl.parquet",
        text="results/{study}/predictions/{model}/ccl.tsv.gz",
        fitted="results/{study}/predictions/{model}/ccl_fitted.parquet",
    log:
        "results/{study}/logs/predict/{model}_ccl.log",
    benchmark:
        "results/{study}/benchmarks/predict/{model}_ccl.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        omics=model_omics,
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Predicting all cell lines with {wildcards.model}"
    script:
        "../scripts/predict_cell_lines.py"


rule predict_cohort:
    input:
        code=library("io", "prepare", "models", "training", script="predict_cohort"),
        samples="results/{study}/cohorts/{cohort}/samples.parquet",
        omics=model_omic_files,
        model="results/{study}/models/{model}/final/model.safetensors",
    output:
        table="results/{study}/predictions/{model}/{cohort}.parquet",
        text="results/{study}/predictions/{model}/{cohort}.tsv.gz",
    log:
        "results/{study}/logs/predict/{model}_{cohort}.log",
    benchmark:
        "results/{study}/benchmarks/predict/{model}_{cohort}.tsv"
    wildcard_constraints:
        cohort=one_of(OTHER_COHORTS),
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        omics=model_omics,
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Predicting {wildcards.cohort} with {wildcards.model}"
    script:
        "../scripts/predict_cohort.py"


rule predict_spread:
    input:
        **all_cohorts_input(script="predict_spread"),
    output:
        tables=expand(
            "results/{{study}}/predictions/{{model}}/{cohort}_sd.parquet",
            cohort=COHORTS,
        ),
    log:
        "results/{study}/logs/predict/{model}_spread.log",
    benchmark:
        "results/{study}/benchmarks/predict/{model}_spread.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        cohorts=COHORTS,
        omics=model_omics,
        repeats=lambda wildcards: len(repeats_of("cv", wildcards.model)),
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Spread of the predictions of {wildcards.model} over folds and seeds"
    script:
        "../scripts/predict_spread.py"


rule describe_predictions:
    input:
        **all_cohorts_input(script="describe_predictions"),
        model="results/{study}/models/{model}/final/model.safetensors",
    output:
        samples="results/{study}/predictions/{model}/samples.tsv",
    log:
        "results/{study}/logs/predict/{model}_samples.log",
    benchmark:
        "results/{study}/benchmarks/predict/{model}_samples.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        # Peak resident size of the script with 1,000 lines and 8,238 tumours x 24,600
        # features: 2,754 MB with ridge, of which most is the largest cohort.
        mem_mb=3000,
        runtime=20,
    params:
        cohorts=COHORTS,
        omics=model_omics,
        repeats=lambda wildcards: len(repeats_of("cv", wildcards.model)),
    message:
        "Listing what {wildcards.model} has seen of each sample"
    script:
        "../scripts/describe_predictions.py"


rule predict_fold_lines:
    input:
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "evaluate",
            script="predict_fold_lines",
        ),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics=model_omic_files,
        splits="results/{study}/splits/cv.parquet",
        model="results/{study}/models/{model}/cv/repeat0_fold0.safetensors",
    output:
        predictions="results/{study}/predictions/{model}/cv/fold_lines.parquet",
    log:
        "results/{study}/logs/predict_fold_lines/{model}.log",
    benchmark:
        "results/{study}/benchmarks/predict_fold_lines/{model}.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        omics=model_omics,
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Predicting all lines of one fold with {wildcards.model}"
    script:
        "../scripts/predict_fold_lines.py"
