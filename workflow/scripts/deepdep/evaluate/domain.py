"""How far a sample is from the lines that a model was trained on, in units of those lines' own spread.

A prediction far from all training lines is an extrapolation, whatever the spread of an ensemble says.
The features may be those of the omics or, as the workflow has it, a model's codes: what it sees of a sample.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError

logger = logging.getLogger("deepdep")

SMALL = 1e-6  # spread of a feature, relative to its size, that counts as none: codes are in single precision
DISTANCES = ["distance", "relative", "beyond"]


@dataclass(frozen=True)
class Domain:
    """Training lines as points.

    ``features``, their ``mean`` and ``scale`` (standard deviation; the constant ones left out);
    ``axes`` (features x components); ``patients`` of the lines and their ``points`` (lines x components);
    ``own``: sorted distances of the lines to each other, the lines of its patient left out for each;
    ``neighbours``.
    """

    features: list[str]
    mean: np.ndarray
    scale: np.ndarray
    axes: np.ndarray
    patients: np.ndarray
    points: np.ndarray
    own: np.ndarray
    neighbours: int


def fit_domain(
    training: pd.DataFrame, patients: pd.Series | None = None, components: int = 20, neighbours: int = 5
) -> Domain:
    """Standardise the features of the training lines, reduce them by PCA, measure their own distances.

    Parameters
    ----------
    training
        Lines x features; NaN = not measured, which stands at the feature's mean.
    patients
        Patient of each line (index: line): lines of one patient are near-duplicates, so that they are
        no neighbours. Without, every line is of a patient of its own, named as the line.
    components
        Most axes of the PCA.
    neighbours
        Number of nearest lines whose mean distance is taken.

    Raises
    ------
    InputError
        If there are too few lines or no feature differs between them.
    """
    owners = owners_of(training, patients)
    same = owners[:, None] == owners
    if len(training) - same.sum(axis=1).max(initial=0) <= neighbours:
        raise InputError(
            f"{len(training)} training lines are too few for {neighbours} neighbours of each.",
            "add lines of other patients.",
        )
    measured = training.loc[:, training.notna().any()]
    mean, scale = measured.mean().to_numpy(np.float64), measured.std(ddof=0).to_numpy(np.float64)
    varies = scale > SMALL * np.maximum(np.abs(mean), 1)
    if not varies.any():
        raise InputError("No feature differs between the training lines.", "check the tables of the omics.")
    features = list(measured.columns[varies])
    scaled = standardised(training[features], mean[varies], scale[varies])
    axes = np.linalg.svd(scaled, full_matrices=False)[2][: min(components, len(training) - 1)].T
    points = scaled @ axes
    own = np.sort(nearest(points, points, neighbours, same))
    return Domain(features, mean[varies], scale[varies], axes, owners, points, own, neighbours)


def owners_of(samples: pd.DataFrame, patients: pd.Series | None) -> np.ndarray:
    """Return the patient of each sample, the sample's name where no patients are given."""
    return (samples.index if patients is None else patients.loc[samples.index]).to_numpy(object)


