# Survival by predicted dependencies: Cox regressions of all genes, per cancer type and pooled.

SURVIVAL = config["survival"]


rule fit_survival:
    input:
        code=library("io", "prepare", "evaluate", "tumors", script="fit_survival"),
        predictions=f"results/{{study}}/predictions/{ANALYSED}/{{cohort}}.parquet",
        samples="results/{study}/cohorts/{cohort}/samples.parquet",
        expression=lambda wildcards: (
            [
                file.format(study=wildcards.study)
                for file in omic_files([wildcards.cohort], ["expression"])
            ]
            if "expression" in OMICS
            else []
        ),
    output:
        fits="results/{study}/survival/{cohort}.parquet",
        halves="results/{study}/survival/{cohort}_halves.parquet",
        table="results/{study}/tables/survival_{cohort}.tsv",
        skipped="results/{study}/tables/survival_{cohort}_skipped.tsv",
    log:
        "results/{study}/logs/fit_survival/{cohort}.log",
    benchmark:
        "results/{study}/benchmarks/fit_survival/{cohort}.tsv"
    wildcard_constraints:
        cohort=one_of(TUMOR_COHORTS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        endpoint={
            key: value
            for key, value in SURVIVAL.items()
            if key not in ("fdr", "figures")
        },
        figures=SURVIVAL["figures"],
        model=ANALYSED,
    message:
        "Fitting survival of {wildcards.cohort} by predicted dependencies"
    script:
        "../scripts/fit_survival.py"


rule plot_hazard_ratios:
    input:
        code=library("io", "prepare", "evaluate", "plot", script="plot_hazard_ratios"),
        fits="results/{study}/survival/{cohort}.parquet",
        skipped="results/{study}/tables/survival_{cohort}_skipped.tsv",
    output:
        pdf="results/{study}/figures/hazard_ratios_{cohort}.pdf",
        png=report(
            "results/{study}/figures/hazard_ratios_{cohort}.png",
            caption="../report/hazard_ratios.rst",
            category="Clinical relevance",
            subcategory="Survival",
            labels={"what": "hazard ratios", "cohort": "{cohort}"},
        ),
    log:
        "results/{study}/logs/plot/hazard_ratios_{cohort}.log",
    benchmark:
        "results/{study}/benchmarks/plot/hazard_ratios_{cohort}.tsv"
    wildcard_constraints:
        cohort=one_of(TUMOR_COHORTS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        note=NOTE,
        fdr=SURVIVAL["fdr"],
        model=ANALYSED,
    message:
        "Drawing hazard ratios of {wildcards.cohort}"
    script:
        "../scripts/plot_hazard_ratios.py"


rule plot_kaplan_meier:
    input:
        code=library("io", "prepare", "evaluate", "plot", script="plot_kaplan_meier"),
        halves="results/{study}/survival/{cohort}_halves.parquet",
        skipped="results/{study}/tables/survival_{cohort}_skipped.tsv",
    output:
        pdf="results/{study}/figures/kaplan_meier_{cohort}.pdf",
        png=report(
            "results/{study}/figures/kaplan_meier_{cohort}.png",
            caption="../report/kaplan_meier.rst",
            category="Clinical relevance",
            subcategory="Survival",
            labels={"what": "Kaplan-Meier curves", "cohort": "{cohort}"},
        ),
    log:
        "results/{study}/logs/plot/kaplan_meier_{cohort}.log",
    benchmark:
        "results/{study}/benchmarks/plot/kaplan_meier_{cohort}.tsv"
    wildcard_constraints:
        cohort=one_of(TUMOR_COHORTS),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        note=NOTE,
        event=SURVIVAL["event"],
        model=ANALYSED,
    message:
        "Drawing survival curves of {wildcards.cohort}"
    script:
        "../scripts/plot_kaplan_meier.py"


SURVIVAL_NOTES = add_notes(
    "survival",
    expand("tables/survival_{cohort}_skipped.tsv", cohort=TUMOR_COHORTS),
    "Clinical relevance",
    "Survival",
)
ANALYSES["survival"] = lambda: [SURVIVAL_NOTES] + expand(
    "results/{study}/{file}",
    study=STUDY,
    file=[
        *expand(
            "figures/{name}_{cohort}.{kind}",
            name=["hazard_ratios", "kaplan_meier"],
            cohort=TUMOR_COHORTS,
            kind=["pdf", "png"],
        ),
        *expand("tables/survival_{cohort}.tsv", cohort=TUMOR_COHORTS),
    ],
)
