"""Clinical groupings and survival on planted cohorts, and what is said of input that cannot be used."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts

from deepdep.config_analyses import check_clinical, check_sheet_columns
from deepdep.errors import InputError
from deepdep.plot.clinical import clinical_groups
from deepdep.plot.survival import hazard_ratios, kaplan_meier
from deepdep.plot.words import p_text
from deepdep.simulate.settings import Settings
from deepdep.simulate.study import simulate
from deepdep.tumors.clinical import (
    EXPRESSION,
    POOLED,
    PREDICTED,
    TYPE_MEAN,
    WITHIN,
    Cohort,
    associate,
    load_cohort,
    significant,
)
from deepdep.tumors.covariates import covariate_table, stage_numbers
from deepdep.tumors.groupings import Grouping, Skipped
from deepdep.tumors.halves import halves, top_rows, with_proportionality
from deepdep.tumors.survival import Endpoint, survival_of, survival_table

TUMORS, GENES = 240, 12
ENDPOINT = Endpoint("OS.time", "OS", ["age", "gender", "stage", "nothing"], "Redaction")


@pytest.fixture
def cohort() -> Cohort:
    """Draw tumours of three types: gene G0 follows the group, G1 the type only, G2 the hazard."""
    rng = np.random.default_rng(2)
    ids = pd.Index([f"T{i}" for i in range(TUMORS)], name="sample")
    kind = np.repeat(["A", "B", "C"], TUMORS // 3)
    share = pd.Series(kind).map({"A": 0.2, "B": 0.5, "C": 0.8}).to_numpy()
    positive = rng.random(TUMORS) < share
    score = pd.DataFrame(rng.normal(size=(TUMORS, GENES)), ids, [f"G{i}" for i in range(GENES)])
    score["G0"] -= 1.5 * positive
    score["G1"] -= 3.0 * (share - 0.5) * 2
    age = rng.normal(60, 10, TUMORS).round()
    death = rng.exponential(1000 / np.exp(0.8 * score["G2"] + 0.05 * (age - 60)))
    seen = rng.uniform(300, 3000, TUMORS)
    sheet = pd.DataFrame(
        {
            "sample": ids,
            "patient": ids,
            "group": kind,
            "status": np.where(positive, "Positive", "Negative"),
            "grade": rng.choice(["1", "2", "3"], TUMORS),
            "age": age,
            "gender": rng.choice(["MALE", "FEMALE"], TUMORS),
            "stage": rng.choice(["Stage I", "Stage IIA", "Stage III", "Stage X"], TUMORS),
            "OS": (death < seen).astype(float),
            "OS.time": np.minimum(death, seen).round(),
            "Redaction": None,
        }
    )
    expression = score[["G0", "G2"]] * -1.0 + rng.normal(size=(TUMORS, 2))
    return load_cohort("tumors", score, expression, sheet)


def rows(table: pd.DataFrame, gene: str, score: str = PREDICTED) -> pd.DataFrame:
    """Return the rows of a gene and score by cancer type."""
    return table[(table["gene"] == gene) & (table["score"] == score)].set_index("cancer_type")


STATUS = Grouping("status", "status", {"neg": ["negative"], "pos": ["positive"]}, "neg", expected="lower")


def test_a_planted_group_is_found_and_a_cancer_type_is_not_taken_for_it(cohort: Cohort):
    table, values = associate(cohort, STATUS, Skipped())
    planted, confounded = rows(table, "G0"), rows(table, "G1")
    assert set(planted.index) == {"A", "B", "C", POOLED, WITHIN}
    assert (planted["effect"] < -0.8).all()
    assert planted["as_expected"].all()
    assert confounded.loc[POOLED, "log10_p"] < -6
    assert confounded.loc[WITHIN, "log10_p"] > -2
    assert rows(table, "G1", TYPE_MEAN).loc[POOLED, "log10_p"] < -6
    assert significant(table, 0.05)[f"{WITHIN}: lower"] == ["G0"]
    assert set(values["gene"]) >= {"G0"}
    own = rows(table, "G0", EXPRESSION)
    assert own.loc[WITHIN, "effect"] > 0.5
    assert own["as_expected"].isna().all()
    assert rows(table, "G3", EXPRESSION).empty


def test_the_reference_turns_the_sign_and_three_groups_or_numbers_have_their_tests(cohort: Cohort):
    other = associate(cohort, Grouping("s", "status", STATUS.groups, "pos"), Skipped())[0]
    assert (rows(other, "G0")["effect"] > 0.8).all()
    grades = associate(cohort, Grouping("g", "grade", genes=["G0"]), Skipped())[0]
    assert set(grades["test"]) == {"Kruskal-Wallis"}
    assert {"mean_1", "mean_2", "mean_3"} <= set(grades.columns)
    ages = associate(cohort, Grouping("a", "age", genes=["G0"], cancer_types=["A", "B"]), Skipped())[0]
    assert set(ages["test"]) == {"Spearman"}
    assert set(rows(ages, "G0").index) == {"A", "B", POOLED, WITHIN}


BAD = {
    "misspelt": (Grouping("x", "statu"), "did you mean 'status'"),
    "missing": (Grouping("x", "quux"), "no column 'quux'; columns are patient"),
    "empty": (Grouping("x", "Redaction"), "is empty"),
    "constant": (Grouping("x", "status", {"a": ["positive"], "b": ["never"]}), "nothing to compare"),
    "gene": (Grouping("x", "status", genes=["NOPE"]), "no predictions"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_grouping_that_cannot_be_used_is_named_with_the_reason(cohort: Cohort, name: str):
    grouping, reason = BAD[name]
    skipped = Skipped()
    table, values = associate(cohort, grouping, skipped)
    assert table.empty
    assert values.empty
    assert reason in " ".join(skipped.table()["reason"])


def test_groups_of_one_unknown_values_genes_and_types_are_left_out_and_the_rest_goes_on(cohort: Cohort):
    cohort.sheet.iloc[0, cohort.sheet.columns.get_loc("grade")] = "9"
    groups = {"one": ["1"], "rare": ["9"], "two": ["2", "absent"]}
    skipped = Skipped()
    table, _ = associate(cohort, Grouping("x", "grade", groups, None, ["G0", "NOPE"], ["A", "Z"]), skipped)
    assert set(table["cancer_type"]) == {"A"}
    assert set(table["other"]) == {"two"}
    said = " ".join(skipped.table()[["what", "reason"]].agg(" ".join, axis=1))
    for part in ("group rare 1 samples", "value absent", "gene NOPE", "cancer type Z"):
        assert part in said


def test_further_samples_of_a_patient_are_no_further_observations(cohort: Cohort):
    cohort.sheet["patient"] = cohort.sheet["patient"].where(cohort.sheet["group"] != "A", "same")
    skipped = Skipped()
    table, _ = associate(cohort, STATUS, skipped)
    assert rows(table, "G0").loc[POOLED, "n"] == TUMORS - TUMORS / 3 + 1
    assert "79 further samples" in skipped.table()["reason"].iloc[0]


# ---- survival


def test_the_planted_hazard_is_found_beside_own_expression_and_with_covariates(cohort: Cohort):
    skipped = Skipped()
    table = survival_table(cohort, ENDPOINT, skipped)
    assert set(table["cancer_type"]) == {"A", "B", "C", POOLED}
    own = table[table["gene"] == "G2"].set_index("cancer_type")
    assert own.loc[POOLED, "low"] < np.exp(0.8) < own.loc[POOLED, "high"]
    assert own.loc[POOLED, "adjusted_low"] < np.exp(0.8) < own.loc[POOLED, "adjusted_high"]
    assert (own["log10_p"] < -2).all()
    assert (own["expression_hr"] < 1).all()
    assert own.loc[POOLED, "adjusted_for"] == "age, gender=" + least(cohort.sheet["gender"]) + ", stage"
    assert own.loc[POOLED, "adjusted_n"] < own.loc[POOLED, "n"]
    assert (table.loc[table["gene"] == "G3", "expression_status"] == "not measured").all()
    assert (table[table["gene"] != "G2"].groupby("cancer_type")["fdr"].min() > 0.001).all()
    assert "no column 'nothing'" in " ".join(skipped.table()["reason"])


def least(column: pd.Series) -> str:
    """Return the rarer value."""
    return column.value_counts().index[-1]


def test_cancer_types_with_few_events_redacted_and_unknown_patients_are_left_out_with_counts(cohort: Cohort):
    sheet = cohort.sheet
    sheet.loc[sheet["group"] == "A", "OS"] = 0.0
    sheet.loc[sheet.index[100:103], "Redaction"] = "Redacted"
    sheet.loc[sheet.index[105:107], "OS.time"] = [np.nan, -5]
    skipped = Skipped()
    table = survival_table(cohort, ENDPOINT, skipped)
    assert set(table["cancer_type"]) == {"B", "C", POOLED}
    assert table.loc[table["cancer_type"] == "B", "n"].iloc[0] == TUMORS / 3 - 5
    said = skipped.table().set_index("what")["reason"]
    assert said["cancer type A"] == "0 events of 80 patients, 10 are needed"
    assert said["3 patients"] == "redacted (column 'Redaction')"
    assert "no OS.time" in said["2 patients"]


@pytest.mark.parametrize("column", ["OS", "OS.time"])
def test_without_endpoint_or_events_the_table_is_empty_with_the_reason(cohort: Cohort, column: str):
    skipped = Skipped()
    bare = Cohort("t", cohort.predicted, cohort.expression, cohort.sheet.drop(columns=column))
    assert survival_table(bare, ENDPOINT, skipped).empty
    assert f"no column {column!r}" in skipped.table()["reason"].iloc[0]
    cohort.sheet["OS"] = 0.0
    skipped = Skipped()
    table = survival_table(cohort, ENDPOINT, skipped)
    assert table.empty
    assert "adjusted_hr" in table
    assert "no events in column 'OS'" in skipped.table()["reason"].tolist()


def test_stages_are_ranks_and_categories_columns():
    column = pd.Series(
        ["Stage I", "Stage IIA", "stage iiic", "IV", "Stage 0", "Stage X", "[Discrepancy]", None]
    )
    assert stage_numbers(column).tolist()[:5] == [1, 2, 3, 4, 0]
    assert stage_numbers(column)[5:].isna().all()
    sheet = pd.DataFrame(
        {
            "years": ["61", "70", "[Not Available]", "44", "35"] * 4,
            "stage": np.tile([*column[:4], "[Not Applicable]"], 4),
            "sex": ["f"] * 12 + ["m"] * 8,
            "copy": np.r_[np.zeros(12), np.full(8, 3.0)],
            "same": 1.0,
            "rare": [1.0] + [np.nan] * 19,
        }
    )
    table, reasons = covariate_table(sheet, ["years", "stage", "sex", "copy", "same", "rare", "sexx"])
    assert table.columns.tolist() == ["years", "stage", "sex=m"]
    assert len(table) == 12  # those whose years and stage are known
    assert [reason.split(":")[0] for reason in reasons] == ["same", "rare", "sexx", "copy"]


def test_halves_are_of_the_top_rows_one_of_each_cancer_type_first(cohort: Cohort):
    table = survival_table(cohort, ENDPOINT, Skipped())
    patients = survival_of(cohort, ENDPOINT, Skipped())
    table, top = with_proportionality(table, patients, cohort.predicted, 4)
    assert top["cancer_type"].iloc[:3].nunique() == 3
    assert top["gene"].is_unique
    assert top["proportional_log10_p"].notna().all()
    assert table["proportional_log10_p"].notna().sum() == 4
    curves = halves(top, patients, cohort.predicted)
    first = curves[curves["gene"] == "G2"]
    assert abs(first["half"].value_counts().diff().iloc[-1]) <= 1
    assert first["logrank_log10_p"].iloc[0] < -2
    assert top_rows(table, 0).empty


# ---- figures


def test_figures_say_numbers_and_what_is_not_there(cohort: Cohort):
    table, values = associate(cohort, STATUS, Skipped())
    figure = clinical_groups(table, values, "score", [])
    said = texts(figure)
    for part in (
        "within cancer type: d = ",
        "cancer-type mean: d = ",
        "own expression: not among",
        "neg",
        "all ",
    ):
        assert part in said
    assert not clipped(figure)
    fits = survival_table(cohort, ENDPOINT, Skipped())
    patients = survival_of(cohort, ENDPOINT, Skipped())
    figure = hazard_ratios(fits, 0.2, [])
    assert "G2  pooled (240; " in texts(figure)
    assert not clipped(figure)
    figure = kaplan_meier(halves(top_rows(fits, 2), patients, cohort.predicted), "OS", [])
    assert "log-rank p = " in texts(figure)
    empty = pd.DataFrame(), pd.DataFrame()
    assert "no column" in texts(clinical_groups(*empty, "score", ["no column 'x'"]))
    assert "no events" in texts(hazard_ratios(fits.iloc[:0], 0.2, ["no events"]))


def test_p_values_that_are_no_numbers_any_more_are_written():
    assert p_text(-412.3) == "p = 5.0e-413"
    assert p_text(np.log10(0.04)) == "p = 0.04"
    assert p_text(np.nan) == "p undefined"


# ---- config and simulated columns

CONFIG = {
    "analyses": ["clinical", "survival"],
    "cohorts": {"ccl": {"domain": "cell_line"}, "tumors": {"domain": "tumor"}},
    "clinical": {},
    "survival": {"time": "OS.time", "event": "OS", "covariates": ["age", "stage"]},
}


def test_groupings_with_unknown_cohorts_references_or_double_values_are_refused():
    entry = {"column": "x", "genes": None, "groups": {"a": ["1"], "b": ["2", 1]}}
    config = {**CONFIG, "clinical": {"mine": {**entry, "cohort": "ccl", "reference": "c"}}}
    said = "\n".join(check_clinical(config))
    assert "clinical.mine.cohort: 'ccl' is no cohort of tumours; there are tumors" in said
    assert "clinical.mine.reference: 'c' is none of the groups a, b" in said
    assert "clinical.mine.groups: in two groups: 1" in said


def test_columns_that_are_nearly_right_are_refused_and_absent_ones_are_not():
    config = {**CONFIG, "clinical": {"mine": {"column": "ER_statu", "genes": None}}}
    check_sheet_columns(config, {"tumors": ["sample", "PFI", "PFI.time", "DSS.time"]})
    with pytest.raises(InputError, match=r"clinical.mine.column: no column 'ER_statu'.*") as error:
        check_sheet_columns(config, {"tumors": ["ER_status"]})
    assert "Did you mean 'ER_status'?" in str(error.value)
    with pytest.raises(InputError, match=r"survival\.time: no column 'OS\.time'"):
        check_sheet_columns({**CONFIG, "clinical": {}}, {"tumors": ["OS", "os.time", "age"]})


def test_the_simulated_receptor_follows_the_strongest_own_expression_and_has_blanks(tmp_path: Path):
    settings = Settings(lines=60, unlabelled_lines=8, lineages=4, tumors=200, cancer_types=3, features=80,
                        genes=50, gene_sets=60)  # fmt: skip
    simulate(settings, tmp_path)
    sheet = pd.read_csv(tmp_path / "tumors/samples.tsv", sep="\t", index_col="sample")
    pairs = pd.read_csv(tmp_path / "truth/pairs.tsv", sep="\t").query("`class` == 'self_expression'")
    scores = pd.read_csv(tmp_path / "dependency.tsv.gz", sep="\t", index_col=0)
    pairs = pairs[pairs["gene"].isin(scores.index[scores.notna().mean(axis=1) >= 0.9])]
    gene = pairs.loc[pairs["effect"].abs().idxmax(), "gene"]
    truth = pd.read_csv(tmp_path / "truth/tumors.tsv.gz", sep="\t", index_col=0).loc[gene, sheet.index]
    means = truth.groupby(sheet["receptor"]).mean()
    assert means["positive"] < means["negative"] - truth.std()
    assert 0.08 < sheet["receptor"].isna().mean() < 0.25
    assert stage_numbers(sheet["stage"]).dropna().nunique() == 4
