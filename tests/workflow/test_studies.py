"""The studies of public data, end to end on a miniature of the public files."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mirror import Mirror, make_mirror, rewrite_manifest
from runs import Run, copy_tree, reported_rows, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.prepare.derive import derive_features, kept_features

pytestmark = pytest.mark.slow
OMICS = ("mutation", "expression", "methylation", "copy_number")
WIDTHS = {omic: [16, 8] for omic in OMICS}
QUICK = {
    "mirror": "mirror",
    "epoch_limit": 2,
    "analyses": [],
    "evaluate": {"bootstrap": 100, "min_lines": 5},
    "protocols": {"cv": {"folds": 2}},
    "genes": {"reported": 40},
    "pretrain": {"widths": WIDTHS},
}
FEW = {  # of the paper's ten subsamplings and ten clusters, and of its ablations
    "protocols": {"published": {"repeats": 2}, "cluster": {"clusters": 2, "min_lines": 5}},
    "compare": ["gene_mean", "ridge", "deepdep"],
    "analyses": ["events", "clinical", "survival", "paper"],
}
ATLAS = "resources/pancanatlas/2018"
V19 = "resources/gencode/v19/gencode.v19.annotation.gtf.gz"
MODEL = "resources/depmap/24Q4/Model.csv"
# Other public files in the place of those of depmap.
OTHERS: dict[str, Any] = {
    "study": "others",
    "omics": ["mutation", "expression", "methylation", "copy_number"],
    "features": {"methylation": "derive"},
    "cohorts": {
        "ccl": {
            "tables": {
                "mutation": {
                    "path": "resources/ccle/18Q2/CCLE_DepMap_18Q2_maf_20180502.txt",
                    "format": "ccle_maf",
                    "line_names": MODEL,
                },
                "expression": {
                    "path": "resources/ccle/20180929/CCLE_RNAseq_rsem_genes_tpm_20180929.txt.gz",
                    "format": "ccle_rsem",
                    "gene_names": "resources/ccle/20180929/gencode.v19.genes.v7_model.patched_contigs.gtf.gz",
                    "line_names": MODEL,
                },
                "methylation": {
                    "path": "resources/gdsc/GSE68379/GSE68379_Matrix.processed.txt.gz",
                    "format": "gse68379",
                    "line_names": MODEL,
                },
                "copy_number": {
                    "path": "resources/ccle/2013-12-03/CCLE_copynumber_2013-12-03.seg.txt",
                    "format": "ccle_segments",
                    "positions": V19,
                    "line_names": MODEL,
                },
            }
        },
        "tumors": {
            "tables": {
                "expression": {
                    "path": f"{ATLAS}/EBPlusPlusAdjustPANCAN_IlluminaHiSeq_RNASeqV2.geneExp.tsv",
                    "format": "pancan_expression",
                },
                "methylation": {
                    "path": f"{ATLAS}/jhu-usc.edu_PANCAN_merged_HumanMethylation27_HumanMethylation450"
                    ".betaValue_whitelisted.tsv",
                    "format": "pancan_methylation",
                },
            }
        },
    },
}
SCREENS = {
    "demeter2": ("resources/demeter2/v6/D2_combined_gene_dep_scores.csv", "demeter2", "demeter2", MODEL),
    "project_score": (
        "resources/project_score/2019/essentiality_matrices.zip",
        "project_score",
        "fold_change",
        MODEL,
    ),
    "chronos": ("resources/sanger_depmap/chronos/gene_effect.csv", "sanger_effect", "chronos", None),
}


@pytest.fixture(scope="module")
def mirror(tree: Path) -> Mirror:
    """Put a mirror into the project's copy, whose manifest then has the sums of the small files."""
    made = make_mirror(tree / "mirror")
    rewrite_manifest(tree / "config/datasets.tsv", tree / "mirror")
    write_config(tree / "quick.yaml", QUICK)
    write_config(tree / "few.yaml", FEW)
    return made


def configs_of(study: str) -> list[str]:
    """List the files of a study and of what makes it quick."""
    return [f"config/{study}.yaml", "quick.yaml", *(["few.yaml"] if study == "paper" else [])]


def run_study(tree: Path, study: str) -> Path:
    """Run a study of config/ and return its results."""
    run = snakemake(tree, "--configfile", *configs_of(study), timeout=900)
    assert run.status == 0, run.text[-4000:]
    return tree / "results" / study


