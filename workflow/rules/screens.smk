# A second screen: its scores on the first one's scale, and how far the two agree.


rule prepare_screen:
    input:
        unpack(screen_input),
        code=library("io", "prepare", "evaluate", script="prepare_screen"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        dependency="results/{study}/dependency.parquet",
    output:
        screen="results/{study}/screens/{screen}.parquet",
    log:
        "results/{study}/logs/prepare_screen/{screen}.log",
    benchmark:
        "results/{study}/benchmarks/prepare_screen/{screen}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        scores=lookup(within=config, dpath="screens/{screen}"),
    message:
        "Bringing screen {wildcards.screen} to the scale of the labels"
    script:
        "../scripts/prepare_screen.py"


rule compare_screens:
    input:
        code=library("io", "prepare", "evaluate", script="compare_screens"),
        dependency="results/{study}/dependency.parquet",
        screens=expand("results/{{study}}/screens/{screen}.parquet", screen=SCREENS),
    output:
        ceiling="results/{study}/metrics/ceiling.parquet",
    log:
        "results/{study}/logs/compare_screens.log",
    benchmark:
        "results/{study}/benchmarks/compare_screens.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        screens=SCREENS,
        min_lines=config["evaluate"]["min_lines"],
    message:
        "Correlating the labels of two screens, gene by gene"
    script:
        "../scripts/compare_screens.py"
