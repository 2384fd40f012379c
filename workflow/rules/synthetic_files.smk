# What synthetic reads and leaves; no rules.
SYNTHETIC = config["synthetic"]
SYNTHETIC_FIGURES = ["scores", "correlation", "pairs", "partners", "measured"]
SYNTHETIC_NOTES = add_notes(
    "synthetic", ["tables/synthetic_skipped.tsv"], "Synthetic essentiality", "Notes"
)


def synthetic_files():
    """List what the analysis of synthetic essentiality leaves."""
    root = f"results/{STUDY}"
    return [
        *expand(
            "{root}/figures/synthetic_{panel}.{kind}",
            root=root,
            panel=SYNTHETIC_FIGURES,
            kind=["pdf", "png"],
        ),
        f"{root}/tables/synthetic_measured.tsv",
        f"{root}/tables/synthetic_planted.tsv",
        f"{root}/tables/synthetic_skipped.tsv",
        SYNTHETIC_NOTES,
    ]


ANALYSES["synthetic"] = synthetic_files
