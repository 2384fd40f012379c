"""Omics-driven events: pairs of a feature and a gene whose dependency goes with it (paper: figure 5)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.evaluate.splits import UNKNOWN
from deepdep.io.parquet import INDEX, column_names, read_matrix
from deepdep.log import logger
from deepdep.tumors.association import Pairs, Scores
from deepdep.tumors.pvalues import critical_r, log10_fdr, r_log10_p

BLOCK = 512  # features read and correlated at a time
LEAST_SAMPLES = 10
MARGIN = 1e-6  # of float32, by which a correlation may fall short of the critical one
AT_ONCE = 1 << 20  # p values computed at a time
MUTATION = "mutation"
SHOWN = ["feature", "gene", "omic", "r", "effect", "n", "n_mutated", "log10_p", "log10_fdr", "within_r",
         "within_n", "within_log10_p"]  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What counts as an event of an omic."""

    omic: str
    fdr: float  # an event's false discovery rate is at or below it
    min_mutated: int = 5  # mutated samples, and samples that are not, that a test of mutations needs


@dataclass
class Found:
    """Events of one omic, and what was tested."""

    events: pd.DataFrame
    tests: int = 0
    samples: int = 0
    notes: list[str] = field(default_factory=list)


def find_events(path: str | Path, scores: pd.DataFrame, groups: pd.Series, setting: Setting) -> Found:
    """Test every feature of an omic against every gene and keep the pairs under the threshold.

    Mutations: t test with pooled variance of mutated (above 0) against other samples, which is the test
    of the correlation with the 0/1 feature; other omics: Pearson correlation. FDR by Benjamini and
    Hochberg over all pairs of the omic. Features are read and tested block by block; of pairs whose p
    is above the threshold only the number is kept, so memory follows the events.

    Parameters
    ----------
    path
        Parquet of the omic, samples x features; NaN = not measured.
    scores
        Samples x genes; NaN = no score.
    groups
        Cancer type or lineage by sample; ``UNKNOWN`` or missing: no part of the tests within groups.
    setting
        The omic and its threshold.

    Returns
    -------
    Found
        Columns ``SHOWN``: ``effect`` is the mean of the mutated less that of others (units of the score),
        for other omics the change of the score per unit of the feature; ``within_*`` the same test with
        the mean of its group taken from every value. Sorted by log10 FDR.
    """
    reader = Reader(Path(path), scores, groups, setting.omic)
    n = len(reader.samples)
    if n < LEAST_SAMPLES:
        note = f"{setting.omic}: skipped, {n} samples have both it and scores (fewer than {LEAST_SAMPLES})"
        return Found(empty_events(), 0, n, [note])
    critical = critical_r(np.log10(setting.fdr), np.arange(n + 1)) - MARGIN
    tests, parts = 0, []
    for first, features in reader.blocks():
        part, tested = test_block(features, reader, critical, setting)
        part["feature"] += first
        parts.append(part)
        tests += tested
    collected = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    parts.clear()
    events = finish(collected, tests, reader, setting)
    return Found(events, tests, n, reader.notes(setting, tests, len(events)))


class Reader:
    """Samples, scores and features of one omic, aligned."""

    def __init__(self, path: Path, scores: pd.DataFrame, groups: pd.Series, omic: str) -> None:
        """Find the samples that have the omic and scores; prepare scores, pooled and within groups."""
        self.path, self.omic = path, omic
        self.features = [name for name in column_names(path) if name != INDEX]
        there = read_matrix(path, columns=[]).index
        self.samples = there.intersection(scores.index, sort=False)
        self.rows = there.get_indexer(self.samples)
        self.genes = list(scores.columns)
        values = scores.loc[self.samples].to_numpy(dtype=float)
        self.codes = group_codes(groups, self.samples)
        self.known = self.codes >= 0
        self.pooled = Scores(values, np.zeros(len(values), int))
        self.within = Scores(values[self.known], self.codes[self.known])
        self.has_score = np.isfinite(values).astype(np.float32)

    def blocks(self) -> Iterator[tuple[int, np.ndarray]]:
        """Yield place of the first feature and the block: samples x features; mutations 0/1."""
        for first in range(0, len(self.features), BLOCK):
            names = self.features[first : first + BLOCK]
            values = read_matrix(self.path, columns=names).to_numpy()[self.rows]
            yield first, binary(values) if self.omic == MUTATION else values

    def notes(self, setting: Setting, tests: int, events: int) -> list[str]:
        """Say what was tested and what was left out."""
        possible = len(self.features) * len(self.genes)
        lines = [
            f"{setting.omic}: {events:,} events among {tests:,} pairs tested, "
            f"n = {len(self.samples):,} samples, FDR <= {setting.fdr:g}"
        ]
        if tests < possible:
            why = f"constant, or fewer than {setting.min_mutated} mutated or other samples"
            why = why if setting.omic == MUTATION else "constant feature or gene"
            lines.append(f"{setting.omic}: {possible - tests:,} of {possible:,} pairs not tested ({why})")
        without = int((~self.known).sum())
        if without:
            lines.append(f"{setting.omic}: {without:,} samples without a group are left out within groups")
        if len(np.unique(self.codes[self.known])) == 1:
            lines.append(f"{setting.omic}: one group only, so that within groups is the same as pooled")
        return lines


