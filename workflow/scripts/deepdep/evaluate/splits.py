"""Splits by patient: all lines of one patient are in the same fold and role."""

import numpy as np
import pandas as pd

from deepdep.errors import InputError

COLUMNS = ["sample", "repeat", "fold", "role", "group"]


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
            "lower protocols.cv.folds in the config, or add lines.",
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
        sample, repeat, fold, role (train, validation, test), group (patient).
    """
    parts = []
    for repeat in range(repeats):
        generator = np.random.default_rng([seed, repeat])
        fold_of = patient_folds(patients, folds, generator)
        for fold in range(folds):
            role = pd.Series("train", patients.index)
            role[fold_of == fold] = "test"
            role[choose_validation(patients[fold_of != fold], validation_share, generator)] = "validation"
            parts.append(
                pd.DataFrame({"repeat": repeat, "fold": fold, "role": role, "group": patients}).rename_axis(
                    "sample"
                )
            )
    return pd.concat(parts).reset_index()[COLUMNS]


def choose_validation(patients: pd.Series, share: float, generator: np.random.Generator) -> list[str]:
    """Choose whole patients until about ``share`` of the samples, at least one, are theirs.

    One patient stays for training; InputError where there is no other.
    """
    order = generator.permutation(patients.unique())
    if len(order) < 2:
        raise InputError(
            f"A fold has one patient to train on, {order[0]}, and none to stop early by.",
            "add lines of other patients, or raise protocols.cv.folds in the config.",
        )
    wanted = max(1, round(share * len(patients)))
    chosen: list[str] = []
    for patient in order[:-1]:
        if len(chosen) >= wanted:
            break
        chosen += list(patients.index[patients == patient])
    return chosen


def lines_of(splits: pd.DataFrame, repeat: int, fold: int, role: str) -> list[str]:
    """Return the lines of one role of one fold, in sheet order."""
    rows = (splits["repeat"] == repeat) & (splits["fold"] == fold) & (splits["role"] == role)
    return splits.loc[rows, "sample"].tolist()


def fold_of_test_lines(splits: pd.DataFrame, repeat: int) -> pd.Series:
    """Return the fold in which each sample is a test line (index: sample)."""
    rows = (splits["repeat"] == repeat) & (splits["role"] == "test")
    return splits[rows].set_index("sample")["fold"]
