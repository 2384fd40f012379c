# Omics-driven events (figure 5 of the paper), beside comparators; known relations.

LABELLED = ["ccl_measured", "ccl_predicted"]  # scores of the cell lines with labels
EVENT_SCORES = [*TUMOR_COHORTS, *LABELLED]
PLANTED_SHOWN = 30  # planted pairs of a simulated study taken as known relations


# ---- helpers


def cohort_of(scores):
    """Return the cohort that scores are of."""
    return "ccl" if scores in LABELLED else scores


def score_file(scores):
    """Return the file of scores: predicted ones, or the measured ones of the cell lines."""
    if scores == "ccl_measured":
        return "results/{study}/dependency.parquet"
    return f"results/{{study}}/predictions/{ANALYSED}/{cohort_of(scores)}.parquet"


def event_expression(wildcards):
    """Return the expression of the cohort of scores; none where the study has none."""
    if "expression" not in OMICS:
        return []
    return f"results/{wildcards.study}/cohorts/{cohort_of(wildcards.scores)}/expression.parquet"


def event_thresholds(scores):
    """Return the FDR by omic at which a pair of these scores is an event."""
    key = "line_thresholds" if scores in LABELLED else "thresholds"
    return {omic: config["events"][key][omic] for omic in OMICS}


def event_words(scores):
    """Say what scores are, for figures and pages."""
    if scores == "ccl_measured":
        return "cell lines, measured scores"
    kind = "out of fold" if scores == "ccl_predicted" else "of tumours"
    return f"{scores}: scores {kind} as predicted by {ANALYSED} from these omics"


def known_sources():
    """Return the scores that known relations are looked up in: files and words."""
    words = {
        "ccl_measured": "cell lines, measured",
        "ccl_predicted": "cell lines, predicted out of fold from these omics",
    }
    words |= {
        cohort: f"{cohort}, predicted from these omics" for cohort in TUMOR_COHORTS
    }
    return {
        text: {
            "scores": score_file(scores).format(study=STUDY),
            "samples": f"results/{STUDY}/cohorts/{cohort_of(scores)}/samples.parquet",
            "labelled_only": scores in LABELLED,
            "omics": {
                omic: f"results/{STUDY}/cohorts/{cohort_of(scores)}/{omic}.parquet"
                for omic in OMICS
            },
        }
        for scores, text in words.items()
    }


def known_files():
    """List the files that known relations are looked up in."""
    found = [
        file
        for source in known_sources().values()
        for file in (source["scores"], source["samples"], *source["omics"].values())
    ]
    return list(dict.fromkeys(found))


EVENT_NOTES = [
    add_notes(
        f"events_{scores}",
        [f"tables/events_{scores}_notes.tsv"],
        "Biology",
        "Omics-driven events",
        f"{NOTE}; {event_words(scores)}",
    )
    for scores in EVENT_SCORES
]


def event_results():
    """List what the analysis leaves."""
    root = f"results/{STUDY}"
    return [
        *expand(
            "{root}/figures/{name}_{scores}.{kind}",
            root=root,
            name=["events", "events_compared"],
            scores=EVENT_SCORES,
            kind=["pdf", "png"],
        ),
        *expand(
            "{root}/events/{scores}/{omic}.parquet",
            root=root,
            scores=EVENT_SCORES,
            omic=OMICS,
        ),
        *expand(
            "{root}/tables/events_{scores}_{what}",
            root=root,
            scores=EVENT_SCORES,
            what=["top.tsv", "genes.tsv", "notes.tsv"],
        ),
        *EVENT_NOTES,
        f"{root}/tables/known_relations.tsv",
        *expand(
            "{root}/figures/known_relations.{kind}", root=root, kind=["pdf", "png"]
        ),
    ]


ANALYSES["events"] = event_results


# ---- rules


rule find_events:
    input:
        code=library("io", "prepare", "evaluate", "tumors"),
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
        mem_mb=4000,
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
        code=library("io", "prepare", "evaluate", "tumors"),
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
        code=library("io", "evaluate", "prepare", "plot"),
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
        code=library("io", "prepare", "evaluate", "tumors"),
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
        code=library("io", "evaluate", "prepare", "plot"),
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
