"""Differences between two models on the same repeats, genes and draws of patients.

Intervals of two models may overlap while the difference is certain: what makes lines hard to predict is
the same for both, and leaves in the difference.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from deepdep.evaluate.bootstrap import Draws, interval, mean_over_genes
from deepdep.evaluate.metrics import Predictions, mean_of_finite, squared_errors

COLUMNS = [
    "model", "reference", "metric", "repeats", "genes", "value", "reference_value", "difference",
    "low", "high", "p", "genes_better",
]  # fmt: skip

Row = dict[str, Any]


def as_pairs(rows: list[Row]) -> pd.DataFrame:
    """Return the table of differences, with its columns and their types even without rows."""
    words = ("model", "reference", "metric")
    empty = pd.DataFrame({name: pd.Series(dtype=str if name in words else float) for name in COLUMNS})
    return pd.DataFrame(rows, columns=COLUMNS) if rows else empty


@dataclass(frozen=True)
class Measured:
    """What is known of one model: its repeats, their metrics, and those of every draw of patients."""

    repeats: list[Predictions]
    estimates: list[Draws]
    draws: list[Draws]


def paired_rows(name: str, model: Measured, reference: str, other: Measured, level: float) -> list[Row]:
    """Compare a model with a reference, metric by metric.

    Parameters
    ----------
    name, reference
        The names of the two models.
    model, other
        What is known of them; repeats that one of them lacks do not count.
    level
        Of the interval of the difference.

    Returns
    -------
    list of dict
        ``COLUMNS`` for mean_r, mean_r_fold_weighted and skill, each over the genes that both models
        have it of. ``p``: two-sided, from the share of draws on the other side of no difference.
        ``genes_better``: genes of larger r, or of smaller MSE.
    """
    number = min(len(model.repeats), len(other.repeats))
    rows = [
        {"metric": f"mean_{key}", **difference_of_genes(model, other, key, number, level)}
        for key in ("r", "r_fold_weighted")
    ]
    rows.append({"metric": "skill", **difference_of_skill(model, other, number, level)})
    return [{"model": name, "reference": reference, "repeats": number, **row} for row in rows]


def difference_of_genes(model: Measured, other: Measured, key: str, number: int, level: float) -> Row:
    """Compare a metric that each gene has, over the genes where both are defined."""
    values, others = (mean_of(side.estimates[:number], key)[0] for side in (model, other))
    both = np.isfinite(values) & np.isfinite(others)
    if not both.any():
        nothing = dict.fromkeys(("value", "reference_value", "difference", "low", "high", "p"), np.nan)
        return {"genes": 0, **nothing, "genes_better": 0}
    drawn = [mean_of(side.draws[:number], key)[:, both] for side in (model, other)]
    return {
        "genes": int(both.sum()),
        "value": float(values[both].mean()),
        "reference_value": float(others[both].mean()),
        **certainty((values - others)[both].mean(), mean_over_genes(drawn[0] - drawn[1]), level),
        "genes_better": int((values > others)[both].sum()),
    }


def difference_of_skill(model: Measured, other: Measured, number: int, level: float) -> Row:
    """Compare the skill over all cells; genes are better by their MSE."""
    value, reference = (float(mean_of(side.estimates[:number], "skill")[0]) for side in (model, other))
    errors = [
        mean_of_finite(np.stack([squared_errors(d.observed, d.predicted) for d in side.repeats[:number]]))
        for side in (model, other)
    ]
    drawn = [mean_of(side.draws[:number], "skill") for side in (model, other)]
    return {
        "genes": int(np.isfinite(errors[0] + errors[1]).sum()),
        "value": value,
        "reference_value": reference,
        **certainty(value - reference, drawn[0] - drawn[1], level),
        "genes_better": int((errors[0] < errors[1]).sum()),
    }


def mean_of(repeats: list[Draws], key: str) -> np.ndarray:
    """Average a metric over the repeats that have it, in each draw."""
    return mean_of_finite(np.stack([getattr(draws, key) for draws in repeats]))


def certainty(difference: float, drawn: np.ndarray, level: float) -> dict[str, float]:
    """Return a difference with its interval and its two-sided p value of the bootstrap.

    The p value is twice the smaller share of draws at or beyond no difference, the estimate itself
    counted as one more draw on either side: no p is 0.
    """
    low, high = interval(drawn, level)
    beyond = min((drawn <= 0).sum(), (drawn >= 0).sum())
    p = min(1.0, 2 * (1 + int(beyond)) / (1 + len(drawn))) if np.isfinite(drawn).all() else np.nan
    return {"difference": float(difference), "low": low, "high": high, "p": p}
