"""Relations of a feature and a gene's dependency that are known, in measured and predicted scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from deepdep.tumors.association import column_pairs
from deepdep.tumors.events import group_codes
from deepdep.tumors.pvalues import r_log10_p

# Oncogenes that cell lines with a mutation of them depend on (Tsherniak et al., Cell 2017).
ADDICTIONS = ("BRAF", "KRAS", "NRAS", "CTNNB1", "PIK3CA")
LEVEL = 0.05
COLUMNS = ["source", "omic", "feature", "gene", "expected", "status", "effect", "low", "high", "n",
           "n_mutated", "log10_p", "within_effect", "within_low", "within_high", "within_n",
           "within_log10_p", "recovered"]  # fmt: skip


def default_relations() -> list[dict[str, Any]]:
    """Return the relations that are looked for where the config names none."""
    return [{"omic": "mutation", "feature": gene, "gene": gene, "sign": -1} for gene in ADDICTIONS]


def planted_relations(pairs: pd.DataFrame, most: int) -> list[dict[str, Any]]:
    """Return planted pairs as relations, those of the largest effect first and no more than ``most``.

    Parameters
    ----------
    pairs
        Planted truth: omic, feature, gene, effect.
    """
    order = pairs["effect"].abs().sort_values(ascending=False, kind="stable").index[:most]
    rows = pairs.loc[order].assign(sign=np.sign(pairs.loc[order, "effect"]).astype(int))
    records = rows[["omic", "feature", "gene", "sign"]].to_dict("records")
    return [{str(key): value for key, value in record.items()} for record in records]


@dataclass(frozen=True)
class Source:
    """Scores in which relations are looked up."""

    name: str  # such as "cell lines, measured"
    omics: Mapping[str, pd.DataFrame]  # samples x features, those that relations name
    scores: pd.DataFrame  # samples x genes
    groups: pd.Series  # by sample


def known_table(relations: Sequence[Mapping[str, Any]], source: Source) -> pd.DataFrame:
    """Test every relation in one source of scores.

    Returns
    -------
    DataFrame
        ``COLUMNS``. Effects are in SDs of the gene's score over the samples: mutated less others, for
        other omics per SD of the feature; with 95 % intervals of the t distribution; ``within_*`` with
        the means of groups taken from both. ``recovered``: the sign within groups is the expected one and
        p < 0.05 there. ``status``: tested, or what is absent; nothing is an error.
    """
    rows = [test_relation(relation, source) for relation in relations]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_relation(relation: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Test one relation, or say what is absent."""
    omic, feature, gene = (relation[key] for key in ("omic", "feature", "gene"))
    row = {
        "source": source.name,
        "omic": omic,
        "feature": feature,
        "gene": gene,
        "expected": relation["sign"],
    }
    values = source.omics.get(omic)
    if values is None or feature not in values:
        return {**row, "status": f"feature absent from {omic}", "recovered": "absent"}
    if gene not in source.scores:
        return {**row, "status": "gene without scores", "recovered": "absent"}
    samples = values.index.intersection(source.scores.index, sort=False)
    x, y = values.loc[samples, feature], source.scores.loc[samples, gene]
    kept = (x.notna() & y.notna()).to_numpy()
    codes = group_codes(source.groups, samples)[kept]
    x, y = (part.to_numpy(dtype=float)[kept] for part in (x, y))
    mutated = int((x > 0).sum()) if omic == "mutation" else np.nan
    unit = (
        y.std() / (1.0 if omic == "mutation" else x.std())
        if len(y) and x.std() > 0 and y.std() > 0
        else np.nan
    )
    pooled = estimate(x, y, np.zeros(len(x), int), unit)
    if not np.isfinite(pooled["effect"]):
        status = "too few samples or constant"
        return {**row, "status": status, "n": len(x), "n_mutated": mutated, "recovered": "not tested"}
    within = {f"within_{key}": value for key, value in estimate(x, y, codes, unit).items()}
    found = bool(
        within["within_effect"] * relation["sign"] > 0 and within["within_log10_p"] < np.log10(LEVEL)
    )
    tested = np.isfinite(within["within_effect"])
    verdict = ("yes" if found else "no") if tested else "not tested"
    return {**row, **pooled, **within, "status": "tested", "n_mutated": mutated, "recovered": verdict}


def estimate(x: np.ndarray, y: np.ndarray, codes: np.ndarray, unit: float) -> dict[str, float]:
    """Return slope in units of ``unit`` with its 95 % interval, n and log10 p, of samples with a group."""
    known = codes >= 0
    pairs = column_pairs(x[known, None], y[known, None], codes[known])
    r, dof, effect = float(pairs.r[0]), int(pairs.dof[0]), float(pairs.slope[0] / unit)
    if not np.isfinite(r) or dof < 1:
        return {"effect": np.nan, "low": np.nan, "high": np.nan, "n": int(pairs.n[0]), "log10_p": np.nan}
    error = abs(effect) * np.sqrt((1 - r**2) / dof) / max(abs(r), 1e-12)
    half = stats.t.isf(0.025, dof) * error
    return {
        "effect": effect,
        "low": effect - half,
        "high": effect + half,
        "n": int(pairs.n[0]),
        "log10_p": float(r_log10_p(pairs.r, pairs.dof)[0]),
    }