def group_codes(groups: pd.Series, samples: pd.Index) -> np.ndarray:
    """Return a number for each sample's group, -1 for unknown."""
    named = groups.reindex(samples)
    return pd.factorize(named.where(named != UNKNOWN))[0]


def binary(values: np.ndarray) -> np.ndarray:
    """Return 1 where a mutation is called, 0 where none is, NaN where not measured."""
    return np.where(np.isnan(values), np.nan, values > 0)


def test_block(
    features: np.ndarray, reader: Reader, critical: np.ndarray, setting: Setting
) -> tuple[dict[str, np.ndarray], int]:
    """Test a block; return the pairs that may be events (columns), and how many pairs were tested."""
    pooled = reader.pooled.correlate(features)
    tested = np.isfinite(pooled.r) & (pooled.dof >= 1)
    mutated = np.zeros((1, 1), np.float32)
    if setting.omic == MUTATION:
        mutated = (np.nan_to_num(features) > 0).astype(np.float32).T @ reader.has_score
        tested &= np.minimum(mutated, pooled.n - mutated) >= setting.min_mutated
    strong = np.zeros(tested.shape, bool)
    strong[tested] = np.abs(pooled.r[tested]) >= critical[pooled.dof[tested].astype(int)]
    feature, gene = np.nonzero(strong)
    within = reader.within.correlate(features[reader.known]) if reader.known.any() else nothing(strong.shape)
    return {
        "feature": feature.astype(np.int32),
        "gene": gene.astype(np.int16 if strong.shape[1] < 1 << 15 else np.int32),
        "r": pooled.r[strong],
        "effect": pooled.slope[strong],
        "n": pooled.n[strong].astype(np.int32),
        "n_mutated": np.broadcast_to(mutated, strong.shape)[strong].astype(np.int32),
        "within_r": within.r[strong],
        "within_n": np.nan_to_num(within.n[strong]).astype(np.int32),
        "within_dof": np.nan_to_num(within.dof[strong]).astype(np.int32),
    }, int(tested.sum())


def nothing(shape: tuple[int, int]) -> Pairs:
    """Return the correlations where there are no samples."""
    return Pairs(*(np.full(shape, np.nan, np.float32) for _ in range(4)))


def finish(parts: dict[str, np.ndarray], tests: int, reader: Reader, setting: Setting) -> pd.DataFrame:
    """Give the pairs p values and FDR, and keep the events."""
    parts["log10_p"] = in_pieces(parts["r"], parts["n"] - 2)
    parts["log10_fdr"] = log10_fdr(parts["log10_p"], tests)
    kept = np.flatnonzero(parts["log10_fdr"] <= np.log10(setting.fdr))
    kept = kept[np.argsort(parts["log10_fdr"][kept], kind="stable")]
    parts = {name: values[kept] for name, values in parts.items()}
    parts["within_log10_p"] = in_pieces(parts["within_r"], parts["within_dof"])
    return table_of(parts, reader.features, reader.genes, setting.omic)


def in_pieces(r: np.ndarray, dof: np.ndarray) -> np.ndarray:
    """Return log10 p of many correlations, some at a time, which keeps copies small."""
    out = np.empty(len(r))
    for first in range(0, len(r), AT_ONCE):
        piece = slice(first, first + AT_ONCE)
        out[piece] = r_log10_p(r[piece], dof[piece])
    return out


def table_of(parts: dict[str, Any], features: list[str], genes: list[str], omic: str) -> pd.DataFrame:
    """Return events as a table; names are categories, which keeps it small."""
    only: Any = np.zeros(len(parts["r"]), np.int8)
    columns = {
        **parts,
        "feature": pd.Categorical.from_codes(parts["feature"], pd.Index(features)),
        "gene": pd.Categorical.from_codes(parts["gene"], pd.Index(genes)),
        "omic": pd.Categorical.from_codes(only, pd.Index([omic])),
        **{name: parts[name].astype(np.float32) for name in ("log10_p", "log10_fdr", "within_log10_p")},
    }
    table = pd.DataFrame({name: columns[name] for name in SHOWN}, copy=False)
    if omic != MUTATION:
        table["n_mutated"] = np.full(len(table), np.nan, np.float32)
    logger.info("%s: %d events", omic, len(table))
    return table


def empty_events() -> pd.DataFrame:
    """Return a table of no events."""
    return pd.DataFrame({name: pd.Series(dtype=float) for name in SHOWN})


def per_gene(events: pd.DataFrame, genes: list[str], omic: str) -> pd.DataFrame:
    """Count events of every gene: gene, omic, events, positive and negative (sign of r), within.

    ``within`` counts the events whose sign is the same within groups, with p < 0.05 there.
    """
    gene = events["gene"].astype(object)
    same = (events["within_r"] * events["r"] > 0) & (events["within_log10_p"] < np.log10(0.05))
    sums = {"events": events["r"].notna(), "positive": events["r"] > 0, "negative": events["r"] < 0}
    counts = {
        name: flags[flags].groupby(gene[flags]).size() for name, flags in {**sums, "within": same}.items()
    }
    table = pd.DataFrame({name: part.reindex(genes).fillna(0).astype(int) for name, part in counts.items()})
    return table.rename_axis("gene").reset_index().assign(omic=omic)


def shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Add ``share``: the part that an omic has of all events of its gene; NaN for a gene without any."""
    total = counts.groupby("gene")["events"].transform("sum")
    return counts.assign(share=counts["events"] / total.where(total > 0))
