# All protocols together: one table, and the page that says what is beaten and what is not.


rule collect_results:
    input:
        code=library("io", "prepare", "evaluate", script="collect_results"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        summaries=expand(
            "results/{{study}}/metrics/{protocol}.parquet", protocol=PROTOCOLS
        ),
        splits=expand("results/{{study}}/splits/{protocol}.parquet", protocol=PROTOCOLS),
        notes=all_fold_notes,
        benchmarks=all_fold_benchmarks,
    output:
        results="results/{study}/metrics/results.parquet",
        table="results/{study}/tables/results.tsv",
    log:
        "results/{study}/logs/collect_results.log",
    benchmark:
        "results/{study}/benchmarks/collect_results.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        simulated=config["simulated"],
    message:
        "Collecting the results of all protocols"
    script:
        "../scripts/collect_results.py"


rule report_results:
    input:
        code=library("io", "prepare", "evaluate", "plot", script="report_results"),
        results="results/{study}/metrics/results.parquet",
        pairs=expand(
            "results/{{study}}/metrics/{protocol}_paired.parquet", protocol=PROTOCOLS
        ),
        ceiling="results/{study}/metrics/ceiling.parquet" if SCREENS else [],
    output:
        page=report(
            "results/{study}/tables/results.html",
            caption="../report/results.rst",
            category="Results",
            subcategory="Results, honestly",
            labels={"what": "results, honestly"},
        ),
    log:
        "results/{study}/logs/report_results.log",
    benchmark:
        "results/{study}/benchmarks/report_results.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        note=NOTE,
        floors=FLOORS,
        variants=VARIANTS,
        deep_pair=config["evaluate"]["deep_pair"],
        known=config["evaluate"]["prior_knowledge"],
    message:
        "Writing the page of results"
    script:
        "../scripts/report_results.py"
