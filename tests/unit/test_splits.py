"""Splits by patient and lineage train on nothing of a test line's patient; those of the paper do."""

import logging

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate.held_out import leave_lineage_out, lineage_folds
from deepdep.evaluate.protocols import Lines, make_splits
from deepdep.evaluate.roles import COLUMNS, choose_validation
from deepdep.evaluate.splits import (
    FEWEST_LINES,
    UNKNOWN,
    cross_validation,
    fold_of_test_lines,
    folds_by_repeat,
    lines_of,
    patient_folds,
    patients_of_test_lines,
    published_subsamplings,
)
from deepdep.io import sheets


def make_patients(sizes: list[int]) -> pd.Series:
    """Make patients with these numbers of lines, their lines scattered over the sheet."""
    names = np.repeat([f"P{number}" for number in range(len(sizes))], sizes)
    names = np.random.default_rng(0).permutation(names)
    return pd.Series(names, pd.Index([f"L{row}" for row in range(len(names))], name="sample"))


SIZES = [1] * 40 + [2] * 10 + [4, 5]
PATIENTS = make_patients(SIZES)


@pytest.fixture(scope="module")
def splits() -> pd.DataFrame:
    return cross_validation(PATIENTS, folds=5, repeats=3, validation_share=0.15, seed=1)


def test_patients_are_in_one_role_of_a_fold(splits: pd.DataFrame) -> None:
    assert list(splits.columns) == COLUMNS
    roles = splits.groupby(["repeat", "fold", "group"])["role"].nunique()
    assert len(roles) == 15 * len(SIZES)
    assert (roles == 1).all()
    assert (splits["group"].to_numpy() == PATIENTS[splits["sample"]].to_numpy()).all()


def test_every_line_has_one_role_per_fold_and_is_tested_once_per_repeat(splits: pd.DataFrame) -> None:
    assert not splits.duplicated(["repeat", "fold", "sample"]).any()
    assert len(splits) == 15 * len(PATIENTS)
    tested = splits[splits["role"] == "test"].groupby("repeat")["sample"]
    for _, lines in tested:
        assert sorted(lines) == sorted(PATIENTS.index)


def test_folds_differ_by_no_more_than_the_largest_patient() -> None:
    for seed in range(30):
        folds = patient_folds(PATIENTS, 5, np.random.default_rng(seed))
        counts = folds.value_counts()
        assert len(counts) == 5
        assert counts.max() - counts.min() <= max(SIZES)
    single = patient_folds(make_patients([1] * 53), 5, np.random.default_rng(1)).value_counts()
    assert sorted(single) == [10, 10, 11, 11, 11]


def test_validation_has_its_share_of_the_training_part(splits: pd.DataFrame) -> None:
    counts = splits.groupby(["repeat", "fold", "role"]).size().unstack()  # noqa: PD010  a series has no pivot_table
    wanted = (0.15 * (counts["train"] + counts["validation"])).round()
    assert (counts["validation"] >= wanted).all()
    assert (counts["validation"] < wanted + max(SIZES)).all()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_validation_takes_whole_patients_at_least_one_and_leaves_one(share: float) -> None:
    patients = make_patients([1, 9, 2])
    for seed in range(20):
        chosen = choose_validation(patients, share, np.random.default_rng(seed))
        inside, outside = set(patients[chosen]), set(patients.drop(chosen))
        assert inside
        assert outside
        assert not inside & outside


