# The paper's figures and numbers beside those of a study, on one page.


include: "paper_files.smk"


rule write_paper_page:
    input:
        code=library("io", "evaluate", "plot", script="write_paper_page"),
        panels=local(os.path.relpath(WORKFLOW / "page" / "paper_panels.tsv")),
        numbers=local(os.path.relpath(WORKFLOW / "page" / "paper_numbers.tsv")),
        all=other_output,
        figures=all_figures,
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
