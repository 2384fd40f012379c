"""Associations of predicted dependencies with clinical groups, beside those of own expression.

One rule for any grouping and any gene: per cancer type, pooled, and pooled with the means of cancer types
taken off; of the predicted score, of the gene's own expression, and of the mean predicted score
of the sample's cancer type, which is what a predictor knows that only tells cancer types apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdep.io.text import few
from deepdep.tumors.association import centred_frame
from deepdep.tumors.grouped import along_number, several_groups, two_groups
from deepdep.tumors.groupings import (
    LEAST,
    Grouping,
    Skipped,
    labels_of,
    large_enough,
    one_per_patient,
)
from deepdep.tumors.pvalues import fdr

PREDICTED, EXPRESSION, TYPE_MEAN = "predicted dependency", "own expression", "cancer-type mean"
POOLED, WITHIN = "pooled", "pooled within cancer type"
LEAST_NUMBERS = 5  # samples for a correlation
SHOWN = 6  # genes whose samples are kept for the figure


@dataclass(frozen=True)
class Cohort:
    """Tumours of one cohort: samples x genes predicted and expressed, and their sheet (index sample)."""

    name: str
    predicted: pd.DataFrame
    expression: pd.DataFrame
    sheet: pd.DataFrame


@dataclass(frozen=True)
class Scope:
    """Samples that are compared: which, and whether cancer-type means are taken off."""

    name: str
    samples: pd.Index
    centred: bool = False


def load_cohort(name: str, predicted: pd.DataFrame, expression: pd.DataFrame, sheet: pd.DataFrame) -> Cohort:
    """Put predictions, expression of the same genes (NaN = not measured) and sheet in one order."""
    sheet = sheet.set_index("sample").loc[predicted.index]
    return Cohort(name, predicted, expression.reindex(predicted.index, columns=predicted.columns), sheet)


def associate(cohort: Cohort, grouping: Grouping, skipped: Skipped) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Test a grouping in a cohort.

    Returns
    -------
    associations
        One row per cancer type (or pooled), score and gene: ``grouping``, ``cohort``, ``cancer_type``,
        ``score``, ``gene``, ``test``, ``reference``, ``other``, ``n`` and what that test of
        ``deepdep.tumors.grouped``
        gives, ``fdr`` (Benjamini-Hochberg over the genes of that cancer type and score),
        ``as_expected`` (None where nothing is expected or the interval holds 0).
    values
        Samples of the first genes, for the figure: ``sample``, ``cancer_type``, ``label``, ``gene``,
        ``score``, ``value``. Both are empty where nothing can be compared; the reason is in ``skipped``.
    """
    empty = pd.DataFrame(), pd.DataFrame()
    sheet = one_per_patient(cohort.sheet, cohort.name, skipped)
    found = labels_of(sheet, grouping, cohort.name, skipped)
    genes = wanted_genes(cohort, grouping, skipped)
    if found is None or not genes:
        return empty
    labels, numeric = found
    types = sheet.loc[labels.index, "group"]
    parts: list[pd.DataFrame] = [
        tested(cohort, grouping, genes, scope, labels)
        for scope in scopes(labels, types, numeric, (cohort.name, grouping.name), skipped)
    ]
    if not parts:
        return empty
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    order = table[(table["score"] == PREDICTED)].sort_values("log10_p")["gene"].drop_duplicates()
    shown = genes[:SHOWN] if grouping.genes is not None else order.head(SHOWN).tolist()
    return table, values_of(cohort, shown, labels, types)


def wanted_genes(cohort: Cohort, grouping: Grouping, skipped: Skipped) -> list[str]:
    """List the genes to test; note those without predictions."""
    if grouping.genes is None:
        return cohort.predicted.columns.tolist()
    for gene in grouping.genes:
        if gene not in cohort.predicted:
            reason = "no predictions: not among the study's genes (genes.extra adds one), or no fingerprint"
            skipped.add(cohort.name, f"{grouping.name}, gene {gene}", reason)
    genes = [gene for gene in grouping.genes if gene in cohort.predicted]
    without = [gene for gene in genes if cohort.expression[gene].isna().all()]
    if without:
        what = f"{grouping.name}, own expression of {few(without, 10)}"
        skipped.add(cohort.name, what, "not among the features of expression")
    return genes


def scopes(
    labels: pd.Series, types: pd.Series, numeric: bool, place: tuple[str, str], skipped: Skipped
) -> Iterator[Scope]:
    """List each cancer type that can be tested, then all together, then those types with means taken off."""
    cohort, name = place
    usable = []
    for kind, own in labels.groupby(types):
        if numeric:
            good = own if len(own) >= LEAST_NUMBERS and varies(own) else own.iloc[:0]
        else:
            good = own[own.map(own.value_counts()) >= LEAST]
            good = good if varies(good) else good.iloc[:0]
        if not len(good):
            counts = f"n = {len(own)}" if numeric else own.value_counts().to_dict()
            skipped.add(cohort, f"{name}, cancer type {kind}", f"too few samples or one group: {counts}")
            continue
        usable.append(good.index)
        yield Scope(str(kind), good.index)
    if varies(types):
        kept = labels if numeric else large_enough(labels, name, cohort, skipped)
        if varies(kept):
            yield Scope(POOLED, kept.index)
        if len(usable) > 1:
            yield Scope(WITHIN, usable[0].append(usable[1:]), centred=True)


