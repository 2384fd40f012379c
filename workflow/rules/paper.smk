# The paper's figures and numbers beside those of a study, on one page.


def other_output(wildcards):
    """List what the study leaves besides this page."""
    return [file for file in get_final_output() if "/paper." not in file]


rule write_paper_page:
    input:
        code=library("io", "evaluate", "plot"),
        panels=os.path.relpath(WORKFLOW / "page" / "paper_panels.tsv"),
        numbers=os.path.relpath(WORKFLOW / "page" / "paper_numbers.tsv"),
        all=other_output,
        figures=lambda wildcards: [
            file
            for file in other_output(wildcards)
            if "/figures/" in file and file.endswith(".png")
        ],
    output:
        page=report(
            "results/{study}/paper.html",
            caption="../report/paper.rst",
            category="Results",
            subcategory="The paper",
            labels={"what": "the paper's figures and numbers"},
        ),
        table="results/{study}/tables/paper.tsv",
    log:
        "results/{study}/logs/write_paper_page.log",
    benchmark:
        "results/{study}/benchmarks/write_paper_page.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        model=ANALYSED,
        note=NOTE,
    message:
        "Writing the page of the paper's figures and numbers"
    script:
        "../scripts/write_paper_page.py"


ANALYSES["paper"] = lambda: [f"results/{STUDY}/paper.html"]
