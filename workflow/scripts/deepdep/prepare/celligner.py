"""Celligner-like alignment of tumour and cell line expression.

After Warren et al. 2021, Nature Communications 12:22 (Celligner), from the description of its
method: directions that vary much more within the groups of one domain than of the other are removed from
both (contrastive PCA, Abid et al. 2018), then tumours move along mutual nearest neighbours
(Haghverdi et al. 2018). It is Celligner-like, not Celligner: groups are the lineages and cancer
types given, not clusters; tumours move to the lines, not the lines to the tumours; corrections
are made and kept in a space of principal components, so that new samples can be aligned. Moves
are shifts: both domains have to be on like scales (log2(TPM+1), say, not z-scores beside it).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh
from sklearn.utils.extmath import randomized_svd

from deepdep.errors import InputError
from deepdep.log import logger

ROWS = 500  # samples compared with all others at a time


@dataclass(frozen=True)
class AlignmentSettings:
    """How much is removed and how neighbours are found.

    Parameters
    ----------
    contrastive
        Directions removed, those of largest difference of variance (Celligner removes 4).
    components
        Principal components in which neighbours are found and corrections are made.
    near_lines, near_tumors
        Nearest cell lines of a tumour, and nearest tumours of a cell line, that can be mutual
        neighbours; there are several times as many tumours (Celligner: 5 and 50).
    """

    contrastive: int = 4
    components: int = 70
    near_lines: int = 5
    near_tumors: int = 50


@dataclass(frozen=True)
class Alignment:
    """Fitted alignment.

    ``lines_mean``, ``tumors_mean``: genes. ``removed``: contrastive directions x genes. ``axes``:
    components x genes. ``anchors``: mutual neighbours among the tumours x components, of unit
    length. ``moves``: the correction at each anchor. ``width``: of the smoothing kernel.
    """

    lines_mean: np.ndarray
    tumors_mean: np.ndarray
    removed: np.ndarray
    axes: np.ndarray
    anchors: np.ndarray
    moves: np.ndarray
    width: np.ndarray

    @classmethod
    def fit(
        cls,
        raw: tuple[np.ndarray, np.ndarray],
        groups: tuple[np.ndarray, np.ndarray],
        settings: AlignmentSettings,
        rng: np.random.Generator,
    ) -> "Alignment":
        """Fit on cell lines and tumours (samples x genes, log scale; NaN count as the gene's mean).

        Raises
        ------
        InputError
            A gene that one domain does not have, or no mutual neighbours.
        """
        means = [domain_mean(part, name) for part, name in zip(raw, ("cell lines", "tumours"), strict=True)]
        lines, tumors = (centred(part, mean) for part, mean in zip(raw, means, strict=True))
        removed = contrastive_directions((lines, tumors), groups, settings.contrastive, rng)
        lines, tumors = without(lines, removed), without(tumors, removed)
        joint = np.concatenate([lines, tumors])
        most = min(settings.components, min(joint.shape) - 1)
        axes = randomized_svd(joint, most, n_iter=4, random_state=int(rng.integers(2**31)))[2].astype(
            np.float32
        )
        anchors, moves = corrections(lines @ axes.T, tumors @ axes.T, settings)
        width = np.array([kernel_width(anchors)], np.float32)
        return cls(means[0], means[1], removed, axes, anchors, moves, width)

    def apply(self, raw: np.ndarray, domain: str) -> np.ndarray:
        """Return samples x genes aligned, in the lines' units; NaN stay NaN."""
        tumor = domain == "tumor"
        values = without(centred(raw, self.tumors_mean if tumor else self.lines_mean), self.removed)
        if tumor:
            for first in range(0, len(values), ROWS):
                part = values[first : first + ROWS]
                part += self._moved(part @ self.axes.T) @ self.axes
        values += self.lines_mean
        return np.where(np.isfinite(raw), values, np.nan).astype(np.float32)

    def _moved(self, scores: np.ndarray) -> np.ndarray:
        """Return each sample's correction: the mean of the anchors' moves, weighted by a Gaussian kernel."""
        distance = squared_distances(unit(scores), self.anchors) / self.width**2
        weight = np.exp(distance.min(axis=1, keepdims=True) - distance)
        return (weight / weight.sum(axis=1, keepdims=True)) @ self.moves

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what was fitted, ready to be stored."""
        return dict(vars(self))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Alignment":
        """Rebuild from :meth:`arrays`."""
        return cls(**{name: arrays[name] for name in cls.__dataclass_fields__})


def domain_mean(raw: np.ndarray, name: str) -> np.ndarray:
    """Return the mean of each gene; one without any value raises InputError."""
    absent = ~np.isfinite(raw).any(axis=0)
    if absent.any():
        remedy = "Leave out genes that one domain does not have before aligning."
        raise InputError(f"celligner: {absent.sum()} genes have no value in {name}.", remedy)
    return np.asarray(np.nanmean(raw, axis=0, dtype=np.float64), np.float32)


def centred(raw: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return values less the gene's mean, 0 where not measured."""
    return np.nan_to_num(raw - mean, nan=0.0, copy=False)


def without(values: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Remove directions (orthonormal rows) from samples."""
    return values - (values @ directions.T) @ directions


def contrastive_directions(
    values: tuple[np.ndarray, np.ndarray],
    groups: tuple[np.ndarray, np.ndarray],
    n: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return ``n`` directions x genes: largest absolute eigenvalues of the difference of covariances.

    Covariances are those within groups, so what tells groups apart is no reason to remove a
    direction. They are never formed: the solver needs products with vectors only.
    """
    if n == 0:
        return np.zeros((0, values[0].shape[1]), np.float32)
    if values[0].shape[1] <= n:
        remedy = "Provide more genes, or use another harmonisation."
        raise InputError(f"celligner: {values[0].shape[1]} genes are measured in both domains.", remedy)
    lines, tumors = (within(part, own) for part, own in zip(values, groups, strict=True))

    def difference(vector: np.ndarray) -> np.ndarray:
        vector = vector.astype(np.float32).ravel()
        return tumors.T @ (tumors @ vector) / len(tumors) - lines.T @ (lines @ vector) / len(lines)

    genes = int(lines.shape[1])
    operator = LinearOperator((genes, genes), matvec=difference, dtype=np.float64)
    sizes, vectors = eigsh(operator, k=n, which="LM", v0=rng.standard_normal(genes), tol=1e-4)
    order = np.argsort(-np.abs(sizes))
    text = "celligner: directions removed, difference of variance (tumours - lines): %s"
    logger.info(text, ", ".join(f"{size:.3g}" for size in sizes[order]))
    return np.ascontiguousarray(vectors[:, order].T, dtype=np.float32)


def within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return values less the mean of their group."""
    names, code = np.unique(groups.astype(str), return_inverse=True)
    member = np.zeros((len(names), len(values)), np.float32)
    member[code, np.arange(len(values))] = 1
    return values - ((member @ values) / member.sum(axis=1, keepdims=True))[code]


def corrections(
    lines: np.ndarray, tumors: np.ndarray, settings: AlignmentSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Return anchors (tumours with mutual neighbours, unit length) and the mean way to their lines.

    Neighbours are those of the smallest angle (samples of unit length); ways are in units of the scores.
    """
    pair = mutual_neighbours(unit(lines), unit(tumors), settings)
    if not pair.any():
        remedy = "Use another harmonisation: the domains have nothing in common."
        raise InputError("celligner: no tumour and cell line are mutual neighbours.", remedy)
    anchor = pair.any(axis=1)
    weight = pair[anchor] / pair[anchor].sum(axis=1, keepdims=True)
    logger.info(
        "celligner: %d mutual neighbours of %d tumours and %d lines",
        pair.sum(),
        anchor.sum(),
        pair.any(0).sum(),
    )
    moves = weight.astype(np.float32) @ lines - tumors[anchor]
    return unit(tumors[anchor]), moves


def mutual_neighbours(lines: np.ndarray, tumors: np.ndarray, settings: AlignmentSettings) -> np.ndarray:
    """Return tumours x lines, bool: each is among the other's nearest."""
    distance = np.concatenate(
        [squared_distances(tumors[first : first + ROWS], lines) for first in range(0, len(tumors), ROWS)]
    )
    near_lines = min(settings.near_lines, len(lines))
    near_tumors = min(settings.near_tumors, len(tumors))
    to_lines = distance <= np.partition(distance, near_lines - 1, axis=1)[:, [near_lines - 1]]
    to_tumors = distance <= np.partition(distance, near_tumors - 1, axis=0)[[near_tumors - 1]]
    return to_lines & to_tumors


def kernel_width(anchors: np.ndarray, near: int = 20) -> float:
    """Return the median distance of an anchor to its 20th neighbour (or the farthest, if there are fewer)."""
    some = anchors[:: max(1, len(anchors) // 1000)]
    distance = squared_distances(some, anchors)
    place = min(near, len(anchors) - 1)
    return max(float(np.sqrt(np.median(np.partition(distance, place, axis=1)[:, place]))), 1e-6)


def unit(values: np.ndarray) -> np.ndarray:
    """Scale samples to length 1."""
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.where(length > 0, length, 1)


def squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return squared Euclidean distances, rows of ``first`` x rows of ``second``."""
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * (first @ second.T)
    return np.maximum(squares, 0)
