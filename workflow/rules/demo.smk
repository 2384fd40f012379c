# The study demo: a cohort with planted truth, written as tables like those of a real study.


rule simulate_cohort:
    input:
        code=library("io", "simulate", script="simulate_cohort"),
    output:
        tables=expand(
            "results/{{study}}/simulated/{table}",
            table=[
                *expand(
                    "ccl/{omic}.tsv.gz",
                    omic=["mutation", "expression", "methylation", "copy_number"],
                ),
                *expand(
                    "tumors/{omic}.tsv.gz",
                    omic=["expression", "methylation", "copy_number"],
                ),
                "tumors/mutation.maf.gz",
                "ccl/samples.tsv",
                "tumors/samples.tsv",
                "dependency.tsv.gz",
                "replicate.tsv.gz",
                "fingerprints.gmt",
            ],
        ),
        truth=expand(
            "results/{{study}}/simulated/truth/{table}",
            table=["pairs.tsv", "genes.tsv", "ccl.tsv.gz", "tumors.tsv.gz"],
        ),
    log:
        "results/{study}/logs/simulate_cohort.log",
    benchmark:
        "results/{study}/benchmarks/simulate_cohort.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=config["simulate"],
        seed=config["seed"],
    message:
        "Simulating cell lines and tumours with planted dependencies"
    script:
        "../scripts/simulate_cohort.py"
