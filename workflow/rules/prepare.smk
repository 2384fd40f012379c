# From tables to the contracts: cohorts, labels, fingerprints, splits.


rule prepare_cell_line_omic:
    input:
        unpack(omic_input),
        code=library("io", "prepare"),
    output:
        omic="results/{study}/cohorts/{cohort}/{omic}.parquet",
    log:
        "results/{study}/logs/prepare_omic/{cohort}_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/prepare_omic/{cohort}_{omic}.tsv"
    wildcard_constraints:
        cohort="ccl",
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        table=lookup(within=config, dpath="cohorts/{cohort}/tables/{omic}"),
        samples=lookup(within=config, dpath="cohorts/{cohort}/samples"),
    message:
        "Reading {wildcards.omic} of {wildcards.cohort}"
    script:
        "../scripts/prepare_omic.py"


use rule prepare_cell_line_omic as prepare_cohort_omic with:
    input:
        unpack(omic_input),
        code=library("io", "prepare"),
        reference="results/{study}/cohorts/ccl/{omic}.parquet",
    wildcard_constraints:
        cohort=one_of(OTHER_COHORTS),


rule prepare_samples:
    input:
        code=library("io", "prepare"),
        sheet=lookup(within=config, dpath="cohorts/{cohort}/samples/path"),
        omics=expand("results/{{study}}/cohorts/{{cohort}}/{omic}.parquet", omic=OMICS),
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
        mem_mb=2000,
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
        code=library("io", "prepare"),
        scores=config["dependency"]["path"],
        gene_sets=config["fingerprints"]["path"],
        samples="results/{study}/cohorts/ccl/samples.parquet",
    output:
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
        fingerprints="results/{study}/fingerprints.parquet",
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
        orientation=config["dependency"]["orientation"],
        score=config["dependency"]["score"],
        genes=config["genes"],
    message:
        "Choosing genes, collecting their labels and fingerprints"
    script:
        "../scripts/prepare_dependency.py"


rule split_samples:
    input:
        code=library("io", "evaluate"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        dependency="results/{study}/dependency.parquet",
    output:
        splits="results/{study}/splits/{protocol}.parquet",
    log:
        "results/{study}/logs/split_samples/{protocol}.log",
    benchmark:
        "results/{study}/benchmarks/split_samples/{protocol}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        split=lookup(within=config, dpath="protocols/{protocol}"),
        seed=config["seed"],
    message:
        "Splitting cell lines by patient for {wildcards.protocol}"
    script:
        "../scripts/split_samples.py"
