# What paper reads and leaves; no rules.
def other_output(wildcards):
    """List what the study leaves besides this page."""
    return [file for file in get_final_output() if Path(file).stem != "paper"]


def all_figures(wildcards):
    """List the figures of the study."""
    return [
        file
        for file in other_output(wildcards)
        if Path(file).parent.name == "figures" and Path(file).suffix == ".png"
    ]


ANALYSES["paper"] = lambda: [f"results/{STUDY}/paper.html"]
