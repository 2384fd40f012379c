# What external reads and leaves; no rules.
EXTERNAL = config["external"]


def external_output():
    """List what the comparisons with published maps leave."""
    root = f"results/{STUDY}"
    return [
        *expand(f"{root}/tables/external_{{name}}.tsv", name=EXTERNAL),
        *expand(
            f"{root}/figures/external_{{name}}.{{kind}}",
            name=EXTERNAL,
            kind=["pdf", "png"],
        ),
    ]


ANALYSES["external"] = external_output
