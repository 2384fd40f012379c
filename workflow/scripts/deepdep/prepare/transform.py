"""Fitted transforms: winsorise, centre and scale per feature and domain.

Fitted on training samples only, stored with the model, applied to everything else.
Cell lines and tumours come from other platforms and on other scales (log2 TPM beside
z-scores, say), so by default each domain has statistics of its own.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deepdep.io.columns import CONFOUNDER
from deepdep.prepare.cohort import Cohort

logger = logging.getLogger("deepdep")

SHARED = "shared"
STATISTICS = ("low", "high", "center", "scale")


@dataclass(frozen=True)
class Scaling:
    """How the omics are scaled.

    Parameters
    ----------
    scope
        Omic to ``per_domain``, ``shared`` (the cell lines' statistics for all) or ``none``.
    winsorize
        Share of values beyond the limits at each end, per feature; 0 sets no limits.
    """

    scope: dict[str, str]
    winsorize: float


@dataclass(frozen=True)
class Design:
    """What a model sees of samples.

    ``values``: omic to samples x features float32, 0 where not measured. ``observed``:
    the same shape, bool. ``present``: samples x omics float32, 1 where the sample has the omic.
    ``groups``: lineage or cancer type of each sample, text; None where nobody asks for it.
    ``confounders``: columns of the sample sheet that the config names so, by name, text of each
    sample; None where it names none.
    """

    values: dict[str, np.ndarray]
    observed: dict[str, np.ndarray]
    present: np.ndarray
    groups: np.ndarray | None = None
    confounders: dict[str, np.ndarray] | None = None

    def ordered(self, omics: Iterable[str]) -> "Design":
        """Return the design with its omics, and the columns of ``present``, in this order."""
        order = list(omics)
        columns = [list(self.values).index(omic) for omic in order]
        return Design(
            {omic: self.values[omic] for omic in order},
            {omic: self.observed[omic] for omic in order},
            self.present[:, columns],
            self.groups,
            self.confounders,
        )

    def take(self, rows: np.ndarray) -> "Design":
        """Return the design of some rows."""
        return Design(
            {omic: matrix[rows] for omic, matrix in self.values.items()},
            {omic: matrix[rows] for omic, matrix in self.observed.items()},
            self.present[rows],
            None if self.groups is None else self.groups[rows],
            self.confounders and {name: texts[rows] for name, texts in self.confounders.items()},
        )


@dataclass(frozen=True)
class Transform:
    """Statistics per omic and domain: limits, centre and scale of every feature."""

    scaling: Scaling
    statistics: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict)

    @classmethod
    def fit(cls, cohort: Cohort, scaling: Scaling) -> "Transform":
        """Fit on all samples of ``cohort``, each domain by itself where so configured."""
        statistics = {}
        for omic, frame in cohort.omics.items():
            scope = scaling.scope[omic]
            for domain in fitted_domains(cohort, scope):
                raw = frame.to_numpy(np.float32)[fitted_rows(cohort, domain)]
                statistics[omic, domain] = fit_features(raw, scaling.winsorize)
        return cls(scaling, statistics)

    def updated(self, other: "Transform") -> "Transform":
        """Return these statistics with those of ``other`` in their place where it has them."""
        return Transform(self.scaling, {**self.statistics, **other.statistics})

    def apply(self, cohort: Cohort) -> Design:
        """Winsorise, scale and zero-fill the omics of ``cohort``."""
        values, observed = {}, {}
        for omic, frame in cohort.omics.items():
            raw = self._usable(omic, frame.to_numpy(np.float32), cohort.samples["domain"].to_numpy())
            observed[omic] = np.isfinite(raw)
            values[omic] = self._scaled(omic, raw, cohort.samples["domain"].to_numpy())
        present = np.stack([observed[omic].any(axis=1) for omic in observed], axis=1)
        groups = cohort.samples["group"].to_numpy(str)
        return Design(values, observed, present.astype(np.float32), groups, confounders_of(cohort.samples))

    def clipped(self, cohort: Cohort) -> pd.DataFrame:
        """Count values beyond the limits: omic, domain, clipped, measured, most extreme value."""
        rows = []
        for omic, frame in cohort.omics.items():
            for domain, part in frame.groupby(cohort.samples["domain"].to_numpy()):
                raw = part.to_numpy(np.float32)
                rows.append({"omic": omic, "domain": domain, **self._count(omic, str(domain), raw)})
        return pd.DataFrame(rows)

    def _count(self, omic: str, domain: str, raw: np.ndarray) -> dict[str, float]:
        measured = int(np.isfinite(raw).sum())
        low, high = np.array(-np.inf), np.array(np.inf)
        if self.scaling.scope[omic] != "none":
            found = self._of(omic, domain)
            low, high = found["low"], found["high"]
        extreme = float(raw.flat[np.nanargmax(np.abs(raw))]) if measured else np.nan
        return {
            "clipped": int(((raw < low) | (raw > high)).sum()),
            "measured": measured,
            "most_extreme": extreme,
        }

    def _of(self, omic: str, domain: str) -> dict[str, np.ndarray]:
        """Return the statistics for a domain, the cell lines' where it has none of its own."""
        if self.scaling.scope[omic] == "shared":
            return self.statistics[omic, SHARED]
        if (omic, domain) in self.statistics:
            return self.statistics[omic, domain]
        other = next(key for key in self.statistics if key[0] == omic)
        logger.warning("%s: no statistics for domain %s, those of %s are used", omic, domain, other[1])
        return self.statistics[other]

    def _usable(self, omic: str, raw: np.ndarray, domains: np.ndarray) -> np.ndarray:
        """Take features that were never measured in fitting for not measured: no model knows them."""
        if self.scaling.scope[omic] == "none":
            return raw
        known = {domain: np.isfinite(self._of(omic, domain)["scale"]) for domain in np.unique(domains)}
        return np.where(np.stack([known[domain] for domain in domains]), raw, np.nan)

    def _scaled(self, omic: str, raw: np.ndarray, domains: np.ndarray) -> np.ndarray:
        if self.scaling.scope[omic] == "none":
            return np.nan_to_num(raw, nan=0.0)
        scaled = np.empty_like(raw)
        for domain in np.unique(domains):
            rows = domains == domain
            found = self._of(omic, str(domain))
            clipped = np.clip(raw[rows], found["low"], found["high"])
            scaled[rows] = (clipped - found["center"]) / found["scale"]
        return np.nan_to_num(scaled, nan=0.0)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the statistics as named arrays, ready to be stored."""
        return {
            f"transform/{omic}/{domain}/{name}": array
            for (omic, domain), found in self.statistics.items()
            for name, array in found.items()
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], scaling: Scaling) -> "Transform":
        """Rebuild from :meth:`arrays`; other arrays are passed over."""
        statistics: dict[tuple[str, str], dict[str, np.ndarray]] = {}
        for key, array in arrays.items():
            if key.startswith("transform/"):
                _, omic, domain, name = key.split("/")
                statistics.setdefault((omic, domain), {})[name] = array
        return cls(scaling, statistics)


def confounders_of(samples: pd.DataFrame) -> dict[str, np.ndarray] | None:
    """Return the columns of samples that a study names as confounders, as text; None if there are none."""
    named = [name for name in samples.columns if name.startswith(CONFOUNDER)]
    texts = {name.removeprefix(CONFOUNDER): samples[name].fillna("").to_numpy(str) for name in named}
    return texts or None


def fitted_rows(cohort: Cohort, domain: str) -> np.ndarray:
    """Tell which samples the statistics of ``domain`` come from; shared ones: the cell lines."""
    domains = cohort.samples["domain"].to_numpy()
    if domain != SHARED:
        return domains == domain
    lines = domains == "cell_line"
    return lines if lines.any() else np.ones(len(domains), bool)


def fitted_domains(cohort: Cohort, scope: str) -> list[str]:
    """List the keys under which statistics are kept: domains, ``shared``, or none."""
    if scope == "none":
        return []
    return [SHARED] if scope == "shared" else sorted(cohort.samples["domain"].unique())


def fit_features(raw: np.ndarray, winsorize: float) -> dict[str, np.ndarray]:
    """Fit limits, centre and scale of each feature.

    Parameters
    ----------
    raw
        Samples x features; NaN = not measured.
    winsorize
        Quantile of the lower limit; the upper one is ``1 - winsorize``.

    Returns
    -------
    dict
        low, high, center, scale, one value per feature. A feature without a measured value
        has no limits, centre 0 and an infinite scale: whatever comes later counts as 0, not
        as an unscaled number. A constant one has scale 1.
    """
    low, high = np.full((2, raw.shape[1]), np.inf, np.float32) * np.array([[-1], [1]], np.float32)
    measured = np.isfinite(raw).any(axis=0)
    part = raw[:, measured]
    if winsorize > 0 and part.size:
        low[measured], high[measured] = np.nanquantile(part, [winsorize, 1 - winsorize], axis=0)
    part = np.clip(part, low[measured], high[measured])
    center = np.zeros(raw.shape[1], np.float32)
    scale = np.full(raw.shape[1], np.inf, np.float32)
    if part.size:
        # in double precision: in single, a constant feature gets a spread of rounding errors
        center[measured] = np.nanmean(part, axis=0, dtype=np.float64)
        spread = np.nanstd(part, axis=0, dtype=np.float64)
        scale[measured] = np.where(spread > 0, spread, 1)
    return {"low": low, "high": high, "center": center, "scale": scale}
