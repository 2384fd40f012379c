# The files of config/datasets.tsv, one rule for all: resources/<dataset>/<version>/<file>.


rule download_file:
    input:
        unpack(local_file),
    output:
        file="resources/{dataset}/{version}/{file}",
    log:
        "resources/logs/{dataset}/{version}/{file}.log",
    benchmark:
        "resources/benchmarks/{dataset}/{version}/{file}.tsv"
    wildcard_constraints:
        dataset="[^/]+",
        version="[^/]+",
        file="[^/]+",
    retries: 1  # goes on from the .part file; the script itself retries as the config says
    # On a cluster the nodes often have no way out: fetched where snakemake runs.
    localrule: True
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        downloads=1,
        mem_mb=500,
        runtime=720,
    params:
        sums=published_sums,
        manifest=os.path.relpath(DATASETS),
        lock=placed("resources/datasets.lock.tsv"),
    message:
        "Fetching {wildcards.file} of {wildcards.dataset} {wildcards.version}"
    script:
        "../scripts/download_file.py"
