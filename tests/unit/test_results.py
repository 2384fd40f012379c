"""The table of all results and the page on them: numbers carried over, words that follow from numbers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.config import variants_of
from deepdep.evaluate.gene_table import genes_by_model
from deepdep.evaluate.outcome import IMPOSSIBLE, no_result
from deepdep.evaluate.results import collect_results, training_costs, warnings_in
from deepdep.evaluate.verdicts import deep_gain, differences, not_beaten, sentences, verdict
from deepdep.io.parquet import write_table
from deepdep.plot.honest import INTERVALS, SHOWN, Facts, Roles, honest_sections
from deepdep.plot.page import Section, sections_page

MODELS = {"gene_mean": (np.nan, 0.0), "ridge": (0.3, 0.2), "deep": (0.25, 0.21), "plain": (0.2, 0.1)}
NAMES = ["model", "reference", "metric", "difference", "low", "high"]


def summary_of(models: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Make a summary of two gene sets; intervals of skill reach 0.15 to both sides."""
    rows = []
    for gene_set, less in (("reported", 0.0), ("variable", 0.05)):
        for model, (r, skill) in models.items():
            numbers = {"mean_r": r - less, "skill": skill - less, "mean_r_fold_weighted": r}
            ends = {
                f"{name}_{end}": value + step
                for name, value in numbers.items()
                for end, step in (("low", -0.15), ("high", 0.15))
            }
            more = dict.fromkeys([*SHOWN], 1.0) | {"genes": 8, "patients": 5}
            rows.append({"model": model, "gene_set": gene_set, **more, **numbers, **ends})
    return pd.DataFrame(rows).drop(columns=["fit_seconds", "max_rss_mb", "note"])


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[Path, Path]]:
    """Write summary and splits of a protocol with a result, and of one without."""
    found = []
    splits = pd.DataFrame({"sample": list("abcdef"), "repeat": 0, "fold": [0, 0, 0, 1, 1, 1], "role": "test"})
    splits["patient"] = splits["sample"]
    splits["group"] = splits["sample"]
    for name, table, tested in (
        ("cv", summary_of(MODELS), splits),
        ("never", no_result("No lineage. Remedy: none."), splits.iloc[:0]),
    ):
        paths = (tmp_path / f"{name}.parquet", tmp_path / f"{name}_splits.parquet")
        about = {
            "protocol": name,
            "split": "by patient",
            "score": "effect",
            "sources": {"scores.csv": "ab12"},
        }
        write_table(table, paths[0], "metrics", **about)
        write_table(tested, paths[1], "splits")
        found.append(paths)
    return found


@pytest.fixture
def costs(tmp_path: Path) -> pd.DataFrame:
    """Write notes and benchmarks of two folds of two models, one of which did not converge."""
    notes, benchmarks = [], []
    for model in ("ridge", "deep"):
        folder = tmp_path / "models" / model / "cv"
        folder.mkdir(parents=True)
        for fold in range(2):
            said = {"warnings": ["3 fits did not converge"]} if model == "deep" and fold else {}
            notes.append(folder / f"repeat0_fold{fold}.json")
            notes[-1].write_text(json.dumps({"model": {"members": [said, said]}}), encoding="utf-8")
            benchmarks.append(tmp_path / f"{model}{fold}.tsv")
            size = "NA" if model == "ridge" and fold else str(100 + fold)
            benchmarks[-1].write_text(f"s\th:m:s\tmax_rss\n{2 + fold}\t0:00:02\t{size}\n", encoding="utf-8")
    return training_costs(notes, benchmarks)


@pytest.fixture
def results(files: list[tuple[Path, Path]], costs: pd.DataFrame) -> pd.DataFrame:
    lineages = pd.Series(["lung", "lung", "skin", "unknown", None, "bone"], list("abcdef"))
    return collect_results("made", files, lineages, costs, simulated=True)


@pytest.fixture
def pairs() -> pd.DataFrame:
    rows = [
        ("deep", "ridge", "mean_r", -0.05, -0.07, -0.03),
        ("deep", "ridge", "skill", 0.01, -0.02, 0.04),
        ("deep", "plain", "mean_r", 0.05, 0.02, 0.08),
        ("deep", "plain", "skill", 0.01, -0.02, 0.04),
        ("plain", "ridge", "mean_r", -0.1, -0.2, -0.05),
    ]
    table = pd.DataFrame(rows, columns=NAMES).assign(protocol="cv", gene_set="reported")
    return pd.concat([table, table.assign(gene_set="variable", difference=9.0, low=8.0, high=10.0)])


# ---- the table