def standardised(frame: pd.DataFrame, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return features of mean 0 and SD 1; 0 where not measured."""
    return np.nan_to_num((frame.to_numpy(np.float64) - mean) / scale, nan=0)


def nearest(points: np.ndarray, lines: np.ndarray, neighbours: int, same: np.ndarray) -> np.ndarray:
    """Return the mean distance of each point to its nearest lines, those that are the ``same`` left out."""
    squares = (points**2).sum(axis=1)[:, None] + (lines**2).sum(axis=1) - 2 * points @ lines.T
    distances = np.where(same, np.inf, np.sqrt(np.maximum(squares, 0)))
    return np.partition(distances, neighbours - 1, axis=1)[:, :neighbours].mean(axis=1)


def out_of_domain(domain: Domain, samples: pd.DataFrame, patients: pd.Series | None = None) -> pd.DataFrame:
    """Score samples by how far they are from the training lines.

    What the axes of the training lines do not span is not seen; a feature not measured stands at the
    lines' mean and draws the sample towards them, so that ``observed`` is to be read beside.

    Parameters
    ----------
    domain
        The training lines.
    samples
        Samples x features, in the units of the training lines. Features unknown to ``domain`` are
        ignored, absent ones are not measured.
    patients
        As for :func:`fit_domain`: no line is a neighbour of itself or of its patient's samples.

    Returns
    -------
    DataFrame
        Index sample: ``distance`` (mean to the nearest lines), ``relative`` (to the median of the lines'
        own), ``beyond`` (share of training lines nearer to the others than the sample is, 0 to 1),
        ``observed`` (share of the features measured).
    """
    known = samples.reindex(columns=domain.features)
    points = standardised(known, domain.mean, domain.scale) @ domain.axes
    same = owners_of(samples, patients)[:, None] == domain.patients
    distance = nearest(points, domain.points, domain.neighbours, same)
    return pd.DataFrame(
        {
            "distance": distance,
            "relative": distance / np.median(domain.own),
            "beyond": np.searchsorted(domain.own, distance - SMALL) / len(domain.own),
            "observed": known.notna().mean(axis=1).to_numpy(),
        },
        index=samples.index,
    )


def held_out_scores(
    folds: Iterable[tuple[pd.DataFrame | None, pd.DataFrame | None]], patients: pd.Series
) -> pd.DataFrame | None:
    """Score the test lines of cross-validation, each by the models that have not seen it.

    Parameters
    ----------
    folds
        Codes of training lines and of test lines, fold by fold; None for a model that looks at no omics.
    patients
        Patient of each line.

    Returns
    -------
    DataFrame
        Index sample: ``distance`` and ``relative``, means over repeats; None where there are no codes.
    """
    scores = [
        out_of_domain(domain, test, patients)
        for training, test in folds
        if training is not None
        and test is not None
        and (domain := domain_or_none(training, patients)) is not None
    ]
    if not scores:
        return None
    return pd.concat(scores).groupby(level=0, sort=False)[["distance", "relative"]].mean()


def score_codes(
    codes: Mapping[str, pd.DataFrame | None],
    patients: Mapping[str, pd.Series],
    trained: Sequence[str],
    held_out: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """Score the samples of all cohorts by the distance of their codes to those of the training lines.

    A model has learned from its training lines, which spreads their codes more than those of unseen ones.
    So ``beyond`` is measured against lines held out of cross-validation, and these have the scores of the
    models that had not seen them.

    Parameters
    ----------
    codes
        Cohort to samples x code units; None for a model that looks at no omics.
    patients
        Cohort to the patient of each sample.
    trained
        Training lines, which are in cohort ``ccl``.
    held_out
        What :func:`held_out_scores` gave.

    Returns
    -------
    dict
        Cohort to ``distance``, ``relative`` (see :func:`out_of_domain`) and ``beyond`` (share of the held-out
        lines that are nearer than the sample) of its samples. NaN without codes and, with a warning, where
        the lines are too few or no unit differs between them.
    """
    known = {cohort: frame for cohort, frame in codes.items() if frame is not None}
    domain = domain_or_none(known["ccl"].loc[list(trained)], patients["ccl"]) if known else None
    if domain is None or held_out is None:
        return {cohort: pd.DataFrame(np.nan, who.index, DISTANCES) for cohort, who in patients.items()}
    reference = np.sort(held_out["relative"].to_numpy())
    scores = {}
    for cohort, frame in known.items():
        table = out_of_domain(domain, frame, patients[cohort])
        if cohort == "ccl":
            table.update(held_out)
        table["beyond"] = np.searchsorted(reference, table["relative"]) / len(reference)
        scores[cohort] = table[DISTANCES]
    return scores


def domain_or_none(lines: pd.DataFrame, patients: pd.Series) -> Domain | None:
    """Return the domain of some lines; None, with a warning, where they span none."""
    try:
        return fit_domain(lines, patients)
    except InputError as error:  # its two cases; the predictions are wanted all the same
        logger.warning("the columns %s are left empty: %s", ", ".join(DISTANCES), error)
        return None
