# Omics-driven events (figure 5 of the paper), beside comparators; known relations.


include: "events_files.smk"


rule find_events:
    input:
        code=library("io", "prepare", "evaluate", "tumors", script="find_events"),
        omic=lambda wildcards: f"results/{{study}}/cohorts/{cohort_of(wildcards.scores)}/{{omic}}.parquet",
        expression=event_expression,
        samples=lambda wildcards: f"results/{{study}}/cohorts/{cohort_of(wildcards.scores)}/samples.parquet",
        scores=lambda wildcards: score_file(wildcards.scores),
        dependency="results/{study}/dependency.parquet",
    output:
        events="results/{study}/events/{scores}/{omic}.parquet",
        top="results/{study}/events/{scores}/{omic}_compared.parquet",
        counts="results/{study}/events/{scores}/{omic}_genes.parquet",
        notes="results/{study}/events/{scores}/{omic}_notes.tsv",
    log:
        "results/{study}/logs/find_events/{scores}_{omic}.log",
    benchmark:
        "results/{study}/benchmarks/find_events/{scores}_{omic}.tsv"
    wildcard_constraints:
        scores=one_of(EVENT_SCORES),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        fdr=lambda wildcards: event_thresholds(wildcards.scores)[wildcards.omic],
        min_mutated=config["events"]["min_mutated"],
        compared=config["events"]["compared"],
        labelled_only=lambda wildcards: wildcards.scores in LABELLED,
        note=lambda wildcards: f"{NOTE}; {event_words(wildcards.scores)}",
    message:
        "Finding events of {wildcards.omic} in {wildcards.scores}"
    script:
        "../scripts/find_events.py"


rule summarise_events:
    input:
        code=library("io", "prepare", "evaluate", "tumors", script="summarise_events"),
        top=expand(
            "results/{{study}}/events/{{scores}}/{omic}_compared.parquet", omic=OMICS
        ),
        counts=expand(
            "results/{{study}}/events/{{scores}}/{omic}_genes.parquet", omic=OMICS
        ),
        notes=expand("results/{{study}}/events/{{scores}}/{omic}_notes.tsv", omic=OMICS),
    output:
        top="results/{study}/tables/events_{scores}_top.tsv",
        counts="results/{study}/tables/events_{scores}_genes.tsv",
        notes="results/{study}/tables/events_{scores}_notes.tsv",
    log:
        "results/{study}/logs/summarise_events/{scores}.log",
    benchmark:
        "results/{study}/benchmarks/summarise_events/{scores}.tsv"
    wildcard_constraints:
        scores=one_of(EVENT_SCORES),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "Counting events in {wildcards.scores}"
    script:
        "../scripts/summarise_events.py"


rule plot_events:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="plot_events"),
        top="results/{study}/tables/events_{scores}_top.tsv",
        counts="results/{study}/tables/events_{scores}_genes.tsv",
    output:
        pdf="results/{study}/figures/events_{scores}.pdf",
        png=report(
            "results/{study}/figures/events_{scores}.png",
            caption="../report/events.rst",
            category="Biology",
            subcategory="Omics-driven events",
            labels={"what": "share of each omic by gene", "scores": "{scores}"},
        ),
        compared_pdf="results/{study}/figures/events_compared_{scores}.pdf",
        compared_png=report(
            "results/{study}/figures/events_compared_{scores}.png",
            caption="../report/events_compared.rst",
            category="Biology",
            subcategory="Omics-driven events",
            labels={"what": "strongest events and comparators", "scores": "{scores}"},
        ),
    log:
        "results/{study}/logs/plot/events_{scores}.log",
    benchmark:
        "results/{study}/benchmarks/plot/events_{scores}.tsv"
    wildcard_constraints:
        scores=one_of(EVENT_SCORES),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        thresholds=lambda wildcards: event_thresholds(wildcards.scores),
        note=lambda wildcards: f"{NOTE}; {event_words(wildcards.scores)}",
    message:
        "Drawing events in {wildcards.scores}"
    script:
        "../scripts/plot_events.py"


rule find_known_relations:
    input:
        code=library(
            "io", "prepare", "evaluate", "tumors", script="find_known_relations"
        ),
        files=known_files(),
        dependency="results/{study}/dependency.parquet",
        pairs=(
            "results/{study}/simulated/truth/pairs.tsv" if config["simulated"] else []
        ),
    output:
        table="results/{study}/tables/known_relations.tsv",
    log:
        "results/{study}/logs/find_known_relations.log",
    benchmark:
        "results/{study}/benchmarks/find_known_relations.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        known=config["events"]["known"],
        simulated=config["simulated"],
        most_planted=PLANTED_SHOWN,
        sources=known_sources(),
    message:
        "Looking for known relations in measured and predicted scores"
    script:
        "../scripts/find_known_relations.py"


rule plot_known_relations:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="plot_known_relations"),
        table="results/{study}/tables/known_relations.tsv",
    output:
        pdf="results/{study}/figures/known_relations.pdf",
        png=report(
            "results/{study}/figures/known_relations.png",
            caption="../report/known_relations.rst",
            category="Biology",
            subcategory="Omics-driven events",
            labels={"what": "known relations, measured and predicted"},
        ),
    log:
        "results/{study}/logs/plot/known_relations.log",
    benchmark:
        "results/{study}/benchmarks/plot/known_relations.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=f"{NOTE}; predicted scores by {ANALYSED} from these omics",
    message:
        "Drawing known relations"
    script:
        "../scripts/plot_known_relations.py"