def test_costs_are_of_all_folds_and_warnings_are_counted(costs: pd.DataFrame):
    rows = costs.set_index("model")
    assert rows["fit_seconds"].to_dict() == {"ridge": 2.5, "deep": 2.5}
    assert rows["max_rss_mb"].to_dict() == {"ridge": 100, "deep": 101}
    assert rows["warnings"].to_dict() == {"ridge": "", "deep": "3 fits did not converge (1 of 2 folds)"}


def test_warnings_are_found_in_every_model_that_a_model_is_made_of():
    notes = {"warnings": ["a"], "unseen": {"model": {"members": [{"warnings": ["b"]}, {"warnings": []}]}}}
    assert list(warnings_in(notes)) == ["a", "b"]


def test_all_protocols_stand_in_one_table(results: pd.DataFrame):
    assert results["protocol"].tolist() == ["cv"] * 8 + ["never"]
    assert set(results["study"]) == {"made"}
    own = results[results["protocol"] == "cv"]
    assert set(own["lines"]) == {6}
    assert set(own["lineages"]) == {3}  # neither the unknown one nor the missing one
    assert set(own["sources"]) == {"scores.csv sha256:ab12"}
    rows = own.set_index(["model", "gene_set"])
    assert rows.loc[("deep", "variable"), "mean_r"] == pytest.approx(0.2)
    assert rows.loc[("deep", "variable"), "note"] == "3 fits did not converge (1 of 2 folds); simulated"
    assert rows.loc[("ridge", "reported"), "note"] == "simulated"
    assert np.isnan(rows.loc[("plain", "reported"), "fit_seconds"])
    last = results.iloc[-1]
    assert last["note"] == "No lineage. Remedy: none.; simulated"
    assert last[["mean_r", "skill", "genes"]].isna().all()
    assert IMPOSSIBLE not in results


def test_genes_stand_side_by_side_in_the_order_of_the_best_model():
    parts = {"gene_mean": [np.nan] * 3, "ridge": [0.1, np.nan, 0.5], "deep": [0.2, 0.3, 0.1]}
    genes = pd.concat(
        pd.DataFrame({"model": model, "gene": list("ABC"), "n": [5, 6, 7], "r": r, "skill": 0.5, "q": 0.01})
        for model, r in parts.items()
    ).assign(r_within_lineage=0.25)
    summary = pd.DataFrame({"model": list(parts), "gene_set": "reported", "mean_r": [np.nan, 0.3, 0.2]})
    other = summary.assign(gene_set="variable", mean_r=[np.nan, 0.0, 1.0])
    table = genes_by_model(genes, pd.concat([summary, other]))
    assert table["gene"].tolist() == ["C", "A", "B"]
    assert table["n"].tolist() == [7, 5, 6]
    assert table["r_deep"].tolist() == [0.1, 0.2, 0.3]
    best = ["skill_ridge", "q_ridge", "r_within_lineage_ridge"]
    assert list(table) == ["gene", "n", "r_gene_mean", "r_ridge", "r_deep", *best]
    assert len(genes_by_model(genes.iloc[:0], summary)) == 0


def test_models_vary_those_they_are_like_but_for_shuffled_labels():
    models = {
        "a": {"kind": "grid"}, "b": {"like": "a", "omics": ["x"]}, "c": {"like": "a", "shuffle_labels": True},
        "d": {"like": "a"}, "e": {"like": "f"}, "f": {"kind": "ridge"},
    }  # fmt: skip
    assert variants_of(models, ["a", "b", "c", "e"]) == {"b": "a"}  # d and f are not compared


# ---- words


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.01, 0.02, "above"), (-0.02, -0.01, "below"), (-0.01, 0.01, "not told apart from"),
     (0.0, 0.1, "not told apart from")],
)  # fmt: skip
def test_a_model_beats_where_the_whole_interval_is_above_zero(low: float, high: float, expected: str):
    assert verdict(low, high) == expected


def test_differences_are_of_the_reported_genes_and_skill_is_one_to_the_gene_mean(
    results: pd.DataFrame, pairs: pd.DataFrame
):
    found = differences(results, pairs)
    assert len(found) == 3 + 5
    assert found["difference"].max() < 1  # none of the other gene set
    base = found[found["reference"] == "gene_mean"].set_index("model")
    assert base["verdict"].to_dict() == {
        "ridge": "above",
        "deep": "above",
        "plain": "not told apart from",
    }  # 0.1 - 0.15 < 0
    assert base.loc["deep", ["difference", "low"]].tolist() == pytest.approx([0.21, 0.06])
    own = found[(found["model"] == "deep") & (found["reference"] == "ridge")]
    assert list(sentences(own)) == [
        "deep is below ridge in mean r per gene: -0.050 [-0.070, -0.030]",
        "deep is not told apart from ridge in MSE skill over the gene mean: +0.010 [-0.020, +0.040]",
    ]


