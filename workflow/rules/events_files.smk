# What events reads and leaves; no rules.
LABELLED = ["ccl_measured", "ccl_predicted"]  # scores of the cell lines with labels
EVENT_SCORES = [*TUMOR_COHORTS, *LABELLED]
PLANTED_SHOWN = 30  # planted pairs of a simulated study taken as known relations


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
