"""The default study from its first job to its report: files, contracts, recovery of what was planted.

Bounds are stated with a margin to what was measured (seed 1; in brackets).
"""

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import yaml
from runs import ROOT, Run, copy_tree, files_below, reported_rows, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table

pytestmark = pytest.mark.slow
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
MODELS = CONFIG["compare"]
PLANTED = ("mutation", "copy_number", "self_expression", "paralog", "lineage")
NETWORK = "grid_standardised"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clean copy of the project."""
    return copy_tree(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Run the default study as the README says."""
    return snakemake(project, timeout=1800)


@pytest.fixture(scope="module")
def results(project: Path, run: Run) -> Path:
    """Return the folder of results of a run that went well."""
    assert run.status == 0, run.text[-4000:]
    return project / "results/demo"


@pytest.fixture(scope="module")
def report(project: Path, results: Path) -> Path:
    """Make the report as the README says."""
    page = results / "report.html"
    made = snakemake(project, "--report", str(page.relative_to(project)), timeout=300)
    assert made.status == 0, made.text
    return page


@pytest.fixture(scope="module")
def truth(results: Path) -> pd.DataFrame:
    """Return r by model and planted class."""
    table = pd.read_csv(results / "tables/planted_truth.tsv", sep="\t")
    assert {"class", "n", "mean_r", "low", "high", "mean_r_pooled", "model"} <= set(table)
    return table.set_index(["model", "class"])


# ---- the run


def test_every_step_was_done_one_training_at_a_time(run: Run, results: Path):
    total = sum(run.jobs.values())
    assert total > 60
    assert f"{total} of {total} steps (100%) done" in run.text
    assert re.search(r"Provided resources: .*gpu.*1", run.text)
    assert [path for path in files_below(results) if Path(path).name.startswith(".")] == []


def test_nothing_is_left_to_do(project: Path, results: Path):
    assert results.is_dir()
    again = snakemake(project, "--dry-run")
    assert again.status == 0
    assert "Nothing to be done" in again.text, again.text
    assert not again.jobs


def test_every_log_says_something_and_networks_say_where_they_ran(results: Path):
    logs = list((results / "logs").rglob("*.log"))
    assert len(logs) >= 50
    trained = [path for path in logs if path.parent.name == "train" and "deepdep" in path.name]
    assert len(trained) == CONFIG["protocols"]["cv"]["folds"] + 1
    for path in trained:
        assert re.search(r"\b(CPU|GPU|cuda|mps)\b", path.read_text(encoding="utf-8"), re.IGNORECASE), path
    for path in logs:
        assert "Traceback" not in path.read_text(encoding="utf-8"), path


# ---- figures and report


def test_figures_exist_as_pdf_and_png_and_show_something(results: Path):
    drawn = {path.stem for path in (results / "figures").glob("*.png")}
    assert drawn == {path.stem for path in (results / "figures").glob("*.pdf")}
    expected = {
        "per_gene_r_cv",
        "coverage_cv",
        "observed_vs_predicted",
        "fingerprint_ones",
        "training_curves",
    }
    expected |= {"score_distributions_ridge", "planted_classes", "planted_pairs", "reconstruction_curves"}
    expected |= {"figure2", "model_comparison_cv", "paired_differences_cv", "gene_sets_cv"}
    assert expected <= drawn
    assert {name for name in drawn if name.startswith("fit_by_role_")}
    assert not {name for name in drawn if name.startswith("screen_")}
    for name in drawn:
        image = matplotlib.image.imread(results / f"figures/{name}.png")
        assert min(image.shape[:2]) > 300, name
        assert image[..., :3].std() > 0.02, name
        page = (results / f"figures/{name}.pdf").read_bytes()
        assert page.startswith(b"%PDF"), name
        assert len(page) > 5000, name


class Words(HTMLParser):
    """Collects what a page has: its tags, and all its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  the parser's signature
        """Note a tag."""
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Note text, that of scripts too, where the report keeps its entries."""
        self.text += data