@pytest.fixture(scope="module")
def paper(tree: Path, mirror: Mirror) -> Path:
    assert mirror.files
    return run_study(tree, "paper")


@pytest.fixture(scope="module")
def depmap(tree: Path, mirror: Mirror) -> Path:
    assert mirror.files
    return run_study(tree, "depmap")


def same(found: pd.DataFrame, truth: pd.DataFrame, atol: float = 1e-3) -> int:
    """Compare what both tables have, with gaps in the same places; return the number of cells."""
    rows, columns = found.index.intersection(truth.index), found.columns.intersection(truth.columns)
    np.testing.assert_allclose(found.loc[rows, columns], truth.loc[rows, columns], atol=atol, rtol=0)
    return len(rows) * len(columns)


# ---- paper


def test_paper_has_clinical_groups_of_further_tables(paper: Path):
    """ER status and responses of the clinical table, MSI of MANTIS scores, patient by patient."""
    sheet = read_table(paper / "cohorts/tumors/samples.parquet").set_index("sample")
    status = sheet["breast_carcinoma_estrogen_receptor_status"]
    assert {"Positive", "Negative"} <= set(status[sheet["group"] == "BRCA"])
    assert set(sheet["msi_high"].dropna()) == {"True", "False"}
    assert set(sheet.loc[sheet["msi_high"] == "True", "group"]) == {"COAD"}
    for name in ("er_status", "her2_status", "msi", "chemoresponse"):
        assert (paper / f"tables/clinical_{name}.tsv").is_file()
        assert (paper / f"figures/clinical_{name}.png").is_file()


def test_paper_has_the_published_features_of_278_like_lines(paper: Path, mirror: Mirror):
    for omic, name in (("mutation", "mutation"), ("expression", "expression"), ("copy_number", "bins")):
        frame, truth = read_matrix(paper / f"cohorts/ccl/{omic}.parquet"), mirror.lines[f"paper_{name}"]
        assert set(frame.index) == set(truth.index)
        assert same(frame, truth) == truth.size
        assert read_header(paper / f"cohorts/ccl/{omic}.parquet")["features"] == "published"


def test_paper_tumours_by_the_rules_of_the_paper(paper: Path, mirror: Mirror):
    """PASS only: no mutation of LAML; methylation filled with 0; copy number summed over bins."""
    samples = read_table(paper / "cohorts/tumors/samples.parquet", index="sample")
    assert not samples.loc[samples["group"] == "LAML", "has_mutation"].any()
    assert samples.loc[samples["group"] == "LUAD", "has_mutation"].mean() > 0.8
    expression = read_matrix(paper / "cohorts/tumors/expression.parquet")
    assert same(expression, mirror.tumors["expression"]) > 1000
    assert mirror.banned_patient not in expression.index
    assert same(read_matrix(paper / "cohorts/tumors/copy_number.parquet"), mirror.tumors["bins"]) > 1000
    beta = read_matrix(paper / "cohorts/tumors/methylation.parquet")
    truth = mirror.tumors["methylation"].loc[beta.index, beta.columns]
    assert truth.isna().to_numpy().sum() > 10
    assert same(beta, truth.fillna(0)) > 1000
    assert (samples.loc[samples["has_methylation"], "observed_methylation"] < 1).any()


def test_paper_labels_and_genes(paper: Path, mirror: Mirror):
    labels, genes = read_matrix(paper / "dependency.parquet"), read_table(paper / "genes.parquet")
    assert set(genes.loc[genes["reported"], "gene"]) == set(mirror.world.lists["genes"])
    truth = mirror.lines["effect_18q2"]
    assert same(labels, truth) == labels.size
    assert len(labels) == 41
    header = read_header(paper / "dependency.parquet")
    assert (header["type"], header["direction"]) == ("ceres", "lower = more dependent")
    excluded = pd.read_csv(paper / "tables/excluded_genes.tsv", sep="\t")
    assert excluded.to_numpy().tolist() == [["CHD1", "not in the dependency table"]]
    predicted = read_matrix(paper / "predictions/deepdep/tumors.parquet")
    assert np.isfinite(predicted.to_numpy()).all()
    assert set(genes["gene"]) == set(predicted.columns)


