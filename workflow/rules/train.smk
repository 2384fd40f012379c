# One model per fold, then one on all labelled lines. Networks ask for a GPU, baselines do not.


rule train_network:
    input:
        **training_input(),
        splits="results/{study}/splits/{protocol}.parquet",
        gene_folds="results/{study}/splits/{protocol}_genes.parquet",
        pretrained=pretrained_input,
        winners=winners_of_model,
    output:
        model="results/{study}/models/{model}/{protocol}/repeat{repeat}_fold{fold}.safetensors",
        notes="results/{study}/models/{model}/{protocol}/repeat{repeat}_fold{fold}.json",
    log:
        "results/{study}/logs/train/{model}_{protocol}_repeat{repeat}_fold{fold}.log",
    benchmark:
        "results/{study}/benchmarks/train/{model}_{protocol}_repeat{repeat}_fold{fold}.tsv"
    wildcard_constraints:
        model=one_of(NETWORKS),
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,
    params:
        omics=model_omics,
        settings=lookup(within=config, dpath="models/{model}"),
        widths=config["pretrain"]["widths"],
        limit=config["epoch_limit"],
        seed=config["seed"],
        training=config["training"],
        state=in_study(
            "unfinished/{model}/{protocol}/repeat{repeat}_fold{fold}.safetensors"
        ),
    message:
        "Training {wildcards.model}, {wildcards.protocol} repeat {wildcards.repeat} fold {wildcards.fold}"
    script:
        "../scripts/train_model.py"


use rule train_network as train_baseline with:
    input:
        **training_input(),
        splits="results/{study}/splits/{protocol}.parquet",
        gene_folds="results/{study}/splits/{protocol}_genes.parquet",
        own=own_code,
    wildcard_constraints:
        model=one_of(BASELINES),
    threads: baseline_threads
    resources:
        mem_mb=3000,
        runtime=60,
        gpu=0,


use rule train_network as train_final_network with:
    input:
        **training_input(),
        pretrained=pretrained_input,
        winners=winners_of_model,
        fold_notes=notes_of_folds,
    output:
        model="results/{study}/models/{model}/final/model.safetensors",
        notes="results/{study}/models/{model}/final/model.json",
    log:
        "results/{study}/logs/train/{model}_final.log",
    benchmark:
        "results/{study}/benchmarks/train/{model}_final.tsv"
    params:
        state=in_study("unfinished/{model}/final/model.safetensors"),
    message:
        "Training {wildcards.model} on all labelled lines"


use rule train_final_network as train_final_baseline with:
    input:
        **training_input(),
        own=own_code,
    wildcard_constraints:
        model=one_of(BASELINES),
    threads: baseline_threads
    resources:
        mem_mb=3000,
        runtime=60,
        gpu=0,


rule plot_training_curves:
    input:
        code=library("io", "plot", script="plot_training_curves"),
        notes=network_notes,
    output:
        pdf="results/{study}/figures/training_curves.pdf",
        png=report(
            "results/{study}/figures/training_curves.png",
            caption="../report/training_curves.rst",
            category="Training",
            subcategory="Joint models",
            labels={"what": "loss by epoch"},
        ),
    log:
        "results/{study}/logs/plot/training_curves.log",
    benchmark:
        "results/{study}/benchmarks/plot/training_curves.tsv"
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
        "Drawing the networks' losses"
    script:
        "../scripts/plot_training_curves.py"
