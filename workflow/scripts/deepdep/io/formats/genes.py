"""Steps the readers of gene matrices share: rows by gene, values by unit, samples x genes out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.blocks import WideLayout, read_wide
from deepdep.io.formats.base import Samples, Table, Wanted, choose_samples, suspect
from deepdep.io.identifiers import GeneIndex, split_labels, unique_symbols
from deepdep.io.ids import check_ids
from deepdep.io.tables import one_row_per_sample
from deepdep.io.text import few

# A linear ratio of 0 has no logarithm; 1/1000 of the normal copy number stands for "lost".
LOWEST_RATIO = 0.001
# log2(TPM+1) ends at log2(1e6).
MOST_LOG_TPM = 20.0


def wide_by_features(
    layout: WideLayout, wanted: Wanted, name_row: Callable[[list[str]], str | None] | None = None
) -> tuple[list[str], np.ndarray, Samples]:
    """Read a features x samples text: row names, values of the chosen samples, and these.

    ``name_row`` as in ``read_wide``; without it the first cell names the row.
    """
    samples = choose_samples(layout.columns, wanted, layout.path)
    everything = len(samples.positions) == len(layout.columns)
    reshape = None if everything else (lambda block: block[:, samples.positions])
    names, values = read_wide(layout, name_row or first_cell, reshape)
    return names, values, samples


def first_cell(cells: list[str]) -> str:
    """Name a row by its first cell."""
    return cells[0]


def gene_rows(wanted: Wanted) -> Callable[[list[str]], str | None]:
    """Return what names rows of genes; rows that cannot be a gene wanted are not even parsed."""
    if wanted.features is None:
        return first_cell
    index = GeneIndex(wanted.features, wanted.names)
    return lambda cells: cells[0] if index.claims(cells[0]) else None


def choose_genes(
    labels: list[str], values: np.ndarray, wanted: Wanted, path: str | Path
) -> tuple[np.ndarray, list[str], dict[str, Any]]:
    """Choose genes x samples rows by label.

    Returns
    -------
    tuple
        Positions of the rows, the features they are called, and counts. Wanted genes come in
        the order wanted, those the file lacks are named in the notes; without a wish, all genes
        that their symbol tells apart, in file order. Labels that occur twice have to agree.
    """
    if wanted.features is None:
        symbols, counts = unique_symbols(labels, path)
        features = pd.Series(symbols.to_list(), dtype=object)
        notes: dict[str, Any] = {**counts, "entrez": entrez_ids(labels, features)}
    else:
        found = GeneIndex(wanted.features, wanted.names).find(labels)
        features = ambiguous_out(found["wanted"], labels, path)
        how = found["how"][features.notna()].value_counts().to_dict()
        notes = {f"joined_by_{way}": int(count) for way, count in how.items()}
    features = features.dropna()
    repeated = features[features.duplicated()]
    check_agree(features, repeated, values, path)
    features = features[~features.duplicated()]
    if features.empty:
        seen = f"the file has {few(labels, 3)}; wanted are {few(wanted.features or (), 3)}"
        raise InputError(f"{path}: none of the genes wanted ({seen}).", "Check the genes' ids.")
    check_ids(features, path, "gene")
    notes = {**notes, "repeated_features": len(repeated)}
    if wanted.features is not None:
        order = {feature: at for at, feature in enumerate(wanted.features)}
        features = features.iloc[np.argsort(features.map(order), kind="stable")]
        notes["features_lacking"] = sorted(set(wanted.features) - set(features))
        suspect(not notes["features_lacking"], path, lacking(notes["features_lacking"]))
    return features.index.to_numpy(), features.to_list(), notes


def entrez_ids(labels: list[str], features: pd.Series) -> dict[str, str]:
    """Return feature to Entrez id, as far as the labels have them: other sources are joined by it."""
    ids = split_labels(labels)["entrez"]
    known = features.notna() & (ids != "")
    return dict(zip(features[known], ids[known], strict=True))


def lacking(features: list[str]) -> str:
    """Say which wanted features a file lacks."""
    return f"{len(features)} features wanted are not in the file: {few(features)}"


def ambiguous_out(found: pd.Series, labels: list[str], path: str | Path) -> pd.Series:
    """Leave out wanted genes that two different labels claim."""
    pairs = pd.DataFrame({"wanted": found, "label": labels}).dropna().drop_duplicates()
    shared = set(pairs["wanted"][pairs["wanted"].duplicated()])
    suspect(not shared, path, f"{len(shared)} symbols of several genes left out: {few(sorted(shared))}")
    return found.mask(found.isin(shared))


def check_agree(features: pd.Series, repeated: pd.Series, values: np.ndarray, path: str | Path) -> None:
    """Raise InputError for a feature that stands twice with different values."""
    first = features.drop_duplicates()
    where = pd.Series(first.index, index=first.to_numpy())
    for at, name in repeated.items():
        if not np.array_equal(values[at], values[where[name]], equal_nan=True):
            remedy = "Keep one of the rows, or give each its own id."
            raise InputError(f"{path}: feature {name!r} stands twice with conflicting values.", remedy)


def to_frame(values: np.ndarray, samples: Samples, features: list[str], path: str | Path) -> pd.DataFrame:
    """Make samples x features of features x samples without a copy; repeated samples have to agree."""
    index = pd.Index(samples.ids, name="sample")
    return one_row_per_sample(pd.DataFrame(values.T, index=index, columns=features), Path(path))


def take_rows(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return rows of a table that is not used any more: rows in file order move up in its own memory."""
    if not (np.diff(rows) > 0).all():
        return values[rows]
    for to, row in enumerate(rows):
        if to != row:
            values[to] = values[row]
    return values[: len(rows)]


def gene_matrix(
    layout: WideLayout,
    wanted: Wanted,
    units: str,
    convert: Callable[[np.ndarray], dict[str, Any]] | None = None,
) -> Table:
    """Read genes x samples text as a table of samples x genes.

    ``convert`` changes the values in place and gives its counts.
    """
    labels, values, samples = wide_by_features(layout, wanted, gene_rows(wanted))
    rows, features, notes = choose_genes(labels, values, wanted, layout.path)
    values = take_rows(values, rows)
    counts = convert(values) if convert else {}
    return Table(
        to_frame(values, samples, features, layout.path), units, {**samples.notes, **notes, **counts}
    )


def to_log2_tpm(values: np.ndarray) -> dict[str, Any]:
    """Turn linear values into log2(x + 1) in place; negative ones count as 0."""
    negative = int((values < 0).sum())
    np.maximum(values, 0, out=values)
    values += 1
    np.log2(values, out=values)
    return {"negative_values_set_to_0": negative}


def to_log2_ratio(values: np.ndarray) -> dict[str, Any]:
    """Turn ratios (1 = two copies) into log2(ratio) in place; below 0.001 they count as 0.001."""
    low = int((values < LOWEST_RATIO).sum())
    np.maximum(values, LOWEST_RATIO, out=values)
    np.log2(values, out=values)
    return {"ratios_below_0.001_set_to_it": low}
