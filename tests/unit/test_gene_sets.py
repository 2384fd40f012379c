"""Gene sets chosen inside the folds: by training lines, and by nothing else."""

import numpy as np
import pandas as pd
import pytest

from deepdep.evaluate.gene_sets import gene_sets, most_variable
from deepdep.evaluate.splits import cross_validation, lines_of, published_subsamplings

GENES = [f"G{number}" for number in range(8)]


@pytest.fixture
def labels() -> pd.DataFrame:
    """Return labels of 60 lines whose SD grows from gene to gene, with gaps."""
    rng = np.random.default_rng(1)
    lines = pd.Index([f"L{row}" for row in range(60)], name="sample")
    frame = pd.DataFrame(rng.normal(-0.4, np.linspace(0.1, 0.8, 8), (60, 8)), lines, GENES)
    return frame.mask(rng.random(frame.shape) < 0.05)


@pytest.fixture
def splits(labels: pd.DataFrame) -> pd.DataFrame:
    patients = pd.Series(labels.index, labels.index)
    return cross_validation(patients, 4, 2, 0.1, 1)


def chosen(table: pd.DataFrame, lines: list[str]) -> set[str]:
    return set(table.columns[table.loc[lines].notna().any()])


def test_sets_are_those_of_the_training_lines_of_each_fold(labels: pd.DataFrame, splits: pd.DataFrame):
    sets = gene_sets(labels, splits, 0.5, -0.8)
    assert list(sets) == ["reported", "variable", "selective"]
    assert all(table is labels for table in sets["reported"])
    for repeat in range(2):
        for fold in range(4):
            tested = lines_of(splits, repeat, fold, "test")
            training = labels.drop(index=tested)  # every other line: train and validation
            spread = training.std().sort_values()
            assert chosen(sets["variable"][repeat], tested) == set(spread.index[-4:])
            low = (training < -0.8).sum()
            wanted = (low >= 5) & ((training >= -0.8).sum() >= 5)
            assert chosen(sets["selective"][repeat], tested) == set(wanted.index[wanted])
    for table in (*sets["variable"], *sets["selective"]):
        known = table.notna().to_numpy()
        np.testing.assert_array_equal(table.to_numpy()[known], labels.to_numpy()[known])


def test_test_lines_do_not_choose(labels: pd.DataFrame, splits: pd.DataFrame):
    tested = lines_of(splits, 0, 1, "test")
    other = labels.copy()
    rng = np.random.default_rng(2)
    other.loc[tested, "G0"] = 50 * rng.normal(size=len(tested))  # would make it the most variable one
    for name in ("variable", "selective"):
        before, after = (
            chosen(gene_sets(part, splits, 0.5, -0.8)[name][0], tested) for part in (labels, other)
        )
        assert "G0" not in after
        assert before == after
    elsewhere = lines_of(splits, 0, 0, "test")
    assert "G0" in chosen(gene_sets(other, splits, 0.5, -0.8)["variable"][0], elsewhere)


def test_lines_that_a_subsampling_does_not_test_have_no_label(labels: pd.DataFrame):
    splits = published_subsamplings(pd.Series(labels.index, labels.index), 3, 0.1, 1)
    for repeat, table in enumerate(gene_sets(labels, splits, 0.5, -0.8)["variable"]):
        tested = lines_of(splits, repeat, 0, "test")
        assert table.drop(index=tested).isna().all(axis=None)
        assert len(chosen(table, tested)) == 4


def test_share_of_all_genes_and_genes_without_labels():
    labels = pd.DataFrame({"A": [1.0, 1, 1], "B": [0.0, 5, 9], "C": [np.nan, np.nan, 1], "D": [0.0, 0, 1]})
    assert most_variable(labels, 0.5).tolist() == [False, True, False, True]
    assert most_variable(labels, 1).tolist() == [True, True, False, True]  # C has no spread
    assert most_variable(labels, 0.01).tolist() == [False, True, False, False]


def test_genes_are_chosen_by_the_labels_trained_on_and_those_of_a_second_screen_count(
    labels: pd.DataFrame, splits: pd.DataFrame
):
    own = splits[splits["repeat"] == 0]
    rng = np.random.default_rng(3)
    # the most variable gene of the other screen is the least variable one of the labels
    second = pd.DataFrame(rng.normal(0, np.linspace(5, 0.1, 8), (60, 8)), labels.index, GENES)
    sets = gene_sets(labels, own, 0.5, -0.8, [second])
    assert sets["reported"][0] is second
    for fold in range(4):
        tested = lines_of(own, 0, fold, "test")
        kept = sets["variable"][0].loc[tested]
        assert chosen(sets["variable"][0], tested) == {"G4", "G5", "G6", "G7"}
        pd.testing.assert_frame_equal(kept[["G4", "G7"]], second.loc[tested, ["G4", "G7"]])