def test_report_opens_and_says_that_the_data_are_simulated(results: Path, report: Path):
    assert report.stat().st_size > 100_000
    page = Words()
    page.feed(report.read_text(encoding="utf-8"))
    page.close()
    assert {"html", "head", "body", "script"} <= page.tags
    for category in ("Data", "Training", "Results", "Planted truth"):
        assert f'"{category}"' in page.text
    assert page.text.count("SIMULATED") >= 5
    for figure in (results / "figures").glob("*.png"):
        assert figure.name in page.text
    assert "metrics_cv.html" in page.text


def test_pages_of_tables_say_that_the_data_are_simulated(results: Path):
    for name in ("metrics_cv.html", "clipping.html"):
        assert "SIMULATED data, study demo" in (results / "tables" / name).read_text(encoding="utf-8")


# ---- metrics


def test_ridge_is_as_good_as_on_real_data_and_needs_its_labels(results: Path):
    table = reported_rows(results / "tables/metrics_cv.tsv")
    assert list(table.index) == MODELS
    assert 0.25 <= table.loc["ridge", "mean_r"] <= 0.45  # [0.33]
    assert table.loc["ridge", "mean_r_low"] > table.loc["ridge_shuffled", "mean_r_high"]
    assert table.loc["ridge", "skill"] > 0.2
    assert table.loc["gene_mean", "skill"] == 0
    assert np.isnan(table.loc["gene_mean", "mean_r"])
    assert table.loc["gene_mean", "overall_r"] > 0.9  # genes differ; no model earns that
    assert table["lines"].nunique() == table["genes"].nunique() == 1


def test_ridge_recovers_every_planted_class_and_nothing_else(truth: pd.DataFrame):
    found = truth.loc["ridge", "mean_r"]
    assert truth.loc[("ridge", "no_effect"), "n"] >= 0.3 * truth.loc[("ridge", "all"), "n"]
    assert abs(found["no_effect"]) < 0.05
    for name in PLANTED:
        assert found[name] > (0.15 if name == "copy_number" else 0.3), name  # [0.28, others 0.62 to 0.72]
    assert abs(truth.loc[("ridge_shuffled", "no_effect"), "mean_r"]) < 0.05


def test_planted_pairs_stand_out_with_true_labels_only(results: Path):
    pairs = read_table(results / "metrics/truth_pairs.parquet").set_index(["model", "omic", "class"])
    assert pairs.loc[("ridge", "all", "all"), "auroc"] >= 0.85  # [0.99]
    assert pairs.loc[("ridge_shuffled", "all", "all"), "auroc"] <= 0.65  # [0.57 to 0.60]


def test_network_recovers_planted_classes(results: Path, truth: pd.DataFrame):
    """The grid model on standardised targets: r within folds by class, ranking of planted pairs."""
    found = truth.loc[NETWORK, "mean_r"]
    assert abs(found["no_effect"]) < 0.05
    assert found["lineage"] > 0.35  # [0.51]
    assert found["mutation"] > 0.2  # [0.33]
    assert found["paralog"] > 0.12  # [0.26]
    assert found["self_expression"] > 0.1  # [0.23]
    assert found["all"] > truth.loc[("ridge_shuffled", "all"), "mean_r"] + 0.08  # [0.19 against 0.02]
    pairs = read_table(results / "metrics/truth_pairs.parquet").set_index(["model", "omic", "class"])
    assert pairs.loc[(NETWORK, "all", "all"), "auroc"] > 0.7  # [0.84]


# ---- predictions


