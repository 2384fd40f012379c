"""What differences between models allow to say, in words that come from the numbers alone.

A model beats a reference where the interval of their difference lies above 0, and is below it where it
lies below 0; otherwise the two are not told apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from deepdep.evaluate.gene_sets import REPORTED
from deepdep.evaluate.protocols import NEEDED

METRICS = {"mean_r": "mean r per gene", "skill": "MSE skill over the gene mean"}
GENE_MEAN = "gene_mean"
ABOVE, BELOW, EQUAL = "above", "below", "not told apart from"


def verdict(low: float, high: float) -> str:
    """Say where an interval of a difference lies: above, below, or not told apart."""
    return ABOVE if low > 0 else BELOW if high < 0 else EQUAL


def bracketed(value: float, low: float, high: float, sign: str = "") -> str:
    """Write a value with its interval; ``sign``: + for differences."""
    return "–" if pd.isna(value) else f"{value:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"


def differences(results: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """List the differences to references, those to the gene mean too, over the reported genes.

    Parameters
    ----------
    results
        As of ``collect_results``: skill is a difference to the gene mean, which has 0.
    pairs
        Paired differences of all protocols: protocol beside the columns of ``paired_rows``.

    Returns
    -------
    DataFrame
        protocol (cv first), model, reference, metric (``METRICS``), difference, low, high, verdict;
        without differences that are not defined.
    """
    own = results[(results["gene_set"] == REPORTED) & (results["model"] != GENE_MEAN)]
    names = {"skill": "difference", "skill_low": "low", "skill_high": "high"}
    base = own[["protocol", "model", *names]].rename(columns=names)
    base = base.assign(reference=GENE_MEAN, metric="skill")
    rest = pairs[(pairs["gene_set"] == REPORTED) & pairs["metric"].isin(METRICS)]
    rest = rest[rest["reference"] != GENE_MEAN]
    columns = ["protocol", "model", "reference", "metric", "difference", "low", "high"]
    parts = [part[columns] for part in (base, rest) if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else base[columns]
    order = sorted(results["protocol"].unique(), key=lambda name: name != NEEDED)  # else as they come
    table = table.dropna(subset=["difference", "low", "high"])
    table = table.sort_values("protocol", key=lambda names: names.map(order.index), kind="stable")
    table = table.reset_index(drop=True)
    table["verdict"] = [verdict(low, high) for low, high in zip(table["low"], table["high"], strict=True)]
    return table


def sentences(rows: pd.DataFrame) -> Iterator[str]:
    """Write differences as sentences: "deepdep is below ridge in mean r per gene: -0.050 [..]"."""
    row: Any
    for row in rows.itertuples():
        numbers = bracketed(row.difference, row.low, row.high, "+")
        yield f"{row.model} is {row.verdict} {row.reference} in {METRICS[row.metric]}: {numbers}"


def not_beaten(found: pd.DataFrame, floors: Sequence[str]) -> list[str]:
    """List, protocol by protocol, each reference that a model does not beat.

    ``found``: as of ``differences``. ``floors``: models that are to be beaten only, and beat nothing.
    """
    rows = found[(found["verdict"] != ABOVE) & ~found["model"].isin(floors)]
    return [
        f"{protocol}: {text}"
        for protocol, part in rows.groupby("protocol", sort=False)
        for text in sentences(part)
    ]


def deep_gain(found: pd.DataFrame, pair: Sequence[str]) -> list[str]:
    """Say, protocol by protocol, whether a model gains over the one without its deep part.

    Parameters
    ----------
    found
        As of ``differences``.
    pair
        The model with the deep part and that without.
    """
    own = found[(found["model"] == pair[0]) & (found["reference"] == pair[1])]
    rows: Iterable[Any] = own.itertuples()
    words = {ABOVE: "a gain", BELOW: "no deep gain (a loss)", EQUAL: "no deep gain"}
    return [
        f"{row.protocol}: {pair[0]} less {pair[1]} in {METRICS[row.metric]} "
        f"{bracketed(row.difference, row.low, row.high, '+')}: {words[row.verdict]}"
        for row in rows
    ]
