"""Roles of the labelled lines in a fold: pieces that all protocols share."""

import numpy as np
import pandas as pd

from deepdep.errors import InputError

COLUMNS = ["sample", "repeat", "fold", "role", "group"]


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