def test_paper_is_evaluated_by_line_as_published_beside_cv(paper: Path):
    for table in ("metrics", "coverage"):
        frame = pd.read_csv(paper / f"tables/{table}_published.tsv", sep="\t")
        assert set(frame["split"]) == {"by line as published: lines of one patient may be on both sides"}
    metrics = reported_rows(paper / "tables/metrics_published.tsv")
    assert metrics["lines_per_repeat"].eq(4).all()  # 10 % of 41
    assert set(pd.read_csv(paper / "tables/metrics_cv.tsv", sep="\t")["lines_per_repeat"]) == {41}


def test_page_of_the_paper_has_this_run_beside_it(paper: Path, mirror: Mirror):
    """What was run is found, with its own value; what was not says so."""
    table = pd.read_csv(paper / "tables/paper.tsv", sep="\t").set_index("what")
    assert len(table) >= 25
    predicted = read_matrix(paper / "predictions/deepdep/tumors.parquet")
    sizes = {
        "cell lines with all omics": 41,
        "genes (DepOIs)": len(mirror.world.lists["genes"]),
        "tumours": len(predicted),
        **{
            f"{words} features": read_matrix(paper / f"cohorts/ccl/{omic}.parquet").shape[1]
            for omic, words in zip(
                OMICS, ("mutation", "expression", "methylation", "copy-number"), strict=True
            )
        },
    }
    assert table.loc[list(sizes), "ours"].to_dict() == sizes
    run = table.loc["overall r, 28 test lines"]
    measured = reported_rows(paper / "tables/metrics_published.tsv")
    assert run["ours"] == pytest.approx(measured.loc["deepdep", "overall_r"], abs=1e-3)
    few = table.loc["mean r per gene, 10 subsamplings"]  # four test lines
    assert np.isnan(few["ours"])
    assert few["note"] == "run, but without a value: too few test lines"
    missing = table[table["ours"].isna()]
    assert len(missing) >= 1
    assert missing["note"].str.contains("not run|has no|without a value").all()
    page = (paper / "paper.html").read_text(encoding="utf-8")
    assert "not made in this run: no figure map_heatmap" in page
    drawn = sorted(path.stem for path in (paper / "figures").glob("*.png"))
    assert {"known_relations", "hazard_ratios_tumors", "events_tumors"} <= set(drawn)
    assert page.count("<img") >= 10


# ---- depmap


def test_depmap_features_are_derived_from_tumours(depmap: Path, mirror: Mirror):
    for omic in ("expression", "copy_number"):
        table = read_table(depmap / f"features/{omic}.parquet")
        truth = mirror.tumors[omic]
        expected = set(kept_features(derive_features(omic, truth.dropna(how="all"))))
        kept = set(table.loc[table["kept"], "feature"])
        shared = set(truth.columns) & set(table["feature"])
        assert kept & shared == expected & shared
        assert 0 < len(kept) < len(table)
        assert (table["entrez"] != "").mean() > 0.9


def test_depmap_omics_of_lines_and_tumours(depmap: Path, mirror: Mirror):
    """Ratios become log2; tumours' hg19 segments meet the lines' genes at hg19 positions."""
    for omic in ("mutation", "expression", "copy_number"):
        assert same(read_matrix(depmap / f"cohorts/ccl/{omic}.parquet"), mirror.lines[omic]) > 1000
        assert same(read_matrix(depmap / f"cohorts/tumors/{omic}.parquet"), mirror.tumors[omic], 2e-3) > 1000
    samples = read_table(depmap / "cohorts/tumors/samples.parquet", index="sample")
    assert samples.loc[samples["group"] == "LAML", "has_mutation"].mean() > 0.8  # rescued
    assert mirror.banned_patient not in read_matrix(depmap / "cohorts/tumors/expression.parquet").index
    renamed = read_matrix(depmap / "cohorts/tumors/expression.parquet")["MARCHF1"]
    np.testing.assert_allclose(renamed, mirror.tumors["expression"]["MARCH1"].loc[renamed.index], atol=1e-3)


