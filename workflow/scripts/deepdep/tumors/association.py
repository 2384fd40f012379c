"""Pearson correlation of every feature with every gene, pooled and within groups, by matrix products."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

Table = TypeVar("Table", pd.DataFrame, pd.Series)
CONSTANT = 1e-12  # share of a column's sum of squares below which it is constant
FLAT = 1e-9  # the same of a pair's samples, of columns scaled to variance 1


@dataclass(frozen=True)
class Pairs:
    """Correlations of features (rows) and genes (columns)."""

    r: np.ndarray  # NaN where feature or gene is constant over the pair's samples
    n: np.ndarray  # samples that have both
    dof: np.ndarray  # n less the groups less 1
    slope: np.ndarray  # change of the gene's score per unit of the feature


def one_hot(codes: np.ndarray, names: Sequence[str] | None = None) -> np.ndarray:
    """Return samples x groups (those named, or all in order), 1 where the sample is of the group."""
    columns = np.unique(codes) if names is None else np.asarray(names, str)
    return (codes[:, None] == columns[None, :]).astype(float)


def centred(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Take the mean of its group from every value (samples x columns, no NaN)."""
    groups = one_hot(codes)
    means = (groups.T @ values) / groups.sum(axis=0)[:, None]
    return values - groups @ means


def centred_frame(frame: Table, groups: pd.Series) -> Table:
    """Take the mean of its group from every value; what is missing stays so and does not count."""
    return frame - frame.groupby(groups).transform("mean")


