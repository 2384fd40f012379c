"""Splits of the labelled lines by patient, and line by line as in the paper; what others ask of splits.

``cross_validation``: repeated K-fold by patient. ``published_subsamplings``: 10 % of the lines drawn at
random, which looks at no patient.
"""

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.roles import COLUMNS, fold_rows, roles_by_patient

UNKNOWN = "unknown"  # lineage of the lines whose cell in the sheet is empty
TEST_SHARE = 0.1  # of the published subsamplings
FEWEST_LINES = 30  # three test lines: between two, every r is 1 or -1


def patient_folds(patients: pd.Series, folds: int, generator: np.random.Generator) -> pd.Series:
    """Deal patients to folds at random, keeping the folds' numbers of lines within a patient's.

    Parameters
    ----------
    patients
        Patient of each sample (index: sample).
    folds
        Number of folds.

    Returns
    -------
    Series
        Fold of each sample, 0 to ``folds`` - 1.
    """
    counts = patients.value_counts(sort=False).sort_index()
    if len(counts) < folds:
        raise InputError(
            f"{len(counts)} patients with labelled lines cannot make {folds} folds.",
            "lower the protocol's folds in the config, or add lines.",
        )
    sizes = np.zeros(folds, int)
    fold_of = {}
    for patient in generator.permutation(counts.index.to_numpy()):
        smallest = int(generator.choice(np.flatnonzero(sizes == sizes.min())))
        fold_of[patient] = smallest
        sizes[smallest] += counts[patient]
    return patients.map(fold_of)


def cross_validation(
    patients: pd.Series, folds: int, repeats: int, validation_share: float, seed: int
) -> pd.DataFrame:
    """Make repeated patient-grouped K-fold splits with validation lines inside the training part.

    Returns
    -------
    DataFrame
        As of ``make_splits``.
    """
    parts = []
    for repeat in range(repeats):
        generator = np.random.default_rng([seed, repeat])
        fold_of = patient_folds(patients, folds, generator)
        for fold in range(folds):
            roles = roles_by_patient(patients, fold_of == fold, validation_share, generator)
            parts.append(fold_rows(patients, roles, repeat, fold))
    return pd.concat(parts).reset_index()[COLUMNS]


def published_subsamplings(
    patients: pd.Series, repeats: int, validation_share: float, seed: int
) -> pd.DataFrame:
    """Draw test lines at random, and validation lines from the rest, line by line as in the paper.

    Each repeat has one fold, and lines of one patient may be on both sides.

    Returns
    -------
    DataFrame
        As of ``make_splits``.
    """
    if len(patients) < FEWEST_LINES:
        raise InputError(
            f"{len(patients)} labelled lines are too few to test on {TEST_SHARE:.0%} of them.",
            f"provide scores of at least {FEWEST_LINES} lines, or leave the protocol out.",
        )
    tested = round(TEST_SHARE * len(patients))
    validation = max(1, round(validation_share * (len(patients) - tested)))
    parts = []
    for repeat in range(repeats):
        order = np.random.default_rng([seed, repeat]).permutation(np.sort(patients.index.to_numpy(str)))
        roles = pd.Series("train", patients.index)
        roles[order[:tested]] = "test"
        roles[order[tested : tested + validation]] = "validation"
        parts.append(fold_rows(patients, roles, repeat, 0))
    return pd.concat(parts).reset_index()[COLUMNS]


def lines_of(splits: pd.DataFrame, repeat: int, fold: int, role: str) -> list[str]:
    """Return the lines of one role of one fold, in sheet order."""
    rows = (splits["repeat"] == repeat) & (splits["fold"] == fold) & (splits["role"] == role)
    return splits.loc[rows, "sample"].tolist()


def fold_of_test_lines(splits: pd.DataFrame, repeat: int) -> pd.Series:
    """Return the fold in which each sample is a test line (index: sample)."""
    rows = (splits["repeat"] == repeat) & (splits["role"] == "test")
    return splits[rows].set_index("sample")["fold"]


def patients_of_test_lines(splits: pd.DataFrame) -> pd.Series:
    """Return the patient of every line that any repeat tests (index: sample), those of the first first."""
    tested = splits[splits["role"] == "test"].drop_duplicates("sample")
    return tested.set_index("sample")["group"]


def folds_by_repeat(splits: pd.DataFrame) -> list[pd.Series]:
    """Return the fold of the test lines of each repeat, all in the order of ``patients_of_test_lines``.

    The repeats of cross-validation test the same lines, those of ``published`` each their own.
    """
    order = patients_of_test_lines(splits).index
    each = [fold_of_test_lines(splits, repeat) for repeat in sorted(splits["repeat"].unique())]
    return [folds[order[order.isin(folds.index)]] for folds in each]


def first_repeats(splits: pd.DataFrame, repeats: int) -> pd.DataFrame:
    """Return the splits of the first repeats: those for which a model has been fitted."""
    return splits[splits["repeat"] < repeats]