def test_depmap_expression_is_harmonised_and_drawn(depmap: Path):
    raw, aligned = (
        read_matrix(depmap / f"{part}/tumors/expression.parquet") for part in ("cohorts", "harmonised")
    )
    assert raw.index.equals(aligned.index)
    assert np.abs(raw - aligned).to_numpy().mean() > 0.1
    shift = read_table(depmap / "metrics/harmonisation_expression.parquet")
    assert shift["shift_after"].abs().median() < 0.6 * shift["shift_before"].abs().median()
    assert read_header(depmap / "metrics/harmonisation_expression.parquet")["units"] == "log2(TPM+1)"
    assert (depmap / "figures/harmonisation_expression.pdf").stat().st_size > 10_000
    assert not (depmap / "harmonised/tumors/mutation.parquet").exists()


def test_depmap_learns_what_is_planted(depmap: Path, mirror: Mirror):
    labels = read_matrix(depmap / "dependency.parquet")
    assert same(labels, mirror.lines["effect"]) == labels.size
    table = reported_rows(depmap / "tables/metrics_cv.tsv")
    assert table.loc["ridge", "mean_r"] > 0.15
    per_gene = read_table(depmap / "metrics/cv_genes.parquet")
    ridge = per_gene[per_gene["model"] == "ridge"].set_index("gene")["r"]
    assert ridge[["KRAS", "BRAF", "NRAS"]].min() > 0.3


def test_every_file_came_from_the_mirror_and_nothing_is_left_to_do(tree: Path, paper: Path, depmap: Path):
    assert paper.is_dir()
    assert depmap.is_dir()
    logs = [path.read_text(encoding="utf-8") for path in (tree / "resources/logs").rglob("*.log")]
    assert len(logs) == 22 + 13 - 7
    assert all("mirror" in log for log in logs)
    for study in ("paper", "depmap"):
        again = snakemake(tree, "--dry-run", "--configfile", *configs_of(study))
        assert "Nothing to be done" in again.text, again.text


def test_report_shows_the_harmonisation(tree: Path, depmap: Path):
    assert depmap.is_dir()
    run = snakemake(tree, "--report", "report.html", "--configfile", "config/depmap.yaml", "quick.yaml")
    assert run.status == 0, run.text
    text = (tree / "report.html").read_text(encoding="utf-8")
    assert "method: celligner" in text
    assert "SIMULATED" not in text


# ---- other public files in their place


def prepare(tree: Path, settings: dict[str, Any], *targets: str) -> Run:
    """Make targets of the study depmap with other settings."""
    override = write_config(tree / "override.yaml", settings)
    files = ["config/depmap.yaml", "quick.yaml", override]
    return snakemake(tree, *targets, "--configfile", *files, timeout=300)


@pytest.fixture(scope="module")
def others(tree: Path, mirror: Mirror) -> Path:
    """Prepare CCLE's own files, GDSC methylation, segments at genes, and EB++ expression."""
    assert mirror.files
    wanted = [
        f"results/others/cohorts/{cohort}/{omic}.parquet"
        for cohort in ("ccl", "tumors")
        for omic in OTHERS["omics"]
    ]
    run = prepare(tree, OTHERS, *wanted)
    assert run.status == 0, run.text[-4000:]
    return tree / "results/others"


def test_ccle_and_gdsc_files_of_lines(others: Path, mirror: Mirror):
    assert same(read_matrix(others / "cohorts/ccl/expression.parquet"), mirror.lines["ccle_tpm"]) > 1000
    assert same(read_matrix(others / "cohorts/ccl/methylation.parquet"), mirror.lines["gse68379"]) > 100
    assert len(read_matrix(others / "cohorts/ccl/mutation.parquet")) > 40


def test_expression_of_rsem_is_not_below_zero(others: Path, mirror: Mirror):
    frame = read_matrix(others / "cohorts/tumors/expression.parquet")
    assert same(frame, mirror.tumors["rsem"]) > 1000
    assert frame.min().min() == 0
    assert "?" not in frame.columns


def test_segments_of_both_at_the_genes_of_one_annotation(others: Path, mirror: Mirror):
    frame = read_matrix(others / "cohorts/ccl/copy_number.parquet")
    assert same(frame, mirror.lines["copy_number"], 2e-2) > 1000
    tumors = read_matrix(others / "cohorts/tumors/copy_number.parquet")
    assert same(tumors, mirror.tumors["copy_number"], 2e-3) > 1000
    assert frame.columns.equals(tumors.columns)