@pytest.mark.parametrize("model", MODELS)
def test_predictions_of_cell_lines_are_out_of_fold_where_labelled(results: Path, model: str):
    folder = results / "predictions" / model
    table = read_table(folder / "ccl.parquet")
    assert table.columns[0] == "sample"
    lines, fitted = table.set_index("sample"), read_matrix(folder / "ccl_fitted.parquet")
    folds = read_matrix(folder / "cv/cv/repeat0.parquet")
    labels = read_matrix(results / "dependency.parquet")
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    assert set(lines.index) == set(samples.index[samples["modelled"]])
    assert set(folds.index) == set(fitted.index) == set(labels.index) < set(lines.index)
    assert set(lines.columns) == set(labels.columns)
    np.testing.assert_array_equal(lines.loc[folds.index, folds.columns], folds)
    differs = ~np.isclose(lines.loc[fitted.index, fitted.columns], fitted, rtol=0, atol=1e-6)
    assert differs.any(axis=1).all()
    assert not lines.isna().any(axis=None)


@pytest.mark.parametrize("model", MODELS)
def test_every_tumour_is_predicted(results: Path, model: str):
    tumors = read_table(results / f"predictions/{model}/tumors.parquet")
    samples = read_table(results / "cohorts/tumors/samples.parquet", index="sample")
    assert tumors.columns[0] == "sample"
    assert list(tumors["sample"]) == list(samples.index[samples["modelled"]])
    assert len(tumors) > 0.9 * CONFIG["simulate"]["tumors"]
    assert np.isfinite(tumors.drop(columns="sample")).all(axis=None)
    if model != "gene_mean":
        assert (tumors.drop(columns="sample").std() > 0).mean() > 0.9


