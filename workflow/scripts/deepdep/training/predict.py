"""Predictions of a study put together: out-of-fold where there are labels, final elsewhere."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import torch

from deepdep.prepare.cohort import Cohort
from deepdep.training.checkpoint import load_model


def predict_test_lines(
    cohort: Cohort, folds: pd.Series, models: Sequence[str], device: torch.device
) -> pd.DataFrame:
    """Predict each line by the model that has not seen it.

    Parameters
    ----------
    folds
        Fold of each labelled line (index: sample).
    models
        Checkpoint of each fold, in order of the folds.
    """
    parts = [
        load_model(path, device).predict(cohort.take(folds.index[folds == fold]))
        for fold, path in enumerate(models)
    ]
    return pd.concat(parts).loc[folds.index]


def mean_of_repeats(repeats: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Average the out-of-fold predictions of several repeats."""
    return sum(frame.loc[repeats[0].index] for frame in repeats) / len(repeats)


def put_out_of_fold(fitted: pd.DataFrame, folds: pd.DataFrame) -> pd.DataFrame:
    """Return ``fitted`` with the labelled lines' rows from out-of-fold predictions."""
    table = fitted.copy()
    table.loc[folds.index] = folds[fitted.columns].astype(fitted.dtypes.iloc[0])
    return table


def describe_samples(sheets: Mapping[str, pd.DataFrame], trained: Iterable[str]) -> pd.DataFrame:
    """List the predicted samples of all cohorts.

    Returns
    -------
    DataFrame
        cohort, sample, patient, group, in_training (the final model has seen its labels; its
        prediction in ``ccl`` is out of fold all the same), has_* and observed_* per omic.
    """
    trained = set(trained)
    parts = []
    for cohort, sheet in sheets.items():
        sheet = sheet[sheet["modelled"]]
        observed = [name for name in sheet.columns if name.startswith(("has_", "observed_"))]
        part = sheet[["sample", "patient", "group", *observed]].copy()
        part.insert(0, "cohort", cohort)
        part.insert(4, "in_training", (cohort == "ccl") & part["sample"].isin(trained))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
