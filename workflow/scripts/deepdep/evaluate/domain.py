"""How far a sample is from the lines that a model was trained on, in units of those lines' own spread.

A prediction far from all training lines is an extrapolation, whatever the spread of an ensemble says.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError

SMALL = 1e-8  # spread of a feature, relative to its size, that counts as none


@dataclass(frozen=True)
class Domain:
    """Training lines as points.

    ``features``, their ``mean`` and ``scale`` (standard deviation; the constant ones left out);
    ``axes`` (features x components); ``lines`` and their ``points`` (lines x components);
    ``own``: sorted distances of the lines to each other, each line left out in turn; ``neighbours``.
    """

    features: list[str]
    mean: np.ndarray
    scale: np.ndarray
    axes: np.ndarray
    lines: pd.Index
    points: np.ndarray
    own: np.ndarray
    neighbours: int


def fit_domain(training: pd.DataFrame, components: int = 20, neighbours: int = 5) -> Domain:
    """Standardise the features of the training lines, reduce them by PCA, measure their own distances.

    Parameters
    ----------
    training
        Lines x features; NaN = not measured, which stands at the feature's mean.
    components
        Most axes of the PCA.
    neighbours
        Number of nearest lines whose mean distance is taken.

    Raises
    ------
    InputError
        If there are too few lines or no feature differs between them.
    """
    if len(training) < neighbours + 2:
        raise InputError(
            f"{len(training)} training lines are too few for {neighbours} neighbours of each.", "add lines."
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
    own = np.sort(nearest(points, points, neighbours, np.eye(len(points), dtype=bool)))
    return Domain(features, mean[varies], scale[varies], axes, training.index, points, own, neighbours)


def standardised(frame: pd.DataFrame, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return features of mean 0 and SD 1; 0 where not measured."""
    return np.nan_to_num((frame.to_numpy(np.float64) - mean) / scale, nan=0)


def nearest(points: np.ndarray, lines: np.ndarray, neighbours: int, same: np.ndarray) -> np.ndarray:
    """Return the mean distance of each point to its nearest lines, those that are the ``same`` left out."""
    squares = (points**2).sum(axis=1)[:, None] + (lines**2).sum(axis=1) - 2 * points @ lines.T
    distances = np.where(same, np.inf, np.sqrt(np.maximum(squares, 0)))
    return np.partition(distances, neighbours - 1, axis=1)[:, :neighbours].mean(axis=1)


def out_of_domain(domain: Domain, samples: pd.DataFrame) -> pd.DataFrame:
    """Score samples by how far they are from the training lines.

    What the axes of the training lines do not span is not seen; a feature not measured stands at the
    lines' mean and draws the sample towards them, so that ``observed`` is to be read beside.

    Parameters
    ----------
    domain
        The training lines.
    samples
        Samples x features, in the units of the training lines; a training line (by its name) is not
        its own neighbour. Features unknown to ``domain`` are ignored, absent ones are not measured.

    Returns
    -------
    DataFrame
        Index sample: ``distance`` (mean to the nearest lines), ``relative`` (to the median of the lines'
        own), ``beyond`` (share of training lines nearer to the others than the sample is, 0 to 1),
        ``observed`` (share of the features measured).
    """
    known = samples.reindex(columns=domain.features)
    points = standardised(known, domain.mean, domain.scale) @ domain.axes
    same = samples.index.to_numpy()[:, None] == domain.lines.to_numpy()
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
