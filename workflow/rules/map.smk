# The map of tumours (figure 5 of the paper): predictions by cancer type, maps, clusters, selective genes.
# Measured with 1,000 lines and 8,238 tumours x 1,298 genes on one core beside others: correlations 49 s
# and 764 MB, Welch's t 1.4 s and 733 MB, clusters 6 s, order of the heatmap 2 s, t-SNE and UMAP 114 s;
# all of them in one process 1,279 MB.


include: "map_files.smk"


rule map_tumors:
    input:
        **burden_files(),
        code=library("io", "prepare", "evaluate", "tumors", script="map_tumors"),
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
        mem_mb=2000,
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
        code=library("io", "prepare", "evaluate", "tumors", script="map_correlations"),
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
        mem_mb=2000,
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
        code=library("io", "prepare", "evaluate", "tumors", script="map_embedding"),
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
        code=library("io", "prepare", "evaluate", "tumors", script="map_selective"),
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
        mem_mb=2000,
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
        code=library("io", "prepare", "evaluate", "tumors", script="map_clusters"),
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
