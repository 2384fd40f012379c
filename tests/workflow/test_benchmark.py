"""Unseen genes, a second screen, and a protocol that cannot be formed, in one small study.

What is written is computed again from splits, labels and predictions with plain pandas.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs import EXPRESSION_TABLES, ROOT, Run, copy_tree, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate

pytestmark = pytest.mark.slow
SIZES = Settings(
    lines=72, unlabelled_lines=30, lineages=3, tumors=20, cancer_types=2, features=60, genes=40, gene_sets=60
)
SCREEN = {
    "path": "tables/replicate.tsv.gz",
    "orientation": "features_in_rows",
    "score": "second screen",
    "type": "gene_effect",
    "harmonise": "shift_scale",
}
SHARE = {"validation_share": 0.15}
STUDY = {
    "analyses": [],
    "study": "own",
    "omics": ["expression"],
    "compare": ["gene_mean", "ridge", "a_ridge", "ridge_swapped", "lineage_mean"],
    "screens": {"second": SCREEN},
    "protocols": {
        "cv": {"folds": 2},
        "genes": {"kind": "genes", "folds": 2, **SHARE},
        "new": {"kind": "screen", "screen": "second", "lines": "new", **SHARE},
        "never": {"kind": "lineage", "min_lines": 60, **SHARE},
    },
    "genes": {"reported": 30},
    "models": {"ridge": {"slow": True}, "a_ridge": {"like": "ridge"}},  # as good, and by name before it,
    "evaluate": {
        "min_lines": 5,
        "bootstrap": 100,
        "top": 1,
        "always": ["ridge_swapped"],
        "deep_pair": ["ridge", "lineage_mean"],
        "prior_knowledge": ["The outer folds of cv were looked at once."],
    },
    **EXPRESSION_TABLES,
}
PROTOCOLS = list(STUDY["protocols"])
PER_PROTOCOL = ("model_comparison", "paired_differences", "gene_sets")
TARGETS = [
    "results/own/metrics/ceiling.parquet",
    *(f"results/own/tables/results.{kind}" for kind in ("tsv", "html")),
    "results/own/tables/coverage_never.tsv",
    "results/own/figures/coverage_never.png",
    *(f"results/own/tables/metrics_{name}.{kind}" for name in PROTOCOLS for kind in ("tsv", "html")),
    *(f"results/own/figures/per_gene_r_{name}.png" for name in PROTOCOLS),
    *(f"results/own/figures/{kind}_{name}.png" for kind in PER_PROTOCOL for name in PROTOCOLS),
    "results/own/figures/screen_second.png",
    "results/own/figures/figure2.png",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with tables of its own."""
    folder = copy_tree(tmp_path_factory.mktemp("benchmark"))
    simulate(SIZES, folder / "tables")
    write_config(folder / "study.yaml", STUDY)
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Run the study to its tables."""
    return snakemake(project, *TARGETS, "--configfile", "study.yaml", timeout=1800)


@pytest.fixture(scope="module")
def results(project: Path, run: Run) -> Path:
    assert run.status == 0, run.text[-4000:]
    return project / "results/own"


def metrics(results: Path, protocol: str) -> pd.DataFrame:
    table = pd.read_csv(results / f"tables/metrics_{protocol}.tsv", sep="\t").set_index("model")
    return table[table["gene_set"] == "reported"]


def reported(results: Path) -> list[str]:
    genes = read_table(results / "genes.parquet")
    return genes.loc[genes["reported"], "gene"].tolist()


def test_other_protocols_run_the_best_model_those_always_wanted_and_the_gene_mean(results: Path):
    ranking = pd.read_csv(results / "metrics/ranking.tsv", sep="\t")
    r = (
        metrics(results, "cv")["mean_r"]
        .drop("gene_mean")
        .sort_index()
        .sort_values(ascending=False, kind="stable")
    )
    assert ranking["model"].tolist() == list(r.index)
    assert set(metrics(results, "cv").index) == set(STUDY["compare"])
    assert ranking["model"].tolist()[:2] == ["a_ridge", "ridge"]  # a variant takes no place of another model
    expected = {"gene_mean", "ridge_swapped", "ridge"}
    for protocol in ("genes", "new"):
        assert set(metrics(results, protocol).index) == expected
        trained = {path.parent.name for path in (results / "models").glob(f"*/{protocol}")}
        made = {path.parents[1].name for path in (results / "models").glob(f"*/{protocol}/*.json")}
        assert made == expected, trained


def test_models_of_unseen_genes_have_not_seen_their_labels(results: Path):
    labels, folds = (
        read_matrix(results / "dependency.parquet"),
        read_table(results / "splits/genes_genes.parquet"),
    )
    splits = read_table(results / "splits/genes.parquet")
    frame = read_matrix(results / "predictions/gene_mean/cv/genes/repeat0.parquet")
    for fold in range(2):
        part = splits[splits["fold"] == fold]
        test, others = part[part["role"] == "test"]["sample"], part[part["role"] != "test"]["sample"]
        seen = folds.loc[folds["fold"] != fold, "gene"]
        expected = labels.loc[others, seen].mean()
        np.testing.assert_allclose(frame.loc[test, seen], np.tile(expected, (len(test), 1)), atol=1e-5)
        hidden = folds.loc[folds["fold"] == fold, "gene"]
        own = labels.loc[others, hidden].mean()
        assert not np.allclose(frame.loc[test[:1], hidden], own, atol=1e-3)  # by fingerprint, not by label


def test_unseen_genes_are_measured_in_the_lines_that_hold_them_out(results: Path):
    labels, folds = (
        read_matrix(results / "dependency.parquet"),
        read_table(results / "splits/genes_genes.parquet"),
    )
    splits, table = read_table(results / "splits/genes.parquet"), metrics(results, "genes")
    model = table.index.drop(["gene_mean", "ridge_swapped"])[0]
    frame = read_matrix(results / f"predictions/{model}/cv/genes/repeat0.parquet")
    fold_of, r = folds.set_index("gene")["fold"], []
    for gene in reported(results):
        rows = (splits["role"] == "test") & (splits["fold"] == fold_of[gene])
        lines = splits.loc[rows, "sample"]
        r.append(frame.loc[lines, gene].corr(labels.loc[lines, gene]))
    assert table.loc[model, "mean_r"] == pytest.approx(np.nanmean(r), rel=1e-3)


def test_new_lines_of_a_second_screen_are_tested_on_its_scores(results: Path):
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    first, second = (read_matrix(results / name) for name in ("dependency.parquet", "screens/second.parquet"))
    splits, table = read_table(results / "splits/new.parquet"), metrics(results, "new")
    tested = splits.loc[splits["role"] == "test", "sample"]
    patients = samples.loc[first.index, "patient"]
    free = [line for line in second.index if samples.loc[line, "patient"] not in set(patients)]
    assert sorted(tested) == sorted(free)
    assert len(tested) > 15
    assert set(splits.loc[splits["role"] != "test", "sample"]) == set(first.index)
    model = table.index.drop(["gene_mean", "ridge_swapped"])[0]
    frame, genes = read_matrix(results / f"predictions/{model}/cv/new/repeat0.parquet"), reported(results)
    r = frame[genes].corrwith(second.loc[frame.index, genes])
    assert table.loc[model, "mean_r"] == pytest.approx(r.mean(), rel=1e-3)
    assert table.loc[model, "mean_r"] > table.loc["ridge_swapped", "mean_r"] or r.isna().all()


def test_second_screen_is_on_the_scale_of_the_first_and_gives_the_ceiling(results: Path):
    first, second = (read_matrix(results / name) for name in ("dependency.parquet", "screens/second.parquet"))
    common = second.index.intersection(first.index)
    own, other = (part.loc[common, second.columns] for part in (first, second))
    both = own.notna() & other.notna()
    np.testing.assert_allclose(other.where(both).mean(), own.where(both).mean(), atol=1e-4)
    np.testing.assert_allclose(other.where(both).std(), own.where(both).std(), atol=1e-4)
    ceiling = read_table(results / "metrics/ceiling.parquet", index="gene")
    np.testing.assert_allclose(ceiling["r"], own.corrwith(other)[ceiling.index], atol=1e-4)
    assert (ceiling["n"] == both.sum()[ceiling.index]).all()


def test_protocol_that_cannot_be_formed_is_marked_and_stops_nothing(results: Path):
    why = "protocols.never: lineages of 60 lines or more make one fold only: "
    for name in ("splits/never", "metrics/never", "metrics/coverage_never"):
        assert why in read_header(results / f"{name}.parquet")["impossible"]
    assert not len(read_table(results / "metrics/never_paired.parquet"))
    assert len(read_table(results / "metrics/new_paired.parquet"))
    for name in ("metrics_never", "coverage_never"):
        (row,) = pd.read_csv(results / f"tables/{name}.tsv", sep="\t").to_dict("records")
        assert row["impossible"].startswith(why)
        assert "Remedy: lower the protocol's min_lines" in row["impossible"]
    assert "protocol never is left out" in (results / "logs/split_samples/never.log").read_text(
        encoding="utf-8"
    )
    assert why in (results / "tables/metrics_never.html").read_text(encoding="utf-8")
    assert not list((results / "models").glob("*/never/*"))


def test_all_protocols_are_in_one_table(results: Path):
    table = pd.read_csv(results / "tables/results.tsv", sep="\t")
    assert set(table["protocol"]) == set(PROTOCOLS)
    (never,) = table[table["protocol"] == "never"].to_dict("records")
    assert never["note"].startswith("protocols.never: lineages of 60 lines")
    assert pd.isna(never["mean_r"])
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    for name in ("cv", "genes", "new"):
        own, rows = metrics(results, name), table[(table["protocol"] == name)]
        rows = rows[rows["gene_set"] == "reported"].set_index("model")
        np.testing.assert_allclose(rows["skill"], own["skill"])
        splits = read_table(results / f"splits/{name}.parquet")
        tested = splits.loc[splits["role"] == "test", "sample"].unique()
        assert set(rows["lines"]) == {len(tested)}
        assert set(rows["lineages"]) == {samples.loc[tested, "group"].nunique()}
        for model in rows.index:
            files = (results / "benchmarks/train").glob(f"{model}_{name}_repeat*_fold*.tsv")
            seconds = [pd.read_csv(file, sep="\t")["s"].item() for file in files]
            assert rows.loc[model, "fit_seconds"] == pytest.approx(np.mean(seconds), rel=1e-3)
    assert table.loc[table["protocol"] == "new", "sources"].str.contains("replicate.tsv.gz sha256:").all()
    assert not table.loc[table["protocol"] == "cv", "sources"].str.contains("replicate").any()


def test_genes_are_side_by_side_the_best_predicted_first(results: Path):
    table = pd.read_csv(results / "tables/genes_cv.tsv", sep="\t")
    assert sorted(table["gene"]) == sorted(reported(results))
    best = metrics(results, "cv")["mean_r"].idxmax()
    assert table[f"r_{best}"].is_monotonic_decreasing
    assert table[f"r_{best}"].mean() == pytest.approx(metrics(results, "cv").loc[best, "mean_r"], rel=1e-3)
    assert not len(pd.read_csv(results / "tables/genes_never.tsv", sep="\t"))


def test_page_of_results_says_what_is_not_beaten_and_what_has_no_result(results: Path):
    page = (results / "tables/results.html").read_text(encoding="utf-8")
    words = ("Protocol cv", "What is not beaten", "Ablations", "Floors", "Ceiling", "Known before")
    assert all(f"<h2>{heading}</h2>" in page for heading in words)
    assert "<li>The outer folds of cv were looked at once.</li>" in page
    assert "<li>never: protocols.never: lineages of 60 lines" in page
    assert "cv: ridge less lineage_mean in mean r per gene" in page
    assert "cv: lineage_mean is" in page
    assert page.count("ridge_swapped") >= 4  # of all protocols that have a result


def test_nothing_is_left_to_do(project: Path, results: Path):
    assert results.is_dir()
    assert all((project / target).is_file() for target in TARGETS)
    again = snakemake(project, *TARGETS, "--dry-run", "--configfile", "study.yaml")
    assert "Nothing to be done" in again.text, again.text


def test_study_of_all_protocols_has_a_plan(tree: Path):
    run = snakemake(tree, "--dry-run", "--configfile", str(ROOT / "config/benchmark.yaml"))
    assert run.status == 0, run.text
    assert run.jobs["split_protocol"] == 5
    assert run.jobs["rank_models"] == run.jobs["prepare_screen"] == run.jobs["compare_screens"] == 1
