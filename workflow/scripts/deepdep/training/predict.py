"""Predictions of a study put together: out-of-fold where there are labels, final elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch

from deepdep.prepare.cohort import Cohort, load_cohort
from deepdep.training.checkpoint import FittedModel, load_model

BLOCK_SAMPLES = 1000  # samples that are scaled at once: bounds memory, not results


@dataclass(frozen=True)
class Seen:
    """What a model sees of a cohort, without its omics.

    ``sheet``: the modelled samples (index: sample); ``codes`` of each, None for a model that looks at no
    omics; ``observed``: share of the model's features that were measured, NaN for such a model.
    """

    sheet: pd.DataFrame
    codes: pd.DataFrame | None
    observed: pd.Series


def see_cohort(fitted: FittedModel, samples: str | Path, omics: Mapping[str, str | Path]) -> Seen:
    """Read a cohort, keep what the model sees of it and let go of its omics."""
    cohort = load_cohort(samples, omics)
    names, codes, observed = cohort.samples.index, [], []
    for start in range(0, len(names), BLOCK_SAMPLES):
        part = cohort.take(names[start : start + BLOCK_SAMPLES])
        codes.append(fitted.codes(part))
        observed.append(fitted.observed(part))
    if any(one is None for one in codes):
        return Seen(cohort.samples, None, pd.Series(float("nan"), names))
    return Seen(cohort.samples, pd.concat(codes), pd.concat(observed))


def predict_test_lines(
    cohort: Cohort, folds: pd.Series, models: Sequence[str], device: torch.device
) -> pd.DataFrame:
    """Predict each line by the model that has not seen it.

    Parameters
    ----------
    folds
        Fold of each test line (index: sample).
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


def describe_samples(
    seen: Mapping[str, Seen], trained: Iterable[str], scores: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """List the predicted samples of all cohorts.

    Parameters
    ----------
    seen
        Cohort to what the model sees of it.
    trained
        Lines whose labels the final model has seen.
    scores
        Cohort to further columns (index: sample).

    Returns
    -------
    DataFrame
        cohort, sample, patient, group, in_training (the final model has seen its labels; its
        prediction in ``ccl`` is out of fold all the same), has_* and observed_* per omic, the columns
        of ``scores``, observed (share of the model's features measured).
    """
    trained = set(trained)
    parts = []
    for cohort, one in seen.items():
        sheet = one.sheet.reset_index()
        observed = [name for name in sheet.columns if name.startswith(("has_", "observed_"))]
        part = sheet[["sample", "patient", "group", *observed]].copy()
        part.insert(0, "cohort", cohort)
        part.insert(4, "in_training", (cohort == "ccl") & part["sample"].isin(trained))
        parts.append(part.join(scores[cohort].assign(observed=one.observed), on="sample"))
    return pd.concat(parts, ignore_index=True)
