"""Predicted profiles of all cohorts under one list of samples, and omics aligned with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.evaluate.splits import UNKNOWN
from deepdep.io.parquet import read_matrix, read_present

LINES = "ccl"
KEY = ["cohort", "sample"]


@dataclass(frozen=True)
class Profiles:
    """Samples and what belongs to them, row by row.

    ``samples``: one row per sample (cohort, sample, group, ...), rows numbered from 0; ``scores``: the
    same rows x genes. A sample's name may occur in several cohorts.
    """

    samples: pd.DataFrame
    scores: pd.DataFrame

    def part(self, chosen: np.ndarray | pd.Series) -> "Profiles":
        """Return the rows that a mask chooses, numbered anew."""
        mask = np.asarray(chosen, bool)
        return Profiles(self.samples[mask].reset_index(drop=True), self.scores[mask].reset_index(drop=True))

    def tumors(self) -> "Profiles":
        """Return the tumours alone."""
        return self.part(self.samples["domain"].eq("tumor"))

    def lines(self) -> "Profiles":
        """Return the cell lines alone."""
        return self.part(self.samples["cohort"].eq(LINES))


def join_profiles(samples: pd.DataFrame, predictions: Mapping[str, pd.DataFrame]) -> Profiles:
    """Put the predictions of all cohorts below each other, in the order of ``samples``.

    Parameters
    ----------
    samples
        One row per sample: cohort, sample, and what else is known of it.
    predictions
        Cohort to samples x genes; the same genes in every cohort.

    Raises
    ------
    InputError
        A cohort's predictions lack a sample or have other genes than the first cohort's.
    """
    samples = samples.reset_index(drop=True)
    genes = next(iter(predictions.values())).columns
    parts = []
    for cohort, own in samples.groupby("cohort", sort=False):
        table = predictions[str(cohort)]
        missing = ~own["sample"].isin(table.index)
        if missing.any() or not genes.equals(table.columns):
            what = f"{missing.sum()} samples" if missing.any() else "some genes"
            raise InputError(
                f"predictions of cohort {cohort} lack {what}.",
                "Remove the folder of predictions of the analysed model; the next run makes it anew.",
            )
        parts.append(table.loc[own["sample"]].set_axis(own.index))
    return Profiles(samples, pd.concat(parts).loc[samples.index])


def read_profiles(samples: pd.DataFrame, cohorts: Iterable[str], paths: Iterable[str | Path]) -> Profiles:
    """Read the predictions of cohorts (parquet, in the order of ``cohorts``) and join them."""
    tables = {cohort: read_matrix(path) for cohort, path in zip(cohorts, paths, strict=True)}
    return join_profiles(samples[samples["cohort"].isin(list(tables))], tables)


def read_aligned(
    samples: pd.DataFrame,
    cohorts: Iterable[str],
    paths: Iterable[str | Path],
    features: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Read an omic of several cohorts as rows of ``samples`` x features; NaN where a sample has no value.

    Parameters
    ----------
    samples
        One row per sample: cohort, sample.
    cohorts, paths
        Cohorts and the parquet files of the omic.
    features
        Those that are wanted, of which the omic may lack some; None for all.
    """
    wanted = None if features is None else list(features)
    parts = []
    for cohort, path in zip(cohorts, paths, strict=True):
        values = read_matrix(path) if wanted is None else read_present(path, wanted)
        own = samples.loc[samples["cohort"].eq(cohort), "sample"]
        parts.append(values.reindex(own).set_axis(own.index))
    return pd.concat(parts).reindex(samples.index)


def known_group(samples: pd.DataFrame) -> pd.Series:
    """Return the group of each sample; ``unknown`` where the sheet does not name one."""
    return samples["group"].fillna(UNKNOWN).astype(str).replace("", UNKNOWN)
