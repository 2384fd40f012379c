"""Real cell lines and tumours through all rules, with one epoch and two folds."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from runs import Run, copy_tree, reported_rows, snakemake, write_config

from deepdep.io.parquet import read_header, read_matrix, read_table

pytestmark = [pytest.mark.slow, pytest.mark.real]
MODELS = ["gene_mean", "ridge", "deepdep"]
QUICK = {
    "epoch_limit": 1,
    "analyses": ["events", "clinical", "survival"],
    "analysed_model": "ridge",
    "compare": MODELS,
    "evaluate": {"bootstrap": 100},
    "protocols": {"cv": {"folds": 2}},
}
REPORTED = 1298


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, real: Path) -> Path:
    """Return a copy of the project that has the folder of real data where the study's paths point."""
    above = tmp_path_factory.mktemp("real")
    (above / "shared").symlink_to(real.parent, target_is_directory=True)
    (above / "project").mkdir()
    return copy_tree(above / "project")


@pytest.fixture(scope="module")
def config(project: Path) -> dict[str, Any]:
    """Return the study file."""
    return yaml.safe_load((project / "tests/real/config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Run the real study, quickly."""
    quick = write_config(project / "quick.yaml", QUICK)
    return snakemake(project, "--configfile", "tests/real/config.yaml", quick, timeout=1200)


@pytest.fixture(scope="module")
def results(project: Path, run: Run) -> Path:
    """Return the folder of results of a run that went well."""
    assert run.status == 0, run.text[-4000:]
    return project / "results/real"


def ids_of_columns(path: Path) -> set[str]:
    """Return the samples of a table of features x samples."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return set(handle.readline().rstrip("\n").split("\t")[1:])


def ids_of_sheet(path: Path, column: str) -> set[str]:
    """Return the samples of a sheet."""
    return set(pd.read_csv(path, sep="\t", usecols=[column], dtype=str)[column])


@pytest.mark.parametrize("model", MODELS)
def test_every_line_with_expression_is_predicted(results: Path, real: Path, model: str):
    expected = ids_of_columns(real / "ccl/expression.tsv.gz") & ids_of_sheet(
        real / "ccl/models.tsv", "ModelID"
    )
    lines = read_matrix(results / f"predictions/{model}/ccl.parquet")
    assert len(expected) > 1000
    assert set(lines.index) == expected
    labelled = read_matrix(results / "dependency.parquet")
    assert set(labelled.index) < expected
    assert not lines.isna().any(axis=None)
    text = pd.read_csv(results / f"predictions/{model}/ccl.tsv.gz", sep="\t", index_col="sample")
    np.testing.assert_allclose(text, lines, rtol=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_every_tumour_with_expression_is_predicted(results: Path, real: Path, model: str):
    sheet = ids_of_sheet(real / "tumors/clinical.tsv", "PatientID")
    expected = ids_of_columns(real / "tumors/expression.tsv.gz") & sheet
    tumors = read_matrix(results / f"predictions/{model}/tumors.parquet")
    assert len(expected) > 1000
    assert set(tumors.index) == expected
    assert np.isfinite(tumors.to_numpy()).all()


def test_reported_genes_and_extra_ones(results: Path, config: dict[str, Any]):
    genes = read_table(results / "genes.parquet", index="gene")
    assert genes["reported"].sum() == REPORTED
    assert (genes.loc[genes["reported"], "missing"] < config["genes"]["max_missing"]).all()
    chosen = genes.loc[genes["reported"], "sd"]
    assert chosen.is_monotonic_decreasing
    added = genes.index[genes["extra"] & ~genes["reported"]]
    assert len(added) >= 1
    assert set(added) <= set(config["genes"]["extra"])
    for model in MODELS:
        predicted = read_table(results / f"predictions/{model}/ccl.parquet").columns
        assert set(predicted) == {"sample", *genes.index}
    evaluated = read_table(results / "metrics/cv_genes.parquet")
    assert set(evaluated["gene"]) == set(genes.index[genes["reported"]])


def test_extra_genes_that_cannot_be_modelled_are_named(results: Path, config: dict[str, Any]):
    genes = set(read_table(results / "genes.parquet")["gene"])
    log = (results / "logs/prepare_dependency.log").read_text(encoding="utf-8")
    for gene in set(config["genes"]["extra"]) - genes:
        assert any(gene in line for line in log.splitlines() if "extra genes skipped" in line), gene


def test_lines_without_an_omic_are_counted_and_kept(results: Path, real: Path):
    log = (results / "logs/prepare_samples/ccl.log").read_text(encoding="utf-8")
    samples = read_table(results / "cohorts/ccl/samples.parquet", index="sample")
    sheet = ids_of_sheet(real / "ccl/models.tsv", "ModelID")
    counts = {
        omic: len(ids_of_columns(real / f"ccl/{omic}.tsv.gz") & sheet)
        for omic in ("mutation", "expression", "copy_number")
    }
    named = ", ".join(f"{omic} {count}" for omic, count in counts.items())
    assert f"{len(sheet)} samples, of which with {named}" in log
    assert f"{len(sheet) - counts['expression']} samples are not modelled" in log
    lacking = samples["modelled"] & ~(samples["has_mutation"] & samples["has_copy_number"])
    assert lacking.sum() > 50
    predicted = set(read_matrix(results / "predictions/ridge/ccl.parquet").index)
    assert set(samples.index[lacking]) <= predicted


def test_share_of_features_observed_is_written_per_tumour(results: Path, real: Path):
    """The tumours' expression lacks no cell: all have the share of genes that both tables have."""
    samples = read_table(results / "cohorts/tumors/samples.parquet", index="sample")
    for omic in ("mutation", "expression", "copy_number"):
        has = samples[f"has_{omic}"]
        assert samples.loc[has, f"observed_{omic}"].between(0, 1, inclusive="right").all()
        assert (samples.loc[~has, f"observed_{omic}"] == 0).all()
    genes = set(read_matrix(results / "cohorts/ccl/expression.parquet").columns)
    table = pd.read_csv(real / "tumors/expression.tsv.gz", sep="\t", index_col=0)
    assert not table.isna().any(axis=None)
    shares = samples.loc[samples["has_expression"], "observed_expression"]
    np.testing.assert_allclose(shares, len(genes & set(table.index)) / len(genes))
    assert 0 < shares.iloc[0] < 1


def test_ridge_earns_its_correlation_on_real_data(results: Path):
    table = reported_rows(results / "tables/metrics_cv.tsv")
    assert list(table.index) == MODELS
    assert table.loc["ridge", "mean_r"] > 0.3
    assert table.loc["ridge", "skill"] > 0.05
    assert table.loc["gene_mean", "skill"] == 0


# ---- analyses


def test_oncogene_addictions_are_found_in_measured_and_predicted_scores(results: Path):
    """All in the screens; with two folds of ridge, those of KRAS and CTNNB1 out of fold, KRAS in tumours."""
    table = pd.read_csv(results / "tables/known_relations.tsv", sep="\t")
    table["recovered"] = table["recovered"] == "yes"
    sources = dict(list(table.set_index("gene").groupby("source")))
    measured, lines, tumors = (sources[name] for name in sorted(sources))
    genes = {"BRAF", "KRAS", "NRAS", "CTNNB1", "PIK3CA"}
    assert set(measured.index) == set(lines.index) == set(tumors.index) == genes
    assert measured["recovered"].all()
    assert (measured["within_effect"] < -0.5).all()  # SDs [-0.85 to -2.5]
    assert (lines["effect"] < 0).all()
    assert lines.loc[["KRAS", "CTNNB1"], "recovered"].all()
    assert tumors.loc["KRAS", "recovered"]
    assert tumors.loc["KRAS", "effect"] < -0.3  # [-0.70]
    assert tumors.loc["PIK3CA", "n_mutated"] > 300


def test_er_positive_tumours_are_predicted_to_depend_on_its_genes(results: Path):
    table = pd.read_csv(results / "tables/clinical_er_status.tsv", sep="\t")
    predicted = table[table["score"] == "predicted dependency"].set_index("gene")
    assert set(predicted["cancer_type"]) == {"BRCA"}
    assert (predicted["n_other"] > 600).all()
    assert (predicted["n_reference"] > 150).all()
    assert (predicted.loc[["ESR1", "FOXA1", "GATA3"], "high"] < 0).all()
    assert predicted["as_expected"].astype(bool).all()
    assert predicted.loc["ESR1", "effect"] < -1  # SDs [-2.0]
    left_out = (results / "tables/clinical_er_status_skipped.tsv").read_text(encoding="utf-8")
    assert "own expression of ESR1, FOXA1\tnot among the features of expression" in left_out


def test_survival_is_fitted_in_the_cancer_types_with_events(results: Path):
    fits = pd.read_csv(results / "tables/survival_tumors.tsv", sep="\t")
    genes = read_table(results / "genes.parquet")["gene"]
    assert (fits.groupby("cancer_type")["gene"].nunique() == len(genes)).all()
    sizes = fits.drop_duplicates("cancer_type").set_index("cancer_type")[["n", "events"]]
    assert (sizes["events"] >= 10).all()
    assert sizes.loc["pooled", "n"] >= sizes.drop("pooled")["n"].sum()
    assert (fits["status"] == "converged").mean() > 0.95
    known = fits[fits["status"] == "converged"]
    assert (known["low"] < known["hr"]).all()
    assert (known["hr"] < known["high"]).all()


def test_nothing_is_called_simulated(results: Path):
    for path in results.rglob("*.parquet"):
        assert "SIMULATED" not in str(read_header(path)), path
    assert "SIMULATED" not in (results / "tables/metrics_cv.html").read_text(encoding="utf-8")
    assert not list(results.glob("figures/planted*"))


def test_nothing_is_left_to_do(project: Path, results: Path):
    assert results.is_dir()
    again = snakemake(project, "--dry-run", "--configfile", "tests/real/config.yaml", "quick.yaml")
    assert "Nothing to be done" in again.text, again.text
