# What rules of several stages read, and words on it; no rules.


def library(*parts, script):
    """List the modules and the script of a rule, as its input, so that an edit makes it run again.

    The engine itself goes by a script's time, which git checkout and cp change; of an input it
    compares the content. So profiles/default leaves its trigger `code` out.

    Local: they stay where they are where the workflow is a module with a prefix.
    """
    root = WORKFLOW / "scripts" / "deepdep"
    files = [WORKFLOW / "scripts" / f"{script}.py", root / "errors.py", root / "log.py"]
    for part in parts:
        files += sorted((root / part).rglob("*.py"))
    return [local(os.path.relpath(file)) for file in files]


def training_input():
    """Return what every training reads, with the wildcard study."""
    return {
        "code": library(
            "io", "prepare", "models", "training", "evaluate", script="train_model"
        ),
        "samples": "results/{study}/cohorts/ccl/samples.parquet",
        "omics": model_omic_files,
        "dependency": "results/{study}/dependency.parquet",
        "fingerprints": "results/{study}/fingerprints.parquet",
        "scaling": "results/{study}/pretrained/scaling.safetensors",
    }


def all_cohorts_input(script):
    """Return what a rule reads that runs all models of cross-validation on all cohorts."""
    return {
        "code": library(
            "io", "prepare", "models", "training", "evaluate", script=script
        ),
        "samples": expand(
            "results/{{study}}/cohorts/{cohort}/samples.parquet", cohort=COHORTS
        ),
        "omics": lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(COHORTS, model_omics(wildcards))
        ],
        "splits": "results/{study}/splits/cv.parquet",
        "folds": lambda wildcards: fold_models(
            wildcards.model, "cv", repeats_of("cv", wildcards.model), "safetensors"
        ),
    }


def add_notes(page, files, category, subcategory, note=NOTE):
    """Show what an analysis left out, and why, in the report; return the page."""
    NOTES[page] = {
        "files": [f"results/{STUDY}/{file}" for file in files],
        "category": category,
        "subcategory": subcategory,
        "note": note,
    }
    return f"results/{STUDY}/tables/{page}_notes.html"


def protocol_note(wildcards):
    """Return the words on what is made for one protocol: which data, and how the lines are split."""
    kind = config["protocols"][wildcards.protocol]["kind"]
    return f"{NOTE}; protocol {wildcards.protocol}, {WORDS[kind]}"


def pretrained_input(wildcards):
    """Return the encoders that a network starts from; none for one without, or an ablation."""
    if not config["models"][wildcards.model].get("pretrained", False):
        return []
    return expand(
        "results/{study}/pretrained/{omic}.safetensors",
        study=wildcards.study,
        omic=model_omics(wildcards),
    )


def winners_of_model(wildcards):
    """Return the winners of the search that the encoders of a network have the widths of."""
    if config["models"][wildcards.model]["kind"] not in ENCODER_KINDS:
        return []
    return winners_of(model_omics(wildcards))


def winners_of(omics):
    """Return the winners of the search for widths, of those omics that are searched."""
    return expand(
        "results/{study}/pretrained/search/{omic}.json",
        study=STUDY,
        omic=[omic for omic in omics if omic in SEARCHED],
    )


def baseline_threads(wildcards):
    """Return the threads of a baseline: those that its settings name, one otherwise."""
    return config["models"][wildcards.model].get("threads", 1)


def own_code(wildcards):
    """Return the file of a model that is a user's own class; none for others.

    An edit of it trains the model anew, and its sum in the checkpoint all that comes of it.
    """
    return config["models"][wildcards.model].get("code", [])
