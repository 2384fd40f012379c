# Figures of the lines that only a second screen has.


rule plot_screen:
    input:
        unpack(lambda wildcards: screens_input([wildcards.screen])),
        code=library("io", "prepare", "evaluate", "plot", script="plot_screen"),
        dependency="results/{study}/dependency.parquet",
    output:
        pdf="results/{study}/figures/screen_{screen}.pdf",
        png=report(
            "results/{study}/figures/screen_{screen}.png",
            caption="../report/screen.rst",
            category="Results",
            subcategory="Second screens",
            labels={"what": "lines of a second screen", "screen": "{screen}"},
        ),
    log:
        "results/{study}/logs/plot/screen_{screen}.log",
    benchmark:
        "results/{study}/benchmarks/plot/screen_{screen}.tsv"
    wildcard_constraints:
        screen=one_of(SCREEN_PROTOCOLS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        note=NOTE,
        models=lambda wildcards: {wildcards.screen: screen_models(wildcards.screen)},
        score=config["dependency"]["score"],
    message:
        "Drawing predictions of the new lines of screen {wildcards.screen}"
    script:
        "../scripts/plot_screen.py"
