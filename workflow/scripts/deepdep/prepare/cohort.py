"""A cohort in memory: samples and their omics on one row order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.io.parquet import read_matrix, read_table


@dataclass(frozen=True)
class Cohort:
    """Samples and their omics.

    Parameters
    ----------
    samples
        One row per sample (index ``sample``), with at least patient, group and domain.
    omics
        Omic name to samples x features, rows as in ``samples``; NaN = not measured,
        a row of NaN = the sample lacks the omic.
    """

    samples: pd.DataFrame
    omics: dict[str, pd.DataFrame]

    def take(self, samples: Iterable[str]) -> "Cohort":
        """Return the cohort of these samples, in this order."""
        rows = self.samples.index.get_indexer(pd.Index(list(samples)))
        if (rows < 0).any():
            raise KeyError("samples that the cohort does not have")
        return Cohort(self.samples.iloc[rows], {omic: frame.iloc[rows] for omic, frame in self.omics.items()})

    def domain(self, name: str) -> "Cohort":
        """Return the samples of one domain (``cell_line`` or ``tumor``)."""
        return self.take(self.samples.index[self.samples["domain"] == name])

    @property
    def features(self) -> dict[str, list[str]]:
        """Feature names per omic."""
        return {omic: list(frame.columns) for omic, frame in self.omics.items()}


def load_cohort(samples: str | Path, omics: Mapping[str, str | Path]) -> Cohort:
    """Load the modelled samples of a cohort and its omics from their parquet files."""
    sheet = read_table(samples, index="sample")
    sheet = sheet[sheet["modelled"]]
    frames = {omic: read_matrix(path).reindex(sheet.index).astype(np.float32) for omic, path in omics.items()}
    return Cohort(sheet, frames)


def load_cohorts(samples: list[str], omics: list[str], names: list[str]) -> list[Cohort]:
    """Load cohorts from their sample files and the files of their omics.

    Parameters
    ----------
    samples
        One file per cohort.
    omics
        For each cohort in turn, one file per name in ``names``.
    names
        Omics.
    """
    files = iter(omics)
    return [load_cohort(path, {name: next(files) for name in names}) for path in samples]


def join_cohorts(cohorts: Iterable[Cohort]) -> Cohort:
    """Stack cohorts that share their feature lists; every omic is a key of each."""
    cohorts = list(cohorts)
    if any(cohort.features != cohorts[0].features for cohort in cohorts):
        raise ValueError("cohorts with different features cannot be joined")
    samples = pd.concat([cohort.samples for cohort in cohorts])
    omics = {omic: pd.concat([cohort.omics[omic] for cohort in cohorts]) for omic in cohorts[0].omics}
    return Cohort(samples, omics)


def labels_of(dependency: pd.DataFrame, samples: Iterable[str]) -> np.ndarray:
    """Return the labels of ``samples``, samples x genes; NaN where not measured."""
    return dependency.reindex(list(samples)).to_numpy(np.float32)


def unlabelled(cohort: Cohort, labelled: Iterable[str]) -> Cohort:
    """Drop labelled samples and every sample that shares a patient with one.

    What is learned from these samples can then be used in every fold: no test line, and
    no other line of its patient, has been seen.
    """
    labelled = set(labelled)
    patients = set(cohort.samples["patient"][cohort.samples.index.isin(labelled)])
    keep = ~cohort.samples["patient"].isin(patients)
    return cohort.take(cohort.samples.index[keep])
