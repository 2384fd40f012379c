"""Predictions of a study put together: out-of-fold where there are labels, final elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from deepdep.prepare.cohort import Cohort, load_cohort
from deepdep.training.checkpoint import FittedModel, blocks_of, load_model

SPREAD = (
    "ensemble: models trained on other folds or from other seeds, how far their predictions differ; "
    "not predictive, measurement noise is not in it"
)


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
    codes, observed = [], []
    for _, part in blocks_of(cohort):
        codes.append(fitted.codes(part))
        observed.append(fitted.observed(part))
    if any(one is None for one in codes):
        return Seen(cohort.samples, None, pd.Series(float("nan"), cohort.samples.index))
    return Seen(cohort.samples, pd.concat(codes), pd.concat(observed))


def codes_of_folds(
    cohort: Cohort, splits: pd.DataFrame, models: Iterable[str | Path], device: torch.device
) -> Iterator[tuple[pd.DataFrame | None, pd.DataFrame | None]]:
    """Yield, repeat by repeat and fold by fold, the codes of the lines trained on and of the test lines.

    Parameters
    ----------
    models
        Checkpoints in the same order.
    """
    for path, (_, rows) in zip(models, splits.groupby(["repeat", "fold"]), strict=True):
        fitted = load_model(path, device)
        lines = [rows.loc[rows["role"] == role, "sample"] for role in ("train", "test")]
        training, test = (fitted.codes(cohort.take(list(names))) for names in lines)
        yield training, test


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
    first, *others = repeats
    total = first.copy()
    for other in others:
        total += other.loc[first.index]
    return total / len(repeats)


class Spread:
    """Running standard deviation of predictions, samples x genes (Welford 1962): one table at a time.

    A sample may be left out of some tables; it counts those it is in.
    """

    def __init__(self, samples: pd.Index, genes: Sequence[str]) -> None:
        self.samples, self.genes = samples, list(genes)
        self.counts = np.zeros(len(samples), int)
        self.means = np.zeros((len(samples), len(self.genes)))
        self.squares = np.zeros_like(self.means)

    def add(self, table: pd.DataFrame) -> None:
        """Take in one table of predictions."""
        rows = self.samples.get_indexer(table.index)
        values = table[self.genes].to_numpy()
        self.counts[rows] += 1
        difference = values - self.means[rows]
        self.means[rows] += difference / self.counts[rows, None]
        self.squares[rows] += difference * (values - self.means[rows])

    def table(self) -> pd.DataFrame:
        """Return the standard deviation (n - 1), NaN where a sample has fewer than two predictions."""
        counts = np.where(self.counts > 1, self.counts, np.nan)[:, None]
        return pd.DataFrame(np.sqrt(self.squares / (counts - 1)), self.samples, self.genes, np.float32)


def spread_of(
    cohort: Cohort, models: Iterable[str | Path], unseen: Iterable[set[str]], device: torch.device
) -> Spread:
    """Predict a cohort with all models of cross-validation, and each of their members.

    Parameters
    ----------
    models
        Checkpoints.
    unseen
        For each checkpoint, the samples it may predict: a labelled line only where it is a test line.
    """
    spread = None
    for path, allowed in zip(models, unseen, strict=True):
        fitted = load_model(path, device)
        part = cohort.take([name for name in cohort.samples.index if name in allowed])
        spread = spread or Spread(cohort.samples.index, fitted.genes)
        for table in fitted.predict_members(part):
            spread.add(table)
    assert spread is not None  # noqa: S101  cross-validation has folds
    return spread


def allowed_samples(samples: pd.Index, splits: pd.DataFrame) -> list[set[str]]:
    """Return, repeat by repeat and fold by fold, the samples that a fold's model has not seen.

    Those are all samples without labels, and of the labelled ones the test lines: validation lines
    have said when to stop.
    """
    free = set(samples) - set(splits["sample"])
    tests = splits[splits["role"] == "test"].groupby(["repeat", "fold"])["sample"]
    return [free | (set(lines) & set(samples)) for _, lines in tests]


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