def test_cross_validation_comes_first(results: pd.DataFrame, pairs: pd.DataFrame):
    other = results[results["protocol"] == "cv"].assign(protocol="lineage")
    more = pd.concat([pairs, pairs.assign(protocol="lineage")])
    found = differences(pd.concat([other, results]), more)
    assert found["protocol"].tolist() == ["cv"] * 8 + ["lineage"] * 8


def test_what_is_not_beaten_is_all_that_is_not_above(results: pd.DataFrame, pairs: pd.DataFrame):
    found = differences(results, pairs)
    said = not_beaten(found, [])
    assert len(said) == 1 + 4
    assert "cv: plain is not told apart from gene_mean in MSE skill over the gene mean: +0.100" in said[0]
    assert not any("deep is above" in text for text in said)
    assert len(not_beaten(found, ["plain"])) == 3


def test_deep_part_gains_where_the_interval_is_above_zero_only(results: pd.DataFrame, pairs: pd.DataFrame):
    first, second = deep_gain(differences(results, pairs), ["deep", "plain"])
    assert first == "cv: deep less plain in mean r per gene +0.050 [+0.020, +0.080]: a gain"
    assert second.endswith("+0.010 [-0.020, +0.040]: no deep gain")
    pairs[["low", "high"]] = -pairs[["high", "low"]].to_numpy()
    lost = deep_gain(differences(results, pairs), ["deep", "plain"])[0]
    assert lost.endswith("no deep gain (a loss)")
    assert deep_gain(differences(results, pairs), ["plain", "deep"]) == []


# ---- the page


def page_of(results: pd.DataFrame, pairs: pd.DataFrame, roles: Roles, ceiling: pd.DataFrame | None) -> str:
    """Give the page as text."""
    sections = honest_sections(Facts(results, pairs, ceiling), roles)
    return sections_page(sections, "Results, honestly", "SIMULATED data, study made")


def test_page_tells_results_beaten_floors_and_what_was_known(results: pd.DataFrame, pairs: pd.DataFrame):
    ceiling = pd.DataFrame({"gene": list("ABC"), "n": 9, "r": [0.2, 0.6, np.nan], "screen": "second"})
    roles = Roles(["plain"], {"deep": "plain"}, ["deep", "plain"], ["folds were <seen>"])
    page = page_of(results, pairs, roles, ceiling)
    assert '<div class="note">SIMULATED data, study made</div>' in page
    assert page.index("<td>ridge</td>") < page.index("<td>deep</td>") < page.index("<td>gene_mean</td>")
    assert "Measured on 6 lines of 5 patients in 3 lineages, for 8 genes." in page
    assert "<td>0.250 [0.100, 0.400]</td>" in page
    assert "<li>deep is below ridge in mean r per gene: -0.050 [-0.070, -0.030]</li>" in page
    assert "cv: deep less plain in mean r per gene +0.050 [+0.020, +0.080]: a gain" in page
    assert "<td>deep</td><td>plain</td><td>+0.050 [+0.020, +0.080]</td>" in page
    assert "<li>never: No lineage. Remedy: none.; simulated</li>" in page
    assert "<li>folds were &lt;seen&gt;</li>" in page
    assert '<td>second</td><td class="number">2</td><td class="number">0.400</td>' in page
    assert "<li>scores.csv sha256:ab12</li>" in page
    beaten = page[page.index("What is not beaten") : page.index("Ablations")]
    assert "plain is" not in beaten  # a floor beats nothing by intent
    assert set(INTERVALS.values()) <= {part.split("</th>")[0] for part in page.split("<th>")}


def test_page_says_what_there_is_not(results: pd.DataFrame, pairs: pd.DataFrame):
    page = page_of(results, pairs.iloc[:0], Roles(), None)
    for text in (
        "no model of evaluate.references is among those compared",
        "The config names no pair of models for this",
        "No compared model varies another one.",
        "No model with shuffled labels was run.",
        "the ceiling is not known",
        "The config says nothing of it",
    ):
        assert text in page
    alone = results[results["model"].isin(["gene_mean", "none"])]
    assert "No two models were compared." in page_of(alone, pairs.iloc[:0], Roles(), None)
    best = results[results["model"].isin(["gene_mean", "ridge"])]
    assert "None: every model beats every reference" in page_of(best, pairs.iloc[:0], Roles(), None)


def test_sections_are_escaped_and_in_order():
    page = sections_page([Section("A & b", "One.\n\nTwo.", ["x < y"]), Section("C")], "T", "N")
    assert "<h2>A &amp; b</h2>\n<p>One.</p>\n<p>Two.</p>\n<ul>\n<li>x &lt; y</li>\n</ul>\n<h2>C</h2>" in page
