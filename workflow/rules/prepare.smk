# From tables to the contracts: cohorts, labels, fingerprints, splits.


rule read_omic:
    input:
        unpack(source_input),
        code=library("io", "prepare", script="read_omic"),
    output:
        source="results/{study}/sources/{cohort}/{omic}.parquet",
    log:
        "results/{study}/logs/read_omic/{cohort}_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/read_omic/{cohort}_{omic}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 2
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        table=lookup(within=config, dpath="cohorts/{cohort}/tables/{omic}"),
        cohort=cohort_entry,
        further=config["further_omics"],
    message:
        "Reading {wildcards.omic} of {wildcards.cohort}"
    script:
        "../scripts/read_omic.py"


rule choose_features:
    input:
        unpack(features_input),
        code=library("io", "prepare", script="choose_features"),
    output:
        features="results/{study}/features/{omic}.parquet",
    log:
        "results/{study}/logs/choose_features/{omic}.log",
    benchmark:
        "results/{study}/benchmarks/choose_features/{omic}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=4500,
        runtime=60,
    params:
        method=lookup(within=config, dpath="features/{omic}"),
        tumors=segments_of_tumors,
    message:
        "Choosing the features of {wildcards.omic}"
    script:
        "../scripts/choose_features.py"


rule prepare_omic:
    input:
        code=library("io", "prepare", script="prepare_omic"),
        source="results/{study}/sources/{cohort}/{omic}.parquet",
        features="results/{study}/features/{omic}.parquet",
    output:
        omic="results/{study}/cohorts/{cohort}/{omic}.parquet",
    log:
        "results/{study}/logs/prepare_omic/{cohort}_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/prepare_omic/{cohort}_{omic}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    message:
        "Giving {wildcards.omic} of {wildcards.cohort} the features of the models"
    script:
        "../scripts/prepare_omic.py"


rule prepare_samples:
    input:
        code=library("io", "prepare", script="prepare_samples"),
        sheet=lookup(within=config, dpath="cohorts/{cohort}/samples/path"),
        further=lambda wildcards: [
            table["path"]
            for table in config["cohorts"][wildcards.cohort]["samples"].get(
                "further", []
            )
        ],
        sources=expand(
            "results/{{study}}/sources/{{cohort}}/{omic}.parquet", omic=OMICS
        ),
        features=expand("results/{{study}}/features/{omic}.parquet", omic=OMICS),
    output:
        samples="results/{study}/cohorts/{cohort}/samples.parquet",
    log:
        "results/{study}/logs/prepare_samples/{cohort}.log",
    benchmark:
        "results/{study}/benchmarks/prepare_samples/{cohort}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        omics=OMICS,
        columns=lookup(within=config, dpath="cohorts/{cohort}/samples"),
        domain=lookup(within=config, dpath="cohorts/{cohort}/domain"),
        required=config["required_omics"],
    message:
        "Joining the samples of {wildcards.cohort}"
    script:
        "../scripts/prepare_samples.py"


rule prepare_dependency:
    input:
        unpack(dependency_input),
        code=library("io", "prepare", script="prepare_dependency"),
        gene_sets=config["fingerprints"]["path"],
        samples="results/{study}/cohorts/ccl/samples.parquet",
    output:
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        fingerprints="results/{study}/fingerprints.parquet",
        excluded="results/{study}/tables/excluded_genes.tsv",
    log:
        "results/{study}/logs/prepare_dependency.log",
    benchmark:
        "results/{study}/benchmarks/prepare_dependency.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        scores=config["dependency"],
        genes=config["genes"],
    message:
        "Choosing genes, collecting their labels and fingerprints"
    script:
        "../scripts/prepare_dependency.py"


# Whether a protocol can be formed, and of how many folds, is known from the data only: the jobs of its
# folds are planned then. Nothing can be done without cv, whose splits are a rule like any other.
checkpoint split_protocol:
    input:
        unpack(split_input),
        code=library("io", "prepare", "evaluate", script="split_samples"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        dependency="results/{study}/dependency.parquet",
    output:
        splits="results/{study}/splits/{protocol}.parquet",
        gene_folds="results/{study}/splits/{protocol}_genes.parquet",
    log:
        "results/{study}/logs/split_samples/{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/split_samples/{protocol}.tsv"
    wildcard_constraints:
        protocol=one_of([name for name in PROTOCOLS if name != NEEDED]),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        split=lookup(within=config, dpath="protocols/{protocol}"),
        seed=config["seed"],
    message:
        "Splitting cell lines for {wildcards.protocol}"
    script:
        "../scripts/split_samples.py"


use rule split_protocol as split_samples with:
    wildcard_constraints:
        protocol=NEEDED,