@pytest.mark.parametrize("cohort", ["ccl", "tumors"])
def test_text_copies_hold_the_same_predictions(results: Path, cohort: str):
    exact = read_matrix(results / f"predictions/ridge/{cohort}.parquet")
    with gzip.open(results / f"predictions/ridge/{cohort}.tsv.gz", "rt", encoding="utf-8") as handle:
        text = pd.read_csv(handle, sep="\t", index_col="sample")
    assert list(text.index) == list(exact.index)
    np.testing.assert_allclose(text[exact.columns], exact, rtol=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_samples_say_which_lines_the_model_has_seen(results: Path, model: str):
    table = pd.read_csv(results / f"predictions/{model}/samples.tsv", sep="\t")
    labelled = set(read_table(results / "dependency.parquet", columns=["sample"])["sample"])
    assert set(table["sample"][table["in_training"]]) == labelled
    assert set(table["cohort"][table["in_training"]]) == {"ccl"}
    for cohort in ("ccl", "tumors"):
        predicted = read_table(results / f"predictions/{model}/{cohort}.parquet", columns=["sample"])[
            "sample"
        ]
        assert list(table["sample"][table["cohort"] == cohort]) == list(predicted)


@pytest.mark.parametrize("model", MODELS)
def test_samples_say_how_far_they_are_from_the_training_lines(results: Path, model: str):
    table = pd.read_csv(results / f"predictions/{model}/samples.tsv", sep="\t")
    scores = table[["distance", "relative", "beyond", "observed"]]
    assert list(table.columns[-4:]) == list(scores)
    if model == "gene_mean":
        assert scores.isna().all(axis=None)  # it looks at no omics
        return
    assert np.isfinite(scores).all(axis=None)
    assert (scores["distance"] > 0).all()
    assert scores["beyond"].between(0, 1).all()
    shares = table[[f"observed_{omic}" for omic in CONFIG["omics"]]]
    assert (scores["observed"] <= shares.max(axis=1) + 1e-5).all()
    assert scores["observed"].min() > 0
    lines = table[table["in_training"]]
    ranks = np.arange(len(lines)) / len(lines)  # each is beyond the held-out lines that are nearer
    np.testing.assert_allclose(np.sort(lines["beyond"]), ranks, atol=1e-5)
    tumors = table[table["cohort"] == "tumors"]
    assert tumors["distance"].nunique() > 0.9 * len(tumors)


def test_every_parquet_says_what_it_holds(results: Path):
    files = sorted(results.rglob("*.parquet"))
    assert len(files) >= 30
    for path in files:
        header = read_header(path)
        assert len(header["holds"]) > 8, path
        assert header["version"], path
    for path in (results / "predictions").rglob("*.parquet"):
        assert read_header(path)["score"] == CONFIG["dependency"]["score"], path
        assert "SIMULATED" in str(read_header(path)), path


# ---- what a change makes stale

STALE: dict[str, tuple[dict[str, Any], set[str], set[str]]] = {
    "seed": ({"seed": 2}, {"simulate_cohort", "train_network"}, set()),
    "winsorize": ({"winsorize": 0.01}, {"fit_scaling", "train_baseline"}, {"prepare_samples"}),
    "genes.max_missing": ({"genes": {"max_missing": 0.1}}, {"prepare_dependency"}, {"prepare_samples"}),
    "required_omics": ({"required_omics": []}, {"prepare_samples"}, {"simulate_cohort"}),
    "pretrain.patience": ({"pretrain": {"patience": 4}}, {"pretrain_autoencoder"}, {"train_baseline"}),
    "models.deepdep.dropout": (
        {"models": {"deepdep": {"dropout": 0.1}}},
        {"train_network", "train_final_network"},
        {"train_baseline", "pretrain_autoencoder"},
    ),
    "models.ridge.penalties": (
        {"models": {"ridge": {"penalties": [1]}}},
        {"train_baseline", "train_final_baseline"},
        {"train_network"},
    ),
    "epoch_limit": ({"epoch_limit": 9}, {"pretrain_autoencoder", "train_network"}, {"prepare_samples"}),
    "folds": ({"protocols": {"cv": {"folds": 4}}}, {"split_samples", "train_network"}, {"fit_scaling"}),
    "domain": (
        {"cohorts": {"tumors": {"domain": "cell_line"}}},
        {"prepare_samples", "fit_scaling"},
        {"simulate_cohort"},
    ),
    "reference": ({"cohorts": {"tumors": {"reference": False}}}, {"fit_scaling"}, {"prepare_samples"}),
    "sheet's columns": (
        {"cohorts": {"tumors": {"samples": {"group": "gender"}}}},
        {"prepare_samples"},
        {"simulate_cohort"},
    ),
    "score": (
        {"dependency": {"score": "other score"}},
        {"plot_score_distributions", "predict_cohort"},
        {"prepare_samples"},
    ),
    "evaluate.min_lines": ({"evaluate": {"min_lines": 30}}, {"evaluate_models"}, {"train_baseline"}),
    "compare": ({"compare": ["gene_mean", "ridge"], "analyses": []}, {"evaluate_models"}, {"train_baseline"}),
}


@pytest.mark.parametrize("key", STALE)
def test_changed_key_runs_again_what_depends_on_it(project: Path, results: Path, tmp_path: Path, key: str):
    assert results.is_dir()
    settings, again, kept = STALE[key]
    jobs = snakemake(
        project, "--dry-run", "--configfile", write_config(tmp_path / "study.yaml", settings)
    ).jobs
    assert again <= set(jobs)
    assert not kept & set(jobs)


def edit_library(name: str) -> Callable[[Path], None]:
    """Return an edit that changes a module of the library."""

    def edit(project: Path) -> None:
        path = project / "workflow/scripts/deepdep" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")

    return edit


EDITS = {  # in this order: an edit stays
    "plot/style.py": ({"plot_per_gene_r", "report_metrics"}, {"evaluate_models", "train_baseline"}),
    "evaluate/metrics.py": ({"evaluate_models"}, {"prepare_dependency", "pretrain_autoencoder"}),
    "io/tables.py": ({"read_omic", "train_network"}, set()),
}


def test_edited_library_runs_again_what_uses_it(project: Path, results: Path):
    assert results.is_dir()
    for name, (again, kept) in EDITS.items():
        edit_library(name)(project)
        jobs = snakemake(project, "--dry-run").jobs
        assert again <= set(jobs), name
        assert not kept & set(jobs), name
