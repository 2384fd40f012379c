# The map of tumours (figure 5 of the paper): predictions by cancer type, maps, clusters, selective genes.
# Measured with 1,000 lines and 8,238 tumours x 1,298 genes on one core beside others: correlations 49 s
# and 764 MB, Welch's t 1.4 s and 733 MB, clusters 6 s, order of the heatmap 2 s, t-SNE and UMAP 114 s;
# all of them in one process 1,279 MB.


include: "map_files.smk"


rule map_tumors:
    input:
        **burden_files(),
        code=library("io", "prepare", "evaluate", "tumors"),
        seen=f"results/{{study}}/predictions/{ANALYSED}/samples.tsv",
        predictions=analysed_predictions(COHORTS),
        spread=(
            expand(
                "results/{{study}}/predictions/{model}/{cohort}_sd.parquet",
                model=ANALYSED,
                cohort=COHORTS,
            )
            if SPREAD
            else []
        ),
    output:
        samples="results/{study}/map/samples.parquet",
        summary="results/{study}/map/summary.parquet",
        samples_text="results/{study}/tables/map_samples.tsv",
        summary_text="results/{study}/tables/map_summary.tsv",
    log:
        "results/{study}/logs/map_tumors.log",
    benchmark:
        "results/{study}/benchmarks/map_tumors.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        model=ANALYSED,
        score=config["dependency"]["score"],
        cohorts=COHORTS,
        domains={cohort: config["cohorts"][cohort]["domain"] for cohort in COHORTS},
        omics=OMICS,
        outside=config["tumor_map"]["outside"],
    message:
        "Listing the samples of the map and summarising predictions by cancer type"
    script:
        "../scripts/map_tumors.py"


rule map_correlations:
    input:
        code=library("io", "prepare", "evaluate", "tumors"),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(COHORTS),
    output:
        histograms="results/{study}/map/correlations.parquet",
        alike="results/{study}/map/alike.parquet",
        text="results/{study}/tables/map_alike.tsv",
    log:
        "results/{study}/logs/map_correlations.log",
    benchmark:
        "results/{study}/benchmarks/map_correlations.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        model=ANALYSED,
        cohorts=COHORTS,
    message:
        "Correlating predicted profiles of cell lines and tumours"
    script:
        "../scripts/map_correlations.py"


rule map_embedding:
    input:
        code=library("io", "prepare", "evaluate", "tumors"),
        samples="results/{study}/map/samples.parquet",
        profiles=mapped_profiles,
    output:
        table="results/{study}/map/embedding_{what}.parquet",
        text="results/{study}/tables/map_embedding_{what}.tsv",
        notes="results/{study}/map/notes_embedding_{what}.tsv",
    log:
        "results/{study}/logs/map_embedding/{what}.log",
    benchmark:
        "results/{study}/benchmarks/map_embedding/{what}.tsv"
    wildcard_constraints:
        what=one_of(MAPPED),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        cohorts=TUMOR_COHORTS,
        components=config["tumor_map"]["components"],
        perplexity=config["tumor_map"]["perplexity"],
        neighbours=config["tumor_map"]["neighbours"],
        seed=config["seed"],
    message:
        "Placing tumours on maps by {wildcards.what}"
    script:
        "../scripts/map_embedding.py"


rule map_selective:
    input:
        code=library("io", "prepare", "evaluate", "tumors"),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(TUMOR_COHORTS),
        expression=(
            omic_files(TUMOR_COHORTS, ["expression"]) if "expression" in OMICS else []
        ),
    output:
        table="results/{study}/map/selective.parquet",
        text="results/{study}/tables/map_selective.tsv",
        notes="results/{study}/map/notes_selective.tsv",
    log:
        "results/{study}/logs/map_selective.log",
    benchmark:
        "results/{study}/benchmarks/map_selective.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        model=ANALYSED,
        score=config["dependency"]["score"],
        cohorts=TUMOR_COHORTS,
        least=config["tumor_map"]["min_tumors"],
    message:
        "Testing which dependencies are selective for a cancer type"
    script:
        "../scripts/map_selective.py"


