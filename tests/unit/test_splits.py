"""Splits by patient: nothing of a test line's patient is ever trained on."""

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.evaluate.splits import (
    COLUMNS,
    choose_validation,
    cross_validation,
    fold_of_test_lines,
    lines_of,
    patient_folds,
)


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
