# What is learned without labels: scaling of each domain, one autoencoder per omic.


rule fit_scaling:
    input:
        code=library("io", "prepare", "models", "training", script="fit_scaling"),
        dependency="results/{study}/dependency.parquet",
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=REFERENCES
        ),
        omics=omic_files(REFERENCES),
    output:
        scaling="results/{study}/pretrained/scaling.safetensors",
        notes="results/{study}/pretrained/scaling.json",
        clipping="results/{study}/tables/clipping.tsv",
    log:
        "results/{study}/logs/fit_scaling.log",
    benchmark:
        "results/{study}/benchmarks/fit_scaling.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=20,
    params:
        cohorts=REFERENCES,
        omics=OMICS,
        scaling=config["scaling"],
        winsorize=config["winsorize"],
    message:
        "Fitting limits and scales of cell lines and tumours on unlabelled samples"
    script:
        "../scripts/fit_scaling.py"


rule pretrain_autoencoder:
    input:
        code=library(
            "io", "prepare", "models", "training", script="pretrain_autoencoder"
        ),
        dependency="results/{study}/dependency.parquet",
        scaling="results/{study}/pretrained/scaling.safetensors",
        samples=expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=REFERENCES
        ),
        omics=lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(REFERENCES, [wildcards.omic])
        ],
        winners=lambda wildcards: winners_of([wildcards.omic]),
    output:
        encoder="results/{study}/pretrained/{omic}.safetensors",
        notes="results/{study}/pretrained/{omic}.json",
    log:
        "results/{study}/logs/pretrain_autoencoder/{omic}.log",
    benchmark:
        "results/{study}/benchmarks/pretrain_autoencoder/{omic}.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=3000,
        runtime=60,
        gpu=1,
    params:
        settings=config["pretrain"],
        limit=config["epoch_limit"],
        seed=config["seed"],
        training=config["training"],
        state=in_study("unfinished/pretrained/{omic}.safetensors"),
    message:
        "Pretraining the autoencoder of {wildcards.omic}"
    script:
        "../scripts/pretrain_autoencoder.py"


rule plot_reconstruction_curves:
    input:
        code=library("io", "plot", script="plot_reconstruction_curves"),
        notes=expand("results/{{study}}/pretrained/{omic}.json", omic=OMICS),
    output:
        pdf="results/{study}/figures/reconstruction_curves.pdf",
        png=report(
            "results/{study}/figures/reconstruction_curves.png",
            caption="../report/reconstruction_curves.rst",
            category="Training",
            subcategory="Autoencoders",
            labels={"what": "reconstruction loss"},
        ),
    log:
        "results/{study}/logs/plot/reconstruction_curves.log",
    benchmark:
        "results/{study}/benchmarks/plot/reconstruction_curves.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
        omics=OMICS,
    message:
        "Drawing the autoencoders' losses"
    script:
        "../scripts/plot_reconstruction_curves.py"
