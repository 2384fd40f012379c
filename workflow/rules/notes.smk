# Pages of what the analyses left out, and why; included last, as the analyses enter theirs in NOTES.


rule report_notes:
    input:
        code=library("io", "plot", script="report_notes"),
        notes=lambda wildcards: NOTES[wildcards.page]["files"],
    output:
        page=report(
            "results/{study}/tables/{page}_notes.html",
            caption="../report/notes.rst",
            category=lambda wildcards: NOTES[wildcards.page]["category"],
            subcategory=lambda wildcards: NOTES[wildcards.page]["subcategory"],
            labels={"what": "left out, and why", "of": "{page}"},
        ),
    log:
        "results/{study}/logs/report_notes/{page}.log",
    benchmark:
        "results/{study}/benchmarks/report_notes/{page}.tsv"
    wildcard_constraints:
        page=one_of(NOTES),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        note=lambda wildcards: NOTES[wildcards.page]["note"],
    message:
        "Writing the page of what {wildcards.page} leaves out"
    script:
        "../scripts/report_notes.py"
