# Search for the widths of the autoencoders, for the omics that the config names (as published).


rule search_architecture:
    input:
        code=library(
            "io", "prepare", "models", "training", script="search_architecture"
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
    output:
        table="results/{study}/pretrained/search/{omic}.tsv",
        winner="results/{study}/pretrained/search/{omic}.json",
    log:
        "results/{study}/logs/search_architecture/{omic}.log",
    benchmark:
        "results/{study}/benchmarks/search_architecture/{omic}.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,
    params:
        settings=config["pretrain"],
        search={key: config["search"][key] for key in ("trials", "epochs", "widths")},
        limit=config["epoch_limit"],
        seed=config["seed"],
        training=config["training"],
        state=in_study("unfinished/search/{omic}.log"),
    message:
        "Searching the widths of the autoencoder of {wildcards.omic}"
    script:
        "../scripts/search_architecture.py"


rule report_search:
    input:
        code=library("io", "plot", script="report_search"),
        tables=expand("results/{{study}}/pretrained/search/{omic}.tsv", omic=SEARCHED),
    output:
        page=report(
            "results/{study}/tables/search.html",
            caption="../report/search.rst",
            category="Training",
            subcategory="Autoencoders",
            labels={"what": "search for widths"},
        ),
    log:
        "results/{study}/logs/report_search.log",
    benchmark:
        "results/{study}/benchmarks/report_search.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        note=NOTE,
    message:
        "Writing the page of the search for widths"
    script:
        "../scripts/report_search.py"
