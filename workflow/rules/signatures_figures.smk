# The figures of the analysis of signatures.


rule plot_node_activity:
    input:
        code=library("io", "evaluate", "plot", script="plot_node_activity"),
        activity="results/{study}/signatures/activity.parquet",
        nodes="results/{study}/signatures/nodes.parquet",
    output:
        pdf="results/{study}/figures/node_activity.pdf",
        png=report(
            "results/{study}/figures/node_activity.png",
            caption="../report/node_activity.rst",
            category="Interpretation",
            subcategory="Signatures",
            labels={"what": "active bottleneck nodes"},
        ),
    log:
        "results/{study}/logs/plot/node_activity.log",
    benchmark:
        "results/{study}/benchmarks/plot/node_activity.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=SIGNATURES,
        note=NOTE,
    message:
        "Drawing which bottleneck nodes are active"
    script:
        "../scripts/plot_node_activity.py"


rule plot_signature_enrichment:
    input:
        code=library("io", "evaluate", "plot", script="plot_signature_enrichment"),
        enrichment="results/{study}/signatures/enrichment.parquet",
    output:
        pdf="results/{study}/figures/signature_enrichment.pdf",
        png=report(
            "results/{study}/figures/signature_enrichment.png",
            caption="../report/signature_enrichment.rst",
            category="Interpretation",
            subcategory="Signatures",
            labels={"what": "gene sets of signatures"},
        ),
    log:
        "results/{study}/logs/plot/signature_enrichment.log",
    benchmark:
        "results/{study}/benchmarks/plot/signature_enrichment.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=SIGNATURES,
        note=NOTE,
    message:
        "Drawing gene sets along the signatures"
    script:
        "../scripts/plot_signature_enrichment.py"


rule plot_node_space:
    input:
        code=library("io", "evaluate", "plot", script="plot_node_space"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        scores="results/{study}/signatures/scores.parquet",
        maps="results/{study}/signatures/maps.parquet",
    output:
        pdf="results/{study}/figures/node_space.pdf",
        png=report(
            "results/{study}/figures/node_space.png",
            caption="../report/node_space.rst",
            category="Interpretation",
            subcategory="Signatures",
            labels={"what": "cell lines in node space"},
        ),
    log:
        "results/{study}/logs/plot/node_space.log",
    benchmark:
        "results/{study}/benchmarks/plot/node_space.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        note=NOTE,
    message:
        "Drawing cell lines by two node scores"
    script:
        "../scripts/plot_node_space.py"


rule plot_essentiality_maps:
    input:
        code=library("io", "evaluate", "plot", script="plot_essentiality_maps"),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        scores="results/{study}/signatures/scores.parquet",
        maps="results/{study}/signatures/maps.parquet",
        dependency="results/{study}/dependency.parquet",
    output:
        pdf="results/{study}/figures/essentiality_maps.pdf",
        png=report(
            "results/{study}/figures/essentiality_maps.png",
            caption="../report/essentiality_maps.rst",
            category="Interpretation",
            subcategory="Signatures",
            labels={"what": "essentiality maps"},
        ),
    log:
        "results/{study}/logs/plot/essentiality_maps.log",
    benchmark:
        "results/{study}/benchmarks/plot/essentiality_maps.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Drawing maps of essentiality"
    script:
        "../scripts/plot_essentiality_maps.py"


rule plot_dependency_regression:
    input:
        code=library("io", "evaluate", "plot", script="plot_dependency_regression"),
        genes="results/{study}/signatures/regression_genes.parquet",
    output:
        pdf="results/{study}/figures/dependency_regression.pdf",
        png=report(
            "results/{study}/figures/dependency_regression.png",
            caption="../report/dependency_regression.rst",
            category="Interpretation",
            subcategory="Signatures",
            labels={"what": "regressions of dependency"},
        ),
    log:
        "results/{study}/logs/plot/dependency_regression.log",
    benchmark:
        "results/{study}/benchmarks/plot/dependency_regression.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=SIGNATURES,
        note=NOTE,
    message:
        "Drawing the regressions of dependency"
    script:
        "../scripts/plot_dependency_regression.py"