def test_same_seed_same_splits_another_differs(splits: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(cross_validation(PATIENTS, 5, 3, 0.15, 1), splits)
    assert not cross_validation(PATIENTS, 5, 3, 0.15, 2).equals(splits)


def test_repeats_differ_and_do_not_depend_on_how_many_there_are(splits: pd.DataFrame) -> None:
    folds = [fold_of_test_lines(splits, repeat).sort_index() for repeat in range(3)]
    assert not folds[0].equals(folds[1])
    fewer = cross_validation(PATIENTS, 5, 1, 0.15, 1)
    pd.testing.assert_frame_equal(fewer, splits[splits["repeat"] == 0])


def test_folds_do_not_depend_on_the_order_of_the_sheet() -> None:
    turned = PATIENTS.iloc[::-1]
    first, second = (patient_folds(part, 5, np.random.default_rng(1)) for part in (PATIENTS, turned))
    pd.testing.assert_series_equal(first, second[first.index])


def test_too_few_patients_are_refused() -> None:
    with pytest.raises(InputError, match=r"^4 patients .* 5 folds\. Remedy: "):
        cross_validation(make_patients([9, 9, 9, 9]), 5, 1, 0.1, 1)


def test_fold_that_could_train_on_one_patient_only_is_refused() -> None:
    with pytest.raises(InputError, match=r"one patient to train on, P\d, .* Remedy: "):
        cross_validation(make_patients([10, 10]), 2, 1, 0.1, 1)


def test_patient_with_all_lines_leaves_none_to_train_on() -> None:
    sheet = make_sheet({"lung": 10, "skin": 10}).assign(patient="P0")
    with pytest.raises(InputError, match=r"A fold has no patient to train on and none to stop early by"):
        leave_lineage_out(sheet, 8, 0.1, 1)


def test_as_many_folds_as_patients_leaves_one_out_at_a_time() -> None:
    patients = make_patients([1, 3, 2, 1])
    splits = cross_validation(patients, 4, 1, 0.1, 1)
    tested = splits[splits["role"] == "test"].groupby("fold")["group"].unique()
    assert sorted(name for names in tested for name in names) == ["P0", "P1", "P2", "P3"]
    assert all(lines_of(splits, 0, fold, "train") for fold in range(4))


def test_lines_of_a_role_come_in_sheet_order(splits: pd.DataFrame) -> None:
    parts = [lines_of(splits, 2, 3, role) for role in ("train", "validation", "test")]
    assert sorted(line for part in parts for line in part) == sorted(PATIENTS.index)
    for part in parts:
        assert part == [line for line in PATIENTS.index if line in set(part)]
    assert set(parts[2]) == set(fold_of_test_lines(splits, 2).pipe(lambda fold: fold.index[fold == 3]))


def test_order_of_test_lines_is_that_of_the_first_repeat(splits: pd.DataFrame) -> None:
    first = fold_of_test_lines(splits, 0)
    patients = patients_of_test_lines(splits)
    assert list(patients.index) == list(first.index)
    pd.testing.assert_series_equal(patients, PATIENTS[first.index], check_names=False)
    for repeat, folds in enumerate(folds_by_repeat(splits)):
        pd.testing.assert_series_equal(folds, fold_of_test_lines(splits, repeat)[first.index])


# ---- lineages


def make_sheet(sizes: dict[str | None, int]) -> pd.DataFrame:
    """Make a sheet with these numbers of lines by lineage, a patient each, scattered."""
    groups = np.repeat(np.array(list(sizes), object), list(sizes.values()))
    groups = np.random.default_rng(0).permutation(groups)
    names = pd.Index([f"L{row:03d}" for row in range(len(groups))], name="sample")
    return pd.DataFrame({"patient": [f"P{row}" for row in range(len(names))], "group": groups}, names)


LINEAGES = {"skin": 8, "lung": 20, "brain": 7, "bone": 3, UNKNOWN: 11, None: 2}
SMALL = {"brain", "bone", UNKNOWN, None}


def lineage_sheet() -> pd.DataFrame:
    """Return the sheet of LINEAGES; three patients have two lines each, one of them in two lineages."""
    sheet = make_sheet(LINEAGES)
    for number, (one, other) in enumerate((("lung", "lung"), ("skin", "skin"), ("lung", "bone"))):
        first, second = sheet.index[sheet["group"] == one][number], sheet.index[sheet["group"] == other][-1]
        sheet.loc[[first, second], "patient"] = f"twins{number}"
    return sheet


def test_every_lineage_of_enough_lines_is_one_fold_and_all_others_one_more() -> None:
    sheet = lineage_sheet()
    splits = leave_lineage_out(sheet, 8, 0.15, 1)
    assert list(splits.columns) == COLUMNS
    folds = fold_of_test_lines(splits, 0)
    assert sorted(folds.index) == sorted(sheet.index)
    for fold, names in enumerate(({"lung"}, {"skin"}, SMALL)):
        lines = folds.index[folds == fold]
        assert set(sheet.loc[lines, "group"].where(sheet.loc[lines, "group"].notna(), None)) == names
        trained = lines_of(splits, 0, fold, "train") + lines_of(splits, 0, fold, "validation")
        assert not set(sheet.loc[trained, "group"]) & names
    assert splits["repeat"].eq(0).all()
    assert splits["fold"].max() == 2


def test_smaller_lineages_are_folds_of_their_own_where_asked() -> None:
    folds = lineage_folds(lineage_sheet()["group"], 3)
    assert folds.max() == 4  # bone, brain, lung, skin; those without a lineage
    assert lineage_folds(make_sheet({"a": 9, "b": 8})["group"], 8).nunique() == 2  # nothing to pool


def test_unknown_is_what_the_sheet_calls_an_empty_cell() -> None:
    assert sheets.UNKNOWN == UNKNOWN


def test_no_patient_of_a_lineage_held_out_is_trained_on(caplog: pytest.LogCaptureFixture) -> None:
    """The sister of a test line in another lineage takes no part in the fold, and the log says so."""
    sheet = lineage_sheet()
    with caplog.at_level(logging.INFO, logger="deepdep"):
        splits = leave_lineage_out(sheet, 8, 0.15, 1)
    roles = splits.groupby(["fold", "group"])["role"].nunique()
    assert (roles == 1).all()
    assert (splits["group"].to_numpy() == sheet["patient"][splits["sample"]].to_numpy()).all()
    counts = splits.groupby("fold").size()
    assert counts.tolist() == [len(sheet) - 1, len(sheet), len(sheet) - 1]
    absent = set(sheet.index) - set(splits.loc[splits["fold"] == 0, "sample"])
    assert sheet.loc[list(absent), ["patient", "group"]].to_numpy().tolist() == [["twins2", "bone"]]
    assert "fold 0: 20 test lines of lung; 1 further lines of their patients left out" in caplog.text
    assert "fold 2: 23 test lines of bone, brain, unknown; 1 further lines" in caplog.text


def test_validation_of_lineages_is_by_patient_and_has_its_share() -> None:
    sheet = lineage_sheet()
    splits = leave_lineage_out(sheet, 8, 0.2, 1)
    for fold in range(3):
        inside, trained = (lines_of(splits, 0, fold, role) for role in ("validation", "train"))
        assert not set(sheet.loc[inside, "patient"]) & set(sheet.loc[trained, "patient"])
        wanted = round(0.2 * (len(inside) + len(trained)))
        assert wanted <= len(inside) <= wanted + 1


def test_lineages_depend_on_the_seed_in_validation_only() -> None:
    sheet = lineage_sheet()
    first, same, other = (leave_lineage_out(sheet, 8, 0.2, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, same)
    assert not first.equals(other)
    pd.testing.assert_series_equal(fold_of_test_lines(first, 0), fold_of_test_lines(other, 0))
    turned = lineage_folds(sheet["group"].iloc[::-1], 8)
    pd.testing.assert_series_equal(turned[sheet.index], lineage_folds(sheet["group"], 8))


# ---- as published


def test_published_shares_are_80_10_10_by_line() -> None:
    patients = make_patients([1] * 200 + [2] * 39)
    splits = published_subsamplings(patients, 10, 0.111, 1)
    assert list(splits.columns) == COLUMNS
    assert not splits.duplicated(["repeat", "sample"]).any()
    counts = splits.groupby(["repeat", "role"]).size()
    for repeat in range(10):
        assert counts[repeat].to_dict() == {"train": 222, "validation": 28, "test": 28}
    assert splits["fold"].eq(0).all()
    assert (splits["group"].to_numpy() == patients[splits["sample"]].to_numpy()).all()
    assert splits.groupby(["repeat", "group"])["role"].nunique().max() > 1  # patients on both sides


def test_published_repeats_are_drawn_anew_and_do_not_depend_on_their_number() -> None:
    splits = published_subsamplings(PATIENTS, 5, 0.111, 1)
    tested = [frozenset(lines_of(splits, repeat, 0, "test")) for repeat in range(5)]
    assert len(set(tested)) == 5
    assert any(one & other for one in tested for other in tested if one != other)
    fewer = published_subsamplings(PATIENTS, 2, 0.111, 1)
    pd.testing.assert_frame_equal(fewer, splits[splits["repeat"] < 2])
    assert not fewer.equals(published_subsamplings(PATIENTS, 2, 0.111, 2))
    turned = published_subsamplings(PATIENTS.iloc[::-1], 5, 0.111, 1)
    assert [frozenset(lines_of(turned, repeat, 0, "test")) for repeat in range(5)] == tested


def test_published_repeats_have_their_own_test_lines_in_one_order() -> None:
    splits = published_subsamplings(PATIENTS, 5, 0.111, 1)
    every = list(patients_of_test_lines(splits).index)
    assert len(every) == len(set(every)) < len(PATIENTS)
    for repeat, folds in enumerate(folds_by_repeat(splits)):
        assert set(folds.index) == set(lines_of(splits, repeat, 0, "test"))
        assert list(folds.index) == sorted(folds.index, key=every.index)


# ---- a protocol of the config

KINDS = {
    "patients": {"kind": "patients", "folds": 3, "repeats": 2, "validation_share": 0.1},
    "lineage": {"kind": "lineage", "min_lines": 8, "validation_share": 0.1},
    "published": {"kind": "published", "repeats": 2, "validation_share": 0.1},
}
REFUSED = {
    "one lineage": (
        "lineage",
        {"lung": 40},
        "lineages of 8 lines or more make one fold only: lung, the largest of 1, has 40 of 40 lines.",
        "add lines of other lineages, or leave the protocol out",
    ),
    "small lineages": (
        "lineage",
        {"lung": 7, "skin": 5},
        "lineages of 8 lines or more make one fold only: lung, the largest of 2, has 7 of 12 lines.",
        "lower the protocol's min_lines",
    ),
    "no lineages": (
        "lineage",
        {UNKNOWN: 30, None: 10},
        "no labelled line has a lineage.",
        "name the sheet's column of lineages in cohorts.ccl.samples.group",
    ),
    "one patient for training": (
        "lineage",
        {"lung": 8, "skin": 1},
        "A fold has one patient to train on, P",
        "add lines of other patients",
    ),
    "few patients": (
        "patients",
        {"lung": 2},
        "2 patients with labelled lines cannot make 3 folds.",
        "lower the protocol's folds in the config, or add lines.",
    ),
    "few lines": (
        "published",
        {"lung": FEWEST_LINES - 1},
        "29 labelled lines are too few to test on 10% of them.",
        "provide scores of at least 30 lines, or leave the protocol out.",
    ),
}


def test_a_protocol_is_split_by_its_kind() -> None:
    sheet, patients = lineage_sheet(), lineage_sheet()["patient"]
    expected = {
        "patients": cross_validation(patients, 3, 2, 0.1, 7),
        "lineage": leave_lineage_out(sheet, 8, 0.1, 7),
        "published": published_subsamplings(patients, 2, 0.1, 7),
    }
    lines = Lines(sheet.assign(labelled=True))
    for kind, protocol in KINDS.items():
        pd.testing.assert_frame_equal(make_splits(lines, "mine", protocol, 7), expected[kind])


@pytest.mark.parametrize("case", REFUSED)
def test_protocol_that_cannot_be_formed_is_named_with_what_was_found_and_a_remedy(case: str) -> None:
    kind, sizes, found, remedy = REFUSED[case]
    with pytest.raises(InputError) as error:
        make_splits(Lines(make_sheet(sizes).assign(labelled=True)), "mine", KINDS[kind], 1)
    message = str(error.value)
    assert message.startswith(f"protocols.mine: {found}")
    assert message.count("protocols.mine: ") == message.count(" Remedy: ") == 1
    assert remedy in message.split(" Remedy: ")[1]
