# Which features a model's predictions come from, and the biomarker class of each gene.


include: "attribution_files.smk"


rule attribute_predictions:
    input:
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "evaluate",
            "interpret",
            script="attribute_predictions",
        ),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics=lambda wildcards: [
            file.format(study=wildcards.study)
            for file in omic_files(["ccl"], attributed_omics())
        ],
        model=f"results/{{study}}/models/{ATTRIBUTED}/final/model.safetensors",
        per_gene="results/{study}/metrics/cv_genes.parquet",
        paralogs=ATTRIBUTION["paralogs"] or [],
    output:
        features="results/{study}/attribution/features.parquet",
        classes="results/{study}/attribution/classes.parquet",
        features_table="results/{study}/tables/attribution_features.tsv",
        classes_table="results/{study}/tables/attribution_classes.tsv",
        skipped="results/{study}/tables/attribution_skipped.tsv",
    log:
        "results/{study}/logs/attribute_predictions.log",
    benchmark:
        "results/{study}/benchmarks/attribute_predictions.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        settings=ATTRIBUTION,
        omics=attributed_omics,
        seed=config["seed"],
        note=NOTE,
    message:
        "Attributing predictions to features"
    script:
        "../scripts/attribute_predictions.py"


rule compare_classes:
    input:
        code=library("io", "interpret", script="compare_classes"),
        classes="results/{study}/attribution/classes.parquet",
        truth="results/{study}/simulated/truth/genes.tsv",
    output:
        table="results/{study}/tables/planted_biomarkers.tsv",
        summary="results/{study}/tables/planted_biomarkers_summary.tsv",
    log:
        "results/{study}/logs/compare_classes.log",
    benchmark:
        "results/{study}/benchmarks/compare_classes.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        seed=config["seed"],
    message:
        "Comparing biomarker classes with the planted ones"
    script:
        "../scripts/compare_classes.py"


rule plot_biomarker_classes:
    input:
        code=library("io", "evaluate", "plot", script="plot_biomarker_classes"),
        classes="results/{study}/attribution/classes.parquet",
    output:
        pdf="results/{study}/figures/biomarker_classes.pdf",
        png=report(
            "results/{study}/figures/biomarker_classes.png",
            caption="../report/biomarker_classes.rst",
            category="Interpretation",
            subcategory="Attribution",
            labels={"what": "biomarker classes"},
        ),
    log:
        "results/{study}/logs/plot/biomarker_classes.log",
    benchmark:
        "results/{study}/benchmarks/plot/biomarker_classes.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing the biomarker classes"
    script:
        "../scripts/plot_biomarker_classes.py"


rule plot_planted_biomarkers:
    input:
        code=library("io", "evaluate", "plot", script="plot_planted_biomarkers"),
        table="results/{study}/tables/planted_biomarkers.tsv",
        summary="results/{study}/tables/planted_biomarkers_summary.tsv",
    output:
        pdf="results/{study}/figures/planted_biomarkers.pdf",
        png=report(
            "results/{study}/figures/planted_biomarkers.png",
            caption="../report/planted_biomarkers.rst",
            category="Interpretation",
            subcategory="Attribution",
            labels={"what": "planted and found classes"},
        ),
    log:
        "results/{study}/logs/plot/planted_biomarkers.log",
    benchmark:
        "results/{study}/benchmarks/plot/planted_biomarkers.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing planted against found classes"
    script:
        "../scripts/plot_planted_biomarkers.py"
