"""Attributions summarised by gene: its strongest features, the omics' shares, and its biomarker class."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError

LINEAGE = "lineage"
WORDS = {"expression": "expression", "copy_number": "copy number", "mutation": "mutation"}
STEM = re.compile(r"^([A-Z]{3,}?)\d+[A-Z]?\d*$")
CLASSES = [
    "own expression", "own copy number", "own mutation", "paralog", "lineage", "other mutation",
    "other expression", "other copy number", "other",
]  # fmt: skip
# Classes of the simulator to those that are right for them.
PLANTED = {
    "self_expression": ("own expression",),
    "copy_number": ("own copy number", "other copy number"),
    "mutation": ("own mutation", "other mutation"),
    "paralog": ("paralog", "other expression"),
    "lineage": ("lineage",),
}


def summarise(
    gene: str, values: np.ndarray, columns: list[tuple[str, str]], top: int
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the strongest features of a gene, and the share of each omic.

    Parameters
    ----------
    values
        Attributions, lines x columns.
    columns
        Omic and feature of each column.
    top
        Features returned.

    Returns
    -------
    tuple
        gene, rank, omic, feature, mean_absolute (mean over lines of the absolute attribution, in units of
        gene effect) and share (of the sum over all columns); and omic to its share.
    """
    sizes = np.abs(values).mean(axis=0)
    total = max(float(sizes.sum()), 1e-30)
    order = np.argsort(-sizes, kind="stable")[:top]
    omics = np.array([omic for omic, _ in columns])
    table = pd.DataFrame(
        {
            "gene": gene,
            "rank": range(1, len(order) + 1),
            "omic": omics[order],
            "feature": [columns[place][1] for place in order],
            "mean_absolute": sizes[order],
            "share": sizes[order] / total,
        }
    )
    return table, {str(omic): float(sizes[omics == omic].sum() / total) for omic in np.unique(omics)}


def same_stem(first: str, second: str) -> bool:
    """Tell whether two symbols differ in their number alone: three letters or more before it."""
    stem, other = STEM.match(first), STEM.match(second)
    return first != second and stem is not None and other is not None and stem[1] == other[1]


def read_paralogs(path: str | Path) -> set[tuple[str, str]]:
    """Read pairs of paralogs, both ways round.

    Raises
    ------
    InputError
        If the table lacks the columns gene and paralog.
    """
    table = pd.read_csv(path, sep="\t", dtype=str)
    if not {"gene", "paralog"} <= set(table.columns):
        found = ", ".join(table.columns)
        raise InputError(
            f"{path}: columns gene and paralog are needed, it has {found}.", "rename its columns."
        )
    pairs = set(zip(table["gene"], table["paralog"], strict=True))
    return pairs | {(second, first) for first, second in pairs}


def biomarker_class(gene: str, omic: str, feature: str, paralogs: set[tuple[str, str]] | None) -> str:
    """Name the class of a gene by its strongest feature; ``paralogs`` None: symbols of one stem."""
    if omic == LINEAGE:
        return LINEAGE
    if omic not in WORDS:
        return "other"
    if feature == gene:
        return f"own {WORDS[omic]}"
    akin = same_stem(gene, feature) if paralogs is None else (gene, feature) in paralogs
    return "paralog" if akin and omic == "expression" else f"other {WORDS[omic]}"


def classified(
    features: pd.DataFrame,
    shares: Mapping[str, Mapping[str, float]],
    paralogs: set[tuple[str, str]] | None,
) -> pd.DataFrame:
    """Return one row per gene: class, its top feature, and the share of each omic."""
    rows = []
    for gene, part in features.groupby("gene", sort=False):
        first = part.iloc[0]
        found = biomarker_class(str(gene), first["omic"], first["feature"], paralogs)
        row = {"gene": gene, "class": found}
        row |= {f"top_{name}": first[name] for name in ("omic", "feature", "share")}
        rows.append(row | {f"share_{omic}": share for omic, share in shares[str(gene)].items()})
    return pd.DataFrame(rows)


def confusion(
    classes: pd.Series, planted: pd.Series, draws: int, seed: int
) -> tuple[pd.DataFrame, pd.Series]:
    """Compare found with planted classes.

    Parameters
    ----------
    classes, planted
        By gene; genes without a planted effect count in the table, not in the agreement.
    draws
        Permutations of the found classes over genes.

    Returns
    -------
    tuple
        Number of genes, planted x found; and genes, right, expected (mean of the permutations), p (share of
        permutations with as many right, at least 1 / (draws + 1)).
    """
    planted = planted.reindex(classes.index)
    table = pd.crosstab(planted, classes).reindex(columns=CLASSES, fill_value=0)
    known = planted.isin(list(PLANTED))
    found, truth = classes[known].to_numpy(), planted[known].to_numpy()
    right = agreement(found, truth)
    generator = np.random.default_rng(seed)
    drawn = np.array([agreement(generator.permutation(found), truth) for _ in range(draws)])
    summary = {
        "genes": int(known.sum()),
        "right": right,
        "expected": float(drawn.mean()) if known.any() else np.nan,
        "p": float((1 + (drawn >= right).sum()) / (draws + 1)),
    }
    return table.rename_axis(index="planted", columns="found"), pd.Series(summary)


def agreement(found: Iterable[str], truth: Iterable[str]) -> int:
    """Count the genes whose found class is one of those of their planted one."""
    return sum(one in PLANTED[kind] for one, kind in zip(found, truth, strict=True))


def chosen_genes(
    wanted: int | list[str], per_gene: pd.DataFrame, known: list[str]
) -> tuple[list[str], list[str]]:
    """Return the genes to attribute, and those that are named but not known.

    Parameters
    ----------
    wanted
        Names, or a number: of the genes with the highest r in ``per_gene``.
    per_gene
        gene, r of the model in cross-validation.
    known
        Genes that the model predicts.
    """
    if isinstance(wanted, int):
        ranked = per_gene[per_gene["gene"].isin(known)].dropna(subset="r")
        return list(ranked.sort_values("r", ascending=False, kind="stable")["gene"][:wanted]), []
    return [gene for gene in wanted if gene in known], [gene for gene in wanted if gene not in known]


def described(
    attributor: Any,
    genes: list[str],
    features: dict[str, list[str]],
    top: int,
    paralogs: set[tuple[str, str]] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Attribute all genes, one after the other; return their strongest features, and their classes.

    Parameters
    ----------
    attributor
        Of :mod:`deepdep.interpret.attribution`; not imported, so that this module does without torch.
    features
        Omic to the names of its features.
    """
    columns = attributor.columns(features)
    tables, shares, missed = [], {}, {}
    for gene in genes:
        found = attributor.of(gene)
        table, shares[gene] = summarise(gene, found.values, columns, top)
        tables.append(table)
        missed[gene] = found.missed
    if not tables:
        names = ["gene", "rank", "omic", "feature", "mean_absolute", "share"]
        return pd.DataFrame(columns=names), pd.DataFrame(columns=["gene", "class"])
    table = pd.concat(tables, ignore_index=True)
    classes = classified(table, shares, paralogs)
    return table, classes.assign(completeness_error=classes["gene"].map(missed))
