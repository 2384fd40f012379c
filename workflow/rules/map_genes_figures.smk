# Figures of the tumour map's genes and of its clusters.


rule plot_map_heatmap:
    input:
        code=library(
            "io", "prepare", "evaluate", "tumors", "plot", script="plot_map_heatmap"
        ),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(TUMOR_COHORTS),
    output:
        pdf="results/{study}/figures/map_heatmap.pdf",
        png=report(
            "results/{study}/figures/map_heatmap.png",
            caption="../report/map_heatmap.rst",
            category="Tumour map",
            subcategory="Maps",
            labels={"what": "heatmap of tumours and genes"},
        ),
    log:
        "results/{study}/logs/plot/map_heatmap.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_heatmap.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=30,
    params:
        note=NOTE,
        cohorts=TUMOR_COHORTS,
        score=config["dependency"]["score"],
        genes=config["tumor_map"]["heatmap_genes"],
        most=config["tumor_map"]["heatmap_tumors"],
        seed=config["seed"],
    message:
        "Drawing the heatmap of tumours and genes"
    script:
        "../scripts/plot_map_heatmap.py"


rule plot_map_selective:
    input:
        code=library(
            "io", "prepare", "evaluate", "tumors", "plot", script="plot_map_selective"
        ),
        table="results/{study}/map/selective.parquet",
    output:
        pdf="results/{study}/figures/map_selective.pdf",
        png=report(
            "results/{study}/figures/map_selective.png",
            caption="../report/map_selective.rst",
            category="Tumour map",
            subcategory="Cancer types",
            labels={"what": "selective dependencies"},
        ),
    log:
        "results/{study}/logs/plot/map_selective.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_selective.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
        score=config["dependency"]["score"],
        top=config["tumor_map"]["top"],
    message:
        "Drawing selective dependencies of cancer types"
    script:
        "../scripts/plot_map_selective.py"


rule plot_map_clusters:
    input:
        code=library("io", "evaluate", "prepare", "plot", script="plot_map_clusters"),
        composition="results/{study}/map/cluster_types.parquet",
        genes="results/{study}/map/cluster_genes.parquet",
        sets="results/{study}/map/cluster_sets.parquet",
    output:
        pdf="results/{study}/figures/map_clusters.pdf",
        png=report(
            "results/{study}/figures/map_clusters.png",
            caption="../report/map_clusters.rst",
            category="Tumour map",
            subcategory="Cancer types",
            labels={"what": "clusters of tumours"},
        ),
    log:
        "results/{study}/logs/plot/map_clusters.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_clusters.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing clusters of tumours"
    script:
        "../scripts/plot_map_clusters.py"