rule map_clusters:
    input:
        code=library("io", "prepare", "evaluate", "tumors"),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(TUMOR_COHORTS),
        sets=GENE_SETS["go"],
    output:
        members="results/{study}/map/clusters.parquet",
        composition="results/{study}/map/cluster_types.parquet",
        genes="results/{study}/map/cluster_genes.parquet",
        sets="results/{study}/map/cluster_sets.parquet",
        members_text="results/{study}/tables/map_clusters.tsv",
        composition_text="results/{study}/tables/map_cluster_types.tsv",
        genes_text="results/{study}/tables/map_cluster_genes.tsv",
        sets_text="results/{study}/tables/map_cluster_sets.tsv",
        notes="results/{study}/map/notes_clusters.tsv",
    log:
        "results/{study}/logs/map_clusters.log",
    benchmark:
        "results/{study}/benchmarks/map_clusters.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        model=ANALYSED,
        cohorts=TUMOR_COHORTS,
        clusters=config["tumor_map"]["clusters"],
        components=config["tumor_map"]["components"],
        enriched=config["tumor_map"]["enriched_genes"],
        sizes=config["tumor_map"]["set_sizes"],
        seed=config["seed"],
    message:
        "Clustering tumours by predicted dependency"
    script:
        "../scripts/map_clusters.py"


rule plot_map_distributions:
    input:
        code=library("io", "prepare", "evaluate", "tumors", "plot"),
        samples="results/{study}/map/samples.parquet",
        predictions=analysed_predictions(COHORTS),
        dependency="results/{study}/dependency.parquet",
        genes="results/{study}/genes.parquet",
    output:
        pdf="results/{study}/figures/map_distributions.pdf",
        png=report(
            "results/{study}/figures/map_distributions.png",
            caption="../report/map_distributions.rst",
            category="Tumour map",
            subcategory="Predictions",
            labels={"what": "scores by cancer type"},
        ),
    log:
        "results/{study}/logs/plot/map_distributions.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_distributions.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        note=NOTE,
        cohorts=COHORTS,
        score=config["dependency"]["score"],
    message:
        "Drawing predicted scores by cancer type"
    script:
        "../scripts/plot_map_distributions.py"


rule plot_map_correlations:
    input:
        code=library("io", "evaluate", "prepare", "plot"),
        histograms="results/{study}/map/correlations.parquet",
        alike="results/{study}/map/alike.parquet",
    output:
        pdf="results/{study}/figures/map_correlations.pdf",
        png=report(
            "results/{study}/figures/map_correlations.png",
            caption="../report/map_correlations.rst",
            category="Tumour map",
            subcategory="Predictions",
            labels={"what": "likeness of lines and tumours"},
        ),
    log:
        "results/{study}/logs/plot/map_correlations.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_correlations.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing how alike lines and tumours are"
    script:
        "../scripts/plot_map_correlations.py"


rule plot_map_embedding:
    input:
        code=library("io", "evaluate", "prepare", "plot"),
        table="results/{study}/map/embedding_{what}.parquet",
    output:
        pdf="results/{study}/figures/map_embedding_{what}.pdf",
        png=report(
            "results/{study}/figures/map_embedding_{what}.png",
            caption="../report/map_embedding.rst",
            category="Tumour map",
            subcategory="Maps",
            labels={"what": "t-SNE and UMAP", "by": "{what}"},
        ),
    log:
        "results/{study}/logs/plot/map_embedding_{what}.log",
    benchmark:
        "results/{study}/benchmarks/plot/map_embedding_{what}.tsv"
    wildcard_constraints:
        what=one_of(MAPPED),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
        what=lambda wildcards: (
            "predicted dependency"
            if wildcards.what == "dependency"
            else wildcards.what
        ),
    message:
        "Drawing maps of tumours by {wildcards.what}"
    script:
        "../scripts/plot_map_embedding.py"


rule plot_map_heatmap:
    input:
        code=library("io", "prepare", "evaluate", "tumors", "plot"),
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
        mem_mb=3000,
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
        code=library("io", "prepare", "evaluate", "tumors", "plot"),
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
        mem_mb=2000,
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
        code=library("io", "evaluate", "prepare", "plot"),
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
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing clusters of tumours"
    script:
        "../scripts/plot_map_clusters.py"
