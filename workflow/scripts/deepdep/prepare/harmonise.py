"""Tumours on the scale of cell lines, one omic at a time.

Cell lines and tumours come from other platforms, and tumours hold stroma and immune cells
(Warren et al. 2021). Every method here leaves values in the cell lines' units:

- ``none``: as they are.
- ``zscore``: each tumour feature gets the cell lines' mean and SD. It rests on the statistics of
  ``transform.fit_features``; scaled by the lines' statistics afterwards (``scaling: shared``) it
  gives exactly what ``scaling: per_domain`` gives without it, so one of the two is enough.
- ``quantile``: each tumour feature gets the cell lines' distribution, by ranks.
- ``celligner``: for expression; see ``prepare.celligner``. It changes cell lines too.

After zscore, quantile or celligner the shared scaling is the one that fits. What is fitted is
stored as arrays and applied to any further sample of either domain.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.celligner import Alignment, AlignmentSettings
from deepdep.prepare.cohort import Cohort, unlabelled
from deepdep.prepare.derive import BLOCK, moments
from deepdep.prepare.transform import fit_features

LINES, TUMORS = "cell_line", "tumor"
METHODS = ("none", "zscore", "quantile", "celligner")
FEWEST = 20
LEVELS = 257
LIKE_CELLIGNER = AlignmentSettings()


@dataclass(frozen=True)
class Domains:
    """One omic of cell lines and of tumours: samples x the same features, NaN = not measured."""

    lines: pd.DataFrame
    tumors: pd.DataFrame


@dataclass(frozen=True)
class Harmoniser:
    """A fitted method: its features and arrays.

    ``arrays`` go to disk with ``io.arrays.save_arrays``, method and features beside them.
    """

    method: str
    features: list[str]
    arrays: dict[str, np.ndarray]

    @classmethod
    def fit(
        cls,
        method: str,
        omic: str,
        cohort: Cohort,
        rng: np.random.Generator,
        settings: AlignmentSettings = LIKE_CELLIGNER,
    ) -> "Harmoniser":
        """Fit on training samples of both domains.

        Parameters
        ----------
        method
            One of ``METHODS``; celligner for expression only, and quantile not for mutation.
        omic
            The omic.
        cohort
            Training samples, with their domain and group.
        rng
            For celligner, whose decompositions start at random.
        settings
            For celligner.

        Raises
        ------
        InputError
            An unknown method, one that does not suit the omic, or fewer than 20 samples of a domain.
        """
        check_method(method, omic)
        frame = cohort.omics[omic]
        features = list(frame.columns)
        if method == "none":
            return cls(method, features, {})
        rows = [measured_rows(cohort, omic, domain) for domain in (LINES, TUMORS)]
        lines, tumors = (frame.to_numpy(np.float32)[own] for own in rows)
        if method != "celligner":
            fit = fit_zscore if method == "zscore" else fit_quantile
            return cls(method, features, fit(lines, tumors))
        groups = [cohort.samples["group"].to_numpy()[own] for own in rows]
        alone = one_sided(lines, tumors)
        both = (lines[:, ~alone], tumors[:, ~alone])
        aligned = Alignment.fit(both, (groups[0], groups[1]), settings, rng)
        return cls(method, features, {**aligned.arrays(), "alone": alone})

    def apply(self, frame: pd.DataFrame, domain: str) -> pd.DataFrame:
        """Return samples x features of ``domain`` in the cell lines' units; NaN stay NaN.

        Raises
        ------
        InputError
            Features other than those of the fit.
        """
        if list(frame.columns) != self.features:
            strange = [name for name in frame.columns if name not in set(self.features)]
            remedy = "Give the samples the features of the cohort that was fitted, in that order."
            seen = few(strange) if strange else "the same in another order, or fewer"
            raise InputError(f"harmonise: features are not those of the fit ({seen}).", remedy)
        raw = frame.to_numpy(np.float32)
        if self.method == "celligner":
            both, raw = ~self.arrays["alone"], raw.copy()
            raw[:, both] = Alignment.from_arrays(self.arrays).apply(raw[:, both], domain)
        elif self.method != "none" and domain == TUMORS:
            raw = (apply_zscore if self.method == "zscore" else apply_quantile)(raw, self.arrays)
        return pd.DataFrame(raw, index=frame.index, columns=frame.columns)


def fitting_part(cohort: Cohort, labelled: Iterable[str], omic: str) -> tuple[Cohort, str]:
    """Return the samples to fit on, and in words which they are.

    Tumours and cell lines without labels, so that no test line is seen; where fewer than 20 such
    lines have the omic, all lines: their omics then, but no labels.
    """
    free = unlabelled(cohort, labelled)
    lines = free.domain(LINES).omics[omic].notna().any(axis=1).sum()
    if lines >= FEWEST:
        return free, f"{lines} cell lines without labels and the tumours"
    logger.warning(
        "harmonise: %d unlabelled lines have %s, fewer than %d: all lines are used", lines, omic, FEWEST
    )
    return cohort, f"all cell lines (only {lines} have no label; no label is used) and the tumours"


def domains_of(cohort: Cohort, omic: str, harmoniser: Harmoniser | None = None) -> Domains:
    """Return an omic of both domains, harmonised if a method is given."""
    frames = {name: cohort.domain(name).omics[omic] for name in (LINES, TUMORS)}
    if harmoniser:
        frames = {name: harmoniser.apply(frame, name) for name, frame in frames.items()}
    return Domains(frames[LINES], frames[TUMORS])


def check_method(method: str, omic: str) -> None:
    """Raise InputError for an unknown method, or one that does not suit the omic."""
    if method not in METHODS:
        raise InputError(f"{omic}: unknown harmonisation {method!r}.", f"Use one of {few(METHODS)}.")
    if method == "celligner" and omic != "expression":
        raise InputError(f"{omic}: celligner is for expression.", "Use none, zscore or quantile.")
    if method != "none" and omic == "mutation":
        remedy = "Set harmonise of mutation to none."
        raise InputError(f"mutation: {method} has no meaning for 0 and 1.", remedy)


def measured_rows(cohort: Cohort, omic: str, domain: str) -> np.ndarray:
    """Tell which samples of a domain have the omic; fewer than 20 raise InputError."""
    rows = (cohort.samples["domain"] == domain).to_numpy() & cohort.omics[omic].notna().any(axis=1).to_numpy()
    if rows.sum() < FEWEST:
        remedy = f"Provide at least {FEWEST} samples of each domain, or set harmonise to none."
        raise InputError(f"{omic}: {rows.sum()} samples of domain {domain} to harmonise with.", remedy)
    return rows


def fit_zscore(lines: np.ndarray, tumors: np.ndarray) -> dict[str, np.ndarray]:
    """Return centre and scale of each feature in both domains; one that a domain lacks stays as it is."""
    arrays: dict[str, np.ndarray] = {}
    for name, raw in (("lines", lines), ("tumors", tumors)):
        found = fit_features(raw, 0.0)
        arrays |= {f"{name}_center": found["center"], f"{name}_scale": found["scale"]}
    alone = one_sided(lines, tumors)
    for name in ("center", "scale"):
        arrays[f"tumors_{name}"] = np.where(alone, arrays[f"lines_{name}"], arrays[f"tumors_{name}"])
    return arrays


def apply_zscore(raw: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Give tumours the lines' mean and SD."""
    scaled = (raw - arrays["tumors_center"]) / arrays["tumors_scale"]
    return (scaled * arrays["lines_scale"] + arrays["lines_center"]).astype(np.float32)