def lengths(values: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return the length of centred columns, NaN for those that are constant; ``whole``: not centred."""
    squares = np.einsum("ij,ij->j", values, values)
    scale = np.einsum("ij,ij->j", whole, whole)
    return np.sqrt(np.where(squares > CONSTANT * scale, squares, np.nan))


class Scores:
    """Scores of genes, prepared once for the products with many blocks of features."""

    def __init__(self, values: np.ndarray, codes: np.ndarray) -> None:
        """Prepare scores.

        Parameters
        ----------
        values
            Samples x genes; NaN = no score.
        codes
            Group of each sample; its mean is taken from features and scores. One group: pooled.
        """
        self.values, self.codes = np.asarray(values, dtype=float), np.asarray(codes)
        self.whole = np.isfinite(self.values).all(axis=0) if len(codes) else np.zeros(values.shape[1], bool)
        kept = centred(self.values[:, self.whole], self.codes)
        self.length = lengths(kept, self.values[:, self.whole])
        self.unit = (kept / self.length).astype(np.float32)

    def correlate(self, features: np.ndarray) -> Pairs:
        """Correlate a block of features (samples x features, NaN = missing) with every gene."""
        features = np.asarray(features, dtype=float)
        shape = (features.shape[1], self.values.shape[1])
        out = Pairs(*(np.full(shape, np.nan, np.float32) for _ in range(4)))
        whole = np.isfinite(features).all(axis=0)
        parts: list[tuple[np.ndarray, np.ndarray, Callable[[np.ndarray, np.ndarray], Pairs]]] = [
            (whole, self.whole, self.fast)
        ]
        parts += [(whole, ~self.whole, self.masked), (~whole, self.whole, self.masked)]
        parts += [(~whole, ~self.whole, self.masked)]
        for rows, columns, method in parts:
            if rows.any() and columns.any():
                found = method(features[:, rows], columns)
                for name in ("r", "n", "dof", "slope"):
                    getattr(out, name)[np.ix_(rows, columns)] = getattr(found, name)
        return out

    def fast(self, features: np.ndarray, _: np.ndarray) -> Pairs:
        """Correlate where nothing is missing: one product in float32 of columns of length 1."""
        kept = centred(features, self.codes)
        length = lengths(kept, features)
        r = np.clip((kept / length).astype(np.float32).T @ self.unit, -1, 1)
        n = len(self.codes)
        dof = n - len(np.unique(self.codes)) - 1
        slope = r * (self.length[None, :] / length[:, None])
        counts, freedom = (np.broadcast_to(float(value), r.shape) for value in (n, dof))
        return Pairs(r, counts, freedom, slope)

    def masked(self, features: np.ndarray, columns: np.ndarray) -> Pairs:
        """Correlate over the samples that each pair has, by sums of products within each group."""
        x, y = scaled(features), scaled(self.values[:, columns])
        total: dict[str, Any] = dict.fromkeys(("n", "groups", "xy", "xx", "yy"), 0.0)
        for group in np.unique(self.codes):
            rows = self.codes == group
            for name, value in group_sums(x.values[rows], y.values[rows]).items():
                total[name] = total[name] + value
        enough = (total["xx"] > FLAT * total["n"]) & (total["yy"] > FLAT * total["n"])
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.where(enough, total["xy"] / np.sqrt(total["xx"] * total["yy"]), np.nan)
            slope = total["xy"] / total["xx"] * (y.scale[None, :] / x.scale[:, None])
        return Pairs(np.clip(r, -1, 1), total["n"], total["n"] - total["groups"] - 1, slope)


@dataclass(frozen=True)
class Scaled:
    """Columns of mean 0 and SD 1, NaN where missing, and their SDs."""

    values: np.ndarray
    scale: np.ndarray


def scaled(values: np.ndarray) -> Scaled:
    """Scale columns over what they have, so that sums of squares lose no digits."""
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    kept = np.where(known, values, 0.0)
    centre = kept.sum(axis=0) / count
    away = np.where(known, values - centre, 0.0)
    scale = np.sqrt((away**2).sum(axis=0) / count)
    constant = (away**2).sum(axis=0) <= CONSTANT * (kept**2).sum(axis=0)
    scale = np.where(constant, 1.0, scale)
    away = np.where(constant, 0.0, away / scale)
    return Scaled(np.where(known, away, np.nan), scale)


def group_sums(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Return n and centred sums of products of all pairs over the samples of one group that have both."""
    has_x, has_y = np.isfinite(x).astype(float), np.isfinite(y).astype(float)
    x, y = np.nan_to_num(x), np.nan_to_num(y)
    n = has_x.T @ has_y
    sum_x, sum_y = x.T @ has_y, has_x.T @ y
    divisor = np.maximum(n, 1)
    return {
        "n": n,
        "groups": (n > 0).astype(float),
        "xy": x.T @ y - sum_x * sum_y / divisor,
        "xx": (x**2).T @ has_y - sum_x**2 / divisor,
        "yy": has_x.T @ (y**2) - sum_y**2 / divisor,
    }


def column_pairs(x: np.ndarray, y: np.ndarray, codes: np.ndarray) -> Pairs:
    """Correlate each column of ``x`` with the same column of ``y`` (samples x pairs, NaN = missing).

    Returns
    -------
    Pairs
        Vectors, one value per pair.
    """
    both = np.isfinite(x) & np.isfinite(y)
    first, second = (scaled(np.where(both, part, np.nan)) for part in (x, y))
    groups = one_hot(codes)
    counts = groups.T @ both
    a, b = (
        np.where(both, part - groups @ ((groups.T @ part) / np.maximum(counts, 1)), 0.0)
        for part in (np.nan_to_num(first.values), np.nan_to_num(second.values))
    )
    n, xx, yy, xy = both.sum(axis=0), (a * a).sum(axis=0), (b * b).sum(axis=0), (a * b).sum(axis=0)
    enough = (xx > FLAT * n) & (yy > FLAT * n)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(enough, xy / np.sqrt(xx * yy), np.nan)
        slope = np.where(enough, xy / xx * second.scale / first.scale, np.nan)
    return Pairs(np.clip(r, -1, 1), n, n - (counts > 0).sum(axis=0) - 1, slope)