def varies(column: pd.Series) -> bool:
    """Tell whether a column has two values or more."""
    return len(column) > 0 and bool((column != column.iloc[0]).any())


def tested(
    cohort: Cohort, grouping: Grouping, genes: list[str], scope: Scope, labels: pd.Series
) -> pd.DataFrame:
    """Test all scores in one scope."""
    types = cohort.sheet.loc[scope.samples, "group"]
    scores = {
        PREDICTED: cohort.predicted.loc[scope.samples, genes],
        EXPRESSION: cohort.expression.loc[scope.samples, genes].dropna(axis=1, how="all"),
    }
    if scope.name == POOLED:
        scores[TYPE_MEAN] = scores[PREDICTED].groupby(types).transform("mean")
    own = labels.loc[scope.samples]
    if scope.centred:
        scores = {name: centred_frame(frame, types) for name, frame in scores.items()}
        own = centred_frame(own, types) if own.dtype == float else own
    parts = [
        with_expectation(
            compared(frame, own, grouping), grouping.expected if name != EXPRESSION else None
        ).assign(score=name)
        for name, frame in scores.items()
        if frame.shape[1]
    ]
    table = pd.concat(parts)
    table["fdr"] = np.concatenate([fdr(part["log10_p"].to_numpy()) for part in parts])
    about = {"grouping": grouping.name, "cohort": cohort.name, "cancer_type": scope.name}
    front = ["grouping", "cohort", "cancer_type", "score", "gene"]
    table = table.reset_index().assign(**about)
    return table[front + [name for name in table if name not in front]]


def compared(values: pd.DataFrame, labels: pd.Series, grouping: Grouping) -> pd.DataFrame:
    """Choose the test by the kind and number of groups, and make it for all genes."""
    if labels.dtype == float:
        return along_number(values, labels.to_numpy()).assign(test="Spearman")
    names = ordered(labels, grouping)
    if len(names) > 2:
        means = several_groups(values, labels.to_numpy(str))
        return means.assign(test="Kruskal-Wallis", other=", ".join(names))
    table = two_groups(values, (labels == names[1]).to_numpy())
    table["n"] = table["n_reference"] + table["n_other"]
    return table.assign(test="Welch t", reference=names[0], other=names[1])


def ordered(labels: pd.Series, grouping: Grouping) -> list[str]:
    """List the groups, the reference first: the one named, or the first of the config or alphabet."""
    there = set(labels)
    names = sorted(there) if grouping.groups is None else [name for name in grouping.groups if name in there]
    return sorted(names, key=lambda name: name != grouping.reference)


def with_expectation(table: pd.DataFrame, expected: str | None) -> pd.DataFrame:
    """Say whether the interval lies on the expected side of 0; None where it holds 0 or nothing is expected.

    Nothing is expected of own expression, nor where several groups have no direction.
    """
    if "low" not in table:
        return table.assign(as_expected=pd.Series(None, index=table.index, dtype="boolean"))
    side = np.where(table["high"] < 0, "lower", np.where(table["low"] > 0, "higher", ""))
    said = [None if expected is None or not one else bool(one == expected) for one in side]
    return table.assign(as_expected=pd.Series(said, index=table.index, dtype="boolean"))


def values_of(cohort: Cohort, genes: list[str], labels: pd.Series, types: pd.Series) -> pd.DataFrame:
    """Return the samples of some genes in rows, for the figure."""
    frames: Mapping[str, pd.DataFrame] = {PREDICTED: cohort.predicted, EXPRESSION: cohort.expression}
    base = pd.DataFrame({"cohort": cohort.name, "cancer_type": types, "label": labels}).rename_axis("sample")
    parts = [
        base.assign(gene=gene, score=score, value=frame.loc[labels.index, gene]).reset_index()
        for gene in genes
        for score, frame in frames.items()
        if frame.loc[labels.index, gene].notna().any()
    ]
    return pd.concat(parts, ignore_index=True)


def significant(table: pd.DataFrame, fdr: float) -> dict[str, list[str]]:
    """List the genes whose predicted scores differ, by direction, in the widest scope there is.

    Pooled within cancer type if it was tested, else pooled, else the only cancer type.
    """
    if table.empty:
        return {}
    own = table[table["score"] == PREDICTED]
    names = [name for name in (WITHIN, POOLED) if name in set(own["cancer_type"])]
    own = own[own["cancer_type"] == (names[0] if names else own["cancer_type"].iloc[0])]
    found = own[own["fdr"] < fdr].sort_values("log10_p")
    if "low" not in found:
        return {f"{own['cancer_type'].iloc[0]}: different": found["gene"].tolist()}
    scope = own["cancer_type"].iloc[0]
    return {
        f"{scope}: lower": found.loc[found["effect"] < 0, "gene"].tolist(),
        f"{scope}: higher": found.loc[found["effect"] > 0, "gene"].tolist(),
    }