def test_too_many_bins_are_refused(tree: Path, others: Path):
    """Nearly all of the mirror's genome passes the rules, since its segments are few and large."""
    assert others.is_dir()
    table = {**OTHERS["cohorts"]["ccl"]["tables"]["copy_number"]}
    del table["positions"]
    settings = {"study": "bins", "cohorts": {"ccl": {"tables": {"copy_number": table}}}}
    run = prepare(tree, settings, "results/bins/features/copy_number.parquet")
    assert run.status != 0
    assert re.search(r"copy_number: 2\d\d,\d+ bins pass the rules, at most 50,000 do", run.text), run.text


@pytest.mark.parametrize("name", SCREENS)
def test_other_screens_become_the_same_contract(tree: Path, depmap: Path, mirror: Mirror, name: str):
    path, form, kind, names = SCREENS[name]
    assert depmap.is_dir()
    scores = {"path": path, "format": form, "type": kind, **({"line_names": names} if names else {})}
    settings = {
        "study": name,
        "genes": {"reported": 40, "max_missing": 0.5, "extra": []},
        "dependency": scores,
    }
    settings |= {"omics": ["expression"], "required_omics": ["expression"]}
    settings |= {"compare": ["gene_mean", "kernel_network", "kernel_mixture"]}
    run = prepare(tree, settings, f"results/{name}/dependency.parquet")
    assert run.status == 0, run.text[-4000:]
    labels = read_matrix(tree / f"results/{name}/dependency.parquet")
    assert same(labels, mirror.lines[name]) == labels.size > 500
    header = read_header(tree / f"results/{name}/dependency.parquet")
    assert (header["type"], header["direction"]) == (kind, "lower = more dependent")


def test_file_of_the_wrong_kind_is_named_before_heavy_work(tree: Path, mirror: Mirror):
    """Gene effect where copy number is due: values below 0 are no ratios."""
    assert mirror.files
    table = {"path": "resources/depmap/24Q4/CRISPRGeneEffect.csv"}
    settings = {"study": "wrong", "cohorts": {"ccl": {"tables": {"copy_number": table}}}}
    run = prepare(tree, settings, "results/wrong/sources/ccl/copy_number.parquet")
    assert run.status != 0
    assert "CRISPRGeneEffect.csv: values from" in run.text
    assert "neither ratio nor log2(ratio+1)" in run.text
    assert not (tree / "results/wrong/sources/ccl/copy_number.parquet").exists()


# ---- a user's own samples


@pytest.mark.real
def test_own_samples_get_the_tables_of_the_r_package(real: Path, tmp_path: Path):
    """The example of Prep4DeepDEP: three lines by rows of a sheet, all four omics within 5e-5."""
    tree, short = copy_tree(tmp_path), {"expression": "exp", "mutation": "mut", "methylation": "meth"}
    short["copy_number"] = "cna"
    cells = "\t".join(str(real / f"prep4deepdep/inputs/{name}.file.txt.gz") for name in short.values())
    rows = "".join(f"CCL_{letter}\t\t\t{cells}\n" for letter in "ABC")
    head = "\t".join(["sample", "patient", "group", *short])
    (tree / "config/samples.tsv").write_text(f"{head}\n{rows}", encoding="utf-8")
    settings = {
        "own_samples": {"path": "config/samples.tsv", "domain": "cell_line"},
        "features": dict.fromkeys(short, "published"),
        "published_lists": str(real / "features"),
    }
    (tree / "own.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    targets = [f"results/demo/cohorts/own/{omic}.parquet" for omic in short]
    run = snakemake(tree, *targets, "--configfile", "own.yaml")
    assert run.status == 0, run.text[-4000:]
    for omic, name in short.items():
        path = real / f"prep4deepdep/expected/pred500_{name}_prediction.txt.gz"
        expected = pd.read_csv(path, sep="\t", index_col=0).T
        found = read_matrix(tree / f"results/demo/cohorts/own/{omic}.parquet")
        assert found.columns.to_list() == expected.columns.to_list()
        assert np.abs(found.loc[["CCL_A", "CCL_B"]] - expected).to_numpy().max() < 5e-5
    spent = sum(
        float(pd.read_csv(path, sep="\t")["s"].iloc[0])
        for path in (tree / "results/demo/benchmarks").rglob("own_*.tsv")
    )
    assert spent < 40  # eight jobs, each with its own start of Python; the work itself: test_published.py
