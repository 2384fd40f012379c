# Figure 3 of the paper: what the bottleneck nodes of a model with one omic stand for.


include: "signatures_files.smk"


rule describe_nodes:
    input:
        **decoded_files(),
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "evaluate",
            "interpret",
            script="describe_nodes",
        ),
        folds=lambda wildcards: fold_models(
            DECODED, "cv", repeats_of("cv", DECODED), "safetensors"
        ),
    output:
        activity="results/{study}/signatures/activity.parquet",
        nodes="results/{study}/signatures/nodes.parquet",
        scores="results/{study}/signatures/scores.parquet",
        table="results/{study}/tables/signatures_nodes.tsv",
    log:
        "results/{study}/logs/describe_nodes.log",
    benchmark:
        "results/{study}/benchmarks/describe_nodes.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 2
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=SIGNATURES,
        omics=decoded_omics,
        note=NOTE,
    message:
        "Describing the bottleneck nodes over all trainings"
    script:
        "../scripts/describe_nodes.py"


rule decode_signatures:
    input:
        **decoded_files(),
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "evaluate",
            "interpret",
            script="decode_signatures",
        ),
        nodes="results/{study}/signatures/nodes.parquet",
    output:
        signatures="results/{study}/signatures/signatures.parquet",
        table="results/{study}/tables/signatures_signatures.tsv",
        quality="results/{study}/tables/signatures_decoder.tsv",
    log:
        "results/{study}/logs/decode_signatures.log",
    benchmark:
        "results/{study}/benchmarks/decode_signatures.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        omics=decoded_omics,
        pretrain=config["pretrain"],
        training=config["training"],
        epochs=min(
            SIGNATURES["decoder_epochs"],
            config["epoch_limit"] or SIGNATURES["decoder_epochs"],
        ),
        note=NOTE,
    message:
        "Decoding the nodes' signatures"
    script:
        "../scripts/decode_signatures.py"


rule enrich_signatures:
    input:
        code=library("io", "interpret", "tumors", script="enrich_signatures"),
        signatures="results/{study}/signatures/signatures.parquet",
        sets=GENE_SETS["hallmark"],
    output:
        enrichment="results/{study}/signatures/enrichment.parquet",
        table="results/{study}/tables/signatures_enrichment.tsv",
    log:
        "results/{study}/logs/enrich_signatures.log",
    benchmark:
        "results/{study}/benchmarks/enrich_signatures.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=SIGNATURES,
        seed=config["seed"],
    message:
        "Testing gene sets along the signatures"
    script:
        "../scripts/enrich_signatures.py"


rule map_essentiality:
    input:
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "evaluate",
            "interpret",
            script="map_essentiality",
        ),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        model=f"results/{{study}}/models/{DECODED}/final/model.safetensors",
        nodes="results/{study}/signatures/nodes.parquet",
        scores="results/{study}/signatures/scores.parquet",
    output:
        maps="results/{study}/signatures/maps.parquet",
        skipped="results/{study}/tables/signatures_skipped.tsv",
    log:
        "results/{study}/logs/map_essentiality.log",
    benchmark:
        "results/{study}/benchmarks/map_essentiality.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        settings=SIGNATURES,
        note=NOTE,
    message:
        "Predicting genes over two node scores"
    script:
        "../scripts/map_essentiality.py"


rule regress_dependency:
    input:
        code=library("io", "interpret", "tumors", script="regress_dependency"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        expression="results/{study}/cohorts/ccl/expression.parquet",
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        nodes="results/{study}/signatures/nodes.parquet",
        scores="results/{study}/signatures/scores.parquet",
    output:
        genes="results/{study}/signatures/regression_genes.parquet",
        terms="results/{study}/signatures/regression_terms.parquet",
        genes_table="results/{study}/tables/signatures_regression_genes.tsv",
        terms_table="results/{study}/tables/signatures_regression_terms.tsv",
    log:
        "results/{study}/logs/regress_dependency.log",
    benchmark:
        "results/{study}/benchmarks/regress_dependency.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        note=NOTE,
    message:
        "Regressing dependency on node scores, own expression and culture"
    script:
        "../scripts/regress_dependency.py"