def fit_quantile(lines: np.ndarray, tumors: np.ndarray) -> dict[str, np.ndarray]:
    """Return quantiles of each feature in both domains, levels x features; 0 where one has no value."""
    alone = one_sided(lines, tumors)
    levels = np.linspace(0, 1, LEVELS)
    grids = {}
    for name, raw in (("lines", lines), ("tumors", tumors)):
        grid = np.zeros((LEVELS, raw.shape[1]), np.float32)
        grid[:, ~alone] = column_quantiles(raw[:, ~alone], levels)
        grids[name] = grid
    return grids | {"alone": alone}


def column_quantiles(raw: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return quantiles (linear) of each column, its NaN left out; every column has a value."""
    ordered = np.sort(raw, axis=0)
    at = levels[:, None] * (np.isfinite(raw).sum(axis=0) - 1)
    below = np.floor(at).astype(np.intp)
    low = np.take_along_axis(ordered, below, axis=0)
    high = np.take_along_axis(ordered, np.ceil(at).astype(np.intp), axis=0)
    return low + (high - low) * (at - below)


def apply_quantile(raw: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Map each tumour feature to the lines' distribution.

    A value takes the lines' quantile at its level among the tumours. Tied tumour values share
    their middle level; between quantiles both maps are linear, so order is kept; values beyond
    the tumours' range take the lines' extremes.
    """
    levels = np.linspace(0, 1, LEVELS)
    by_feature = np.array(raw.T, np.float32, order="C")
    for feature in np.flatnonzero(~arrays["alone"]):
        values, level = middle_levels(arrays["tumors"][:, feature], levels)
        at = np.interp(by_feature[feature], values, level)
        by_feature[feature] = np.interp(at, levels, arrays["lines"][:, feature])
    return np.where(np.isfinite(raw), by_feature.T, np.float32(np.nan))


def middle_levels(grid: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values of a grid and the middle level of each."""
    first = np.flatnonzero(np.r_[True, grid[1:] > grid[:-1]])
    last = np.r_[first[1:] - 1, len(grid) - 1]
    return grid[first], (levels[first] + levels[last]) / 2


def one_sided(lines: np.ndarray, tumors: np.ndarray) -> np.ndarray:
    """Tell which features a domain has no value of; they are left as they are, with a warning."""
    alone = ~(np.isfinite(lines).any(axis=0) & np.isfinite(tumors).any(axis=0))
    if alone.any():
        text = "harmonise: %d of %d features are measured in one domain or none and stay as they are"
        logger.warning(text, alone.sum(), len(alone))
    return alone


def shift_table(before: Domains, after: Domains) -> pd.DataFrame:
    """Describe how far tumours lie from cell lines, per feature, before and after.

    Returns
    -------
    pd.DataFrame
        feature; for ``before`` and ``after``: lines_mean_, tumors_mean_, lines_sd_, tumors_sd_
        (units of the omic), shift_ (tumours' mean less the lines', in SDs of the lines) and
        spread_ (log2 of the tumours' SD over the lines'). SDs have ddof 1; NaN where one is 0.

    Raises
    ------
    InputError
        The four tables do not have the same features.
    """
    frames = (before.lines, before.tumors, after.lines, after.tumors)
    if any(list(frame.columns) != list(before.lines.columns) for frame in frames):
        raise InputError("harmonise: tables of other features.", "Compare tables of the same features.")
    parts = [
        described(domains).add_suffix(f"_{when}") for when, domains in (("before", before), ("after", after))
    ]
    table = pd.concat(parts, axis=1).rename_axis("feature").reset_index()
    shifts = [table[f"shift_{when}"].abs().median() for when in ("before", "after")]
    logger.info("harmonise: median |shift| %.3g SD before, %.3g after, %d features", *shifts, len(table))
    return table


def described(domains: Domains) -> pd.DataFrame:
    """Return means, SDs, shift and spread of each feature."""
    lines, tumors = (mean_and_sd(frame) for frame in (domains.lines, domains.tumors))
    means, sds = zip(lines, tumors, strict=True)
    columns = {
        "lines_mean": means[0],
        "tumors_mean": means[1],
        "lines_sd": sds[0],
        "tumors_sd": sds[1],
        "shift": (means[1] - means[0]) / sds[0],
        "spread": np.log2(sds[1] / sds[0]),
    }
    return pd.DataFrame(columns, index=domains.lines.columns)


def mean_and_sd(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and SD (ddof 1) of each feature in double precision; SD is NaN where it is 0."""
    found = [
        moments(frame.iloc[:, first : first + BLOCK].to_numpy(np.float64))
        for first in range(0, frame.shape[1], BLOCK)
    ]
    _, mean, sd = (np.concatenate(part) for part in zip(*found, strict=True))
    return mean, np.where(sd > 0, sd, np.nan)
