# Figure 4 of the paper: what single mutations do to predicted dependencies.


include: "synthetic_files.smk"


rule assay_synthetic:
    input:
        code=library(
            "io",
            "prepare",
            "models",
            "training",
            "interpret",
            script="assay_synthetic",
        ),
        samples="results/{study}/cohorts/ccl/samples.parquet",
        omics="results/{study}/cohorts/ccl/mutation.parquet",
        dependency="results/{study}/dependency.parquet",
        fingerprints="results/{study}/fingerprints.parquet",
        sets=config["fingerprints"]["path"],
        model=f"results/{{study}}/models/{SYNTHETIC['model']}/final/model.safetensors",
    output:
        mean="results/{study}/synthetic/mean.parquet",
        sd="results/{study}/synthetic/sd.parquet",
        fraction_negative="results/{study}/synthetic/fraction_negative.parquet",
        top_pairs="results/{study}/synthetic/top_pairs.parquet",
        pairs="results/{study}/synthetic/pairs.parquet",
        partners="results/{study}/synthetic/partners.parquet",
        histogram="results/{study}/synthetic/histogram.parquet",
        correlation="results/{study}/synthetic/correlation.parquet",
        skipped="results/{study}/tables/synthetic_skipped.tsv",
    log:
        "results/{study}/logs/assay_synthetic.log",
    benchmark:
        "results/{study}/benchmarks/assay_synthetic.tsv"
    conda:
        TORCH_ENVIRONMENT
    threads: 4
    resources:
        mem_mb=3000,
        runtime=240,
        gpu=1,
    params:
        settings=SYNTHETIC,
        seed=config["seed"],
        score=config["dependency"]["score"],
        note=NOTE,
        state=in_study("unfinished/synthetic.safetensors"),
        store=in_study("synthetic/store"),
    message:
        "Flipping all mutations of all lines in {config[synthetic][model]}"
    script:
        "../scripts/assay_synthetic.py"


rule evaluate_synthetic:
    input:
        code=library("io", "evaluate", script="evaluate_synthetic"),
        mean="results/{study}/synthetic/mean.parquet",
        mutations="results/{study}/cohorts/ccl/mutation.parquet",
        dependency="results/{study}/dependency.parquet",
        pairs=(
            "results/{study}/simulated/truth/pairs.tsv" if config["simulated"] else []
        ),
    output:
        measured="results/{study}/tables/synthetic_measured.tsv",
        difference="results/{study}/synthetic/measured_difference.parquet",
        planted="results/{study}/tables/synthetic_planted.tsv",
    log:
        "results/{study}/logs/evaluate_synthetic.log",
    benchmark:
        "results/{study}/benchmarks/evaluate_synthetic.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        min_lines=SYNTHETIC["min_lines"],
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Holding synthetic essentiality against measured scores"
    script:
        "../scripts/evaluate_synthetic.py"


rule plot_synthetic:
    input:
        code=library("io", "evaluate", "plot", script="plot_synthetic"),
        histogram="results/{study}/synthetic/histogram.parquet",
        correlation="results/{study}/synthetic/correlation.parquet",
        pairs="results/{study}/synthetic/pairs.parquet",
        partners="results/{study}/synthetic/partners.parquet",
        mean="results/{study}/synthetic/mean.parquet",
        measured="results/{study}/tables/synthetic_measured.tsv",
        difference="results/{study}/synthetic/measured_difference.parquet",
        samples="results/{study}/cohorts/ccl/samples.parquet",
        per_gene="results/{study}/metrics/cv_genes.parquet",
    output:
        pdf="results/{study}/figures/synthetic_{panel}.pdf",
        png=report(
            "results/{study}/figures/synthetic_{panel}.png",
            caption="../report/synthetic.rst",
            category="Synthetic essentiality",
            subcategory="Figures",
            labels={"what": "{panel}"},
        ),
    log:
        "results/{study}/logs/plot/synthetic_{panel}.log",
    benchmark:
        "results/{study}/benchmarks/plot/synthetic_{panel}.tsv"
    wildcard_constraints:
        panel=one_of(SYNTHETIC_FIGURES),
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        settings=SYNTHETIC,
        score=config["dependency"]["score"],
        note=NOTE,
    message:
        "Drawing synthetic essentiality, {wildcards.panel}"
    script:
        "../scripts/plot_synthetic.py"
