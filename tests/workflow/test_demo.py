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
from sklearn.metrics import adjusted_rand_score

from deepdep.io.parquet import read_header, read_matrix, read_table
from deepdep.simulate.biology import draw_biology
from deepdep.simulate.settings import Settings

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
    return snakemake(project, timeout=2700)


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
    expected |= {"map_heatmap", "map_selective", "map_clusters", "map_embedding_dependency"}
    expected |= {"events_tumors", "events_compared_ccl_predicted", "known_relations", "clinical_receptor"}
    expected |= {"hazard_ratios_tumors", "kaplan_meier_tumors", "essentiality_maps", "dependency_regression"}
    expected |= {"biomarker_classes", "planted_biomarkers", "synthetic_scores", "synthetic_measured"}
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
    categories = ("Data", "Training", "Results", "Planted truth", "Biology", "Interpretation", "Tumour map")
    for category in categories:
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


# ---- analyses


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a table of text."""
    return pd.read_csv(path, sep="\t")


@pytest.fixture(scope="module")
def planted(results: Path) -> pd.DataFrame:
    """Return the planted pairs: omic, feature, gene, class, effect."""
    return read_text_table(results / "simulated/truth/pairs.tsv")


def test_planted_relations_are_recovered_in_measured_and_predicted_scores(
    results: Path, planted: pd.DataFrame
):
    """The strongest pairs within lineages and types; of a few the gene is lost or the feature constant."""
    table = read_text_table(results / "tables/known_relations.tsv")
    strongest = planted.loc[planted["effect"].abs().nlargest(10).index]
    for source, own in table.groupby("source"):
        tested = own[own["status"] == "tested"]
        assert len(own) == 30, source
        assert (tested["recovered"] == "yes").sum() >= 20, source  # [28 of 28, 28 of 28, 24 of 24]
        assert (tested["recovered"] == "yes").mean() > 0.85, source
        assert set(zip(strongest["feature"], strongest["gene"], strongest["omic"], strict=True)) <= set(
            zip(own["feature"], own["gene"], own["omic"], strict=True)
        )
        found = tested[tested["recovered"] == "yes"]
        assert (np.sign(found["within_effect"]) == found["expected"]).all(), source
    assert table["source"].nunique() == 3


@pytest.mark.parametrize("scores", ["ccl_measured", "ccl_predicted", "tumors"])
def test_strongest_events_of_mutations_are_planted(results: Path, planted: pd.DataFrame, scores: str):
    top = read_text_table(results / f"tables/events_{scores}_top.tsv")
    first = top[top["omic"] == "mutation"].nsmallest(10, "log10_p")
    pairs = {(row.feature, row.gene) for row in planted[planted["omic"] == "mutation"].itertuples()}
    assert len(first) == 10
    hits = [(row.feature, row.gene) in pairs for row in first.itertuples()]
    assert np.mean(hits) >= 0.8  # HITS
    assert (first["r"] < 0).mean() >= 0.8


def test_the_gene_of_the_receptor_ranks_first(results: Path, planted: pd.DataFrame):
    """The receptor follows one gene that tumours depend on by their own expression of it."""
    table = read_text_table(results / "tables/clinical_receptor.tsv").query(
        "score == 'predicted dependency' and cancer_type == 'pooled'"
    )
    first = table.nsmallest(1, "log10_p").iloc[0]
    own = planted[planted["class"] == "self_expression"]
    assert first["gene"] in set(own["gene"])
    assert first["effect"] < -0.8  # [-1.5]
    assert bool(first["as_expected"])
    assert first["fdr"] < 1e-10
    expressed = read_text_table(results / "tables/clinical_receptor.tsv").query(
        "score == 'own expression' and cancer_type == 'pooled'"
    )
    assert expressed.nlargest(1, "effect")["gene"].iloc[0] == first["gene"]


def test_genes_that_need_the_hazardous_driver_have_a_hazard_ratio_below_one(
    results: Path, planted: pd.DataFrame
):
    """The hazard rises with a mutation of the first driver, which lowers the scores of its genes."""
    settings = Settings(seed=CONFIG["seed"], **CONFIG["simulate"])
    biology = draw_biology(np.random.default_rng(settings.seed).spawn(7)[0], settings)
    driver = biology.names[biology.drivers[0]]
    genes = planted[(planted["omic"] == "mutation") & (planted["feature"] == driver)]["gene"]
    table = read_text_table(results / "tables/survival_tumors.tsv").query("cancer_type == 'pooled'")
    found = table.set_index("gene").loc[genes]
    assert len(found) >= 1
    assert (found["high"] < 1).all()  # [0.83 (0.73 to 0.93), twice]
    assert (found["adjusted_high"] < 1).all()
    ranks = table.set_index("gene")["adjusted_log10_p"].rank()
    assert ranks[genes].max() <= 10  # of 232


def test_biomarker_classes_are_the_planted_ones(results: Path):
    summary = read_text_table(results / "tables/planted_biomarkers_summary.tsv").iloc[0]
    assert summary["genes"] >= 100
    assert summary["right"] > 0.8 * summary["genes"]  # [117 of 120]
    assert summary["right"] > 2 * summary["expected"]
    assert summary["p"] < 0.01


def test_changes_by_single_mutations_find_planted_pairs(results: Path):
    table = read_text_table(results / "tables/synthetic_planted.tsv").set_index("score")
    assert table.loc["synthetic", "pairs"] >= 20
    assert table.loc["synthetic", "auroc"] > 0.65  # [0.83]
    assert table.loc["synthetic", "same_sign"] > 0.6  # [0.81]
    assert table.loc["measured difference", "auroc"] > 0.95
    measured = read_text_table(results / "tables/synthetic_measured.tsv")
    assert (measured["r"] > measured["r_others"]).mean() > 0.8


def test_every_cancer_type_is_most_alike_its_lineage(results: Path):
    table = read_text_table(results / "tables/map_alike.tsv")
    first = table[table["rank"] == 1].set_index("group")["lineage"]
    assert len(first) == CONFIG["simulate"]["cancer_types"]
    for group, lineage in first.items():
        assert lineage.removeprefix("lineage_") == str(group).removeprefix("TYPE_"), group
    own = table[table["rank"] == 1].set_index("group")["centred_mean"]
    other = table[table["rank"] == 2].set_index("group")["centred_mean"]
    assert (own > other + 0.1).all()


def test_clusters_of_tumours_follow_their_cancer_types(results: Path):
    members = read_text_table(results / "tables/map_clusters.tsv")
    assert adjusted_rand_score(members["group"], members["cluster"]) > 0.5  # RAND


def test_searchable_map_is_one_page_that_says_what_it_shows(results: Path):
    page = results / "map/map.html"
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 20e6
    assert "SIMULATED data, study demo" in text
    assert not re.search(r"(?:src|href)=[\"']?https?:", text)
    reader = Words()
    reader.feed(text)
    reader.close()
    assert {"html", "body", "script"} <= reader.tags
    for name in read_text_table(results / "simulated/tumors/samples.tsv")["cancer_type"].unique():
        assert name in text


def test_every_analysis_says_what_it_left_out(results: Path):
    names = ["events_tumors_notes", "events_ccl_measured_notes", "events_ccl_predicted_notes"]
    names += ["clinical_receptor_skipped", "survival_tumors_skipped", "signatures_skipped"]
    names += ["attribution_skipped", "synthetic_skipped"]
    for name in names:
        header = (results / f"tables/{name}.tsv").read_text(encoding="utf-8").splitlines()[0]
        assert {"reason", "note"} & set(header.split("\t")), name
    assert "G0487 - G0002" in (results / "tables/synthetic_skipped.tsv").read_text(encoding="utf-8")
    assert "SIMULATED" in (results / "tables/map_notes.html").read_text(encoding="utf-8")


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
    seen = [f"has_{omic}" for omic in CONFIG["models"][model].get("omics", CONFIG["omics"])]
    assert ((scores["observed"] > 0) == table[seen].any(axis=1)).all()
    lines = table[table["in_training"]]
    relative = lines["relative"].to_numpy()
    closer = relative[:, None] - relative  # each is beyond the held-out lines that are nearer
    assert (lines["beyond"] >= (closer > 1e-4).mean(axis=1) - 1e-5).all()
    assert (lines["beyond"] <= (closer > -1e-4).mean(axis=1) + 1e-5).all()
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

TRAINED = {"train_network", "train_baseline", "train_final_network", "predict_cohort", "evaluate_models"}
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
        {"cohorts": {"tumors": {"domain": "cell_line"}}, "analyses": []},
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
    "events.min_mutated": ({"events": {"min_mutated": 6}}, {"find_events", "plot_events"}, TRAINED),
    "clinical": (
        {"clinical": {"receptor": {"expected": "higher"}}},
        {"test_clinical", "plot_clinical"},
        TRAINED | {"fit_survival", "find_events", "map_tumors", "assay_synthetic"},
    ),
    "analysed_model": (
        {"analysed_model": "ridge"},
        {"map_tumors", "map_embedding", "write_map_page", "find_events", "fit_survival", "test_clinical"},
        TRAINED | {"assay_synthetic", "attribute_predictions"},
    ),
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
    "tumors/selective.py": (
        {"map_selective", "map_tumors", "find_events", "test_clinical", "fit_survival"},
        TRAINED | {"assay_synthetic", "attribute_predictions", "decode_signatures"},
    ),
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
