"""Splits of the labelled lines into training, validation and test lines, one kind per protocol.

``patients``: repeated K-fold by patient. ``lineage``: one lineage held out at a time, by patient too.
``published``: 10 % of the lines drawn at random, as in the paper, which looks at no patient.
"""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError

logger = logging.getLogger("deepdep")

UNKNOWN = "unknown"  # lineage of the lines whose cell in the sheet is empty
COLUMNS = ["sample", "repeat", "fold", "role", "group"]
TEST_SHARE = 0.1  # of the published subsamplings
FEWEST_LINES = 30  # three test lines: between two, every r is 1 or -1
# What stands in the header of the splits and in the tables made with them.
WORDS = {
    "patients": "by patient: all lines of a patient are on one side",
    "lineage": "one lineage held out at a time; no line of a test line's patient is trained on",
    "published": "by line as published: lines of one patient may be on both sides",
}


def make_splits(sheet: pd.DataFrame, name: str, protocol: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Make the splits of a protocol of the config.

    Parameters
    ----------
    sheet
        patient and group (lineage) of each labelled line (index: sample).
    name
        Name of the protocol.
    protocol
        Its entry in the config, with its kind.

    Returns
    -------
    DataFrame
        sample, repeat, fold, role (train, validation, test), group (patient). A line that has no
        row in a fold takes no part in it.

    Raises
    ------
    InputError
        The lines cannot be split like that.
    """
    kind, share = protocol["kind"], protocol["validation_share"]
    try:
        if kind == "lineage":
            return leave_lineage_out(sheet, protocol["min_lines"], share, seed)
        if kind == "published":
            return published_subsamplings(sheet["patient"], protocol["repeats"], share, seed)
        return cross_validation(sheet["patient"], protocol["folds"], protocol["repeats"], share, seed)
    except InputError as error:
        error.args = (f"protocols.{name}: {error}",)
        raise


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


def leave_lineage_out(
    sheet: pd.DataFrame, min_lines: int, validation_share: float, seed: int
) -> pd.DataFrame:
    """Hold out one lineage at a time, lines of small or unknown lineages together as the last fold.

    Returns
    -------
    DataFrame
        As of ``make_splits``.
    """
    patients, fold_of = sheet["patient"], lineage_folds(sheet["group"], min_lines)
    generator, parts = np.random.default_rng([seed, 0]), []
    for fold in range(fold_of.max() + 1):
        roles = roles_by_patient(patients, fold_of == fold, validation_share, generator)
        lineages = sheet.loc[fold_of == fold, "group"].fillna(UNKNOWN)
        text = "fold %d: %d test lines of %s; %d further lines of their patients left out"
        names = ", ".join(sorted(lineages.unique()))
        logger.info(text, fold, len(lineages), names, len(patients) - len(roles))
        parts.append(fold_rows(patients, roles, 0, fold))
    return pd.concat(parts).reset_index()[COLUMNS]


def lineage_folds(lineages: pd.Series, min_lines: int) -> pd.Series:
    """Give each lineage of at least ``min_lines`` lines a number, by name, and all other lines one more.

    Returns
    -------
    Series
        Fold of each sample.
    """
    counts = lineages[lineages != UNKNOWN].value_counts()
    if counts.empty:
        raise InputError(
            "no labelled line has a lineage.",
            "name the sheet's column of lineages in cohorts.ccl.samples.group, or leave the protocol out.",
        )
    large = sorted(counts.index[counts >= min_lines])
    folds = lineages.map({name: place for place, name in enumerate(large)}).fillna(len(large)).astype(int)
    if folds.nunique() < 2:
        most = f"{counts.index[0]}, the largest of {len(counts)}, has {counts.iloc[0]} of {len(lineages)}"
        raise InputError(
            f"lineages of {min_lines} lines or more make one fold only: {most} lines.",
            "lower the protocol's min_lines, add lines of other lineages, or leave the protocol out.",
        )
    return folds


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


def roles_by_patient(
    patients: pd.Series, tested: pd.Series, validation_share: float, generator: np.random.Generator
) -> pd.Series:
    """Choose validation lines by patient; other lines of the test lines' patients get no role."""
    free = patients[~patients.isin(patients[tested])]
    roles = pd.Series("train", patients.index)
    roles[tested] = "test"
    roles[choose_validation(free, validation_share, generator)] = "validation"
    return roles[tested | patients.index.isin(free.index)]


def fold_rows(patients: pd.Series, roles: pd.Series, repeat: int, fold: int) -> pd.DataFrame:
    """Return the rows of one fold."""
    rows = {"repeat": repeat, "fold": fold, "role": roles, "group": patients[roles.index]}
    return pd.DataFrame(rows).rename_axis("sample")


def choose_validation(patients: pd.Series, share: float, generator: np.random.Generator) -> list[str]:
    """Choose whole patients until about ``share`` of the samples, at least one, are theirs.

    One patient stays for training; InputError where there is no other.
    """
    order = generator.permutation(patients.unique())
    if len(order) < 2:
        found = f"one patient to train on, {order[0]}," if len(order) else "no patient to train on"
        raise InputError(
            f"A fold has {found} and none to stop early by.",
            "add lines of other patients, or change the protocol in the config.",
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
