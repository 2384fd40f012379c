# The tumour map as one self-contained HTML file.
PAGE = [  # its files; the table component is npm's tabulator-tables, see workflow/page/vendor
    local(os.path.relpath(file))
    for pattern in ("map.*", "vendor/tabulator*")
    for file in sorted((WORKFLOW / "page").glob(pattern))
]


rule write_map_page:
    input:
        code=library("io", "tumors", script="write_map_page"),
        page=PAGE,
        scores=expand(
            "results/{{study}}/predictions/{model}/{cohort}.parquet",
            model=ANALYSED,
            cohort=TUMOR_COHORTS,
        ),
        spreads=expand(
            "results/{{study}}/predictions/{model}/{cohort}_sd.parquet",
            model=ANALYSED,
            cohort=TUMOR_COHORTS,
        ),
        samples=f"results/{{study}}/predictions/{ANALYSED}/samples.tsv",
        genes="results/{study}/metrics/cv_genes.parquet",
        summary="results/{study}/metrics/cv.parquet",
    output:
        page=report(
            "results/{study}/map/map.html",
            caption="../report/map_page.rst",
            category="Tumour map",
            subcategory="Searchable",
            labels={"what": "map of tumours, searchable"},
        ),
    log:
        "results/{study}/logs/write_map_page.log",
    benchmark:
        "results/{study}/benchmarks/write_map_page.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        folder=lambda wildcards, input: os.path.dirname(input.page[0]),
        model=ANALYSED,
        listed=config["tumor_map"]["listed"],
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Writing the searchable page of the tumour map"
    script:
        "../scripts/write_map_page.py"
