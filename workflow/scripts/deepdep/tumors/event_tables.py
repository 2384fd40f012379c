"""What the jobs on events read, and the tables that bring the omics together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from deepdep.io.parquet import read_matrix, read_table
from deepdep.tumors.comparators import Sides, compare_events, read_some
from deepdep.tumors.events import Found, shares
from deepdep.tumors.known_relations import Source

MEASURED, PREDICTED = "ccl_measured", "ccl_predicted"


def read_scores(path: str | Path, labelled: str | Path | None = None) -> pd.DataFrame:
    """Read samples x genes; ``labelled``: a table of measured scores, whose lines alone are kept.

    Cell lines with labels are predicted out of fold; those without are left out, as nothing measured
    stands beside them.
    """
    scores = read_matrix(path)
    return scores if labelled is None else scores[scores.index.isin(read_table(labelled)["sample"])]


def read_groups(path: str | Path) -> pd.Series:
    """Read cancer type or lineage by sample."""
    return read_table(path, index="sample")["group"]


def compare_strongest(
    found: Found,
    omic_path: str | Path,
    expression: str | Path | None,
    scores: pd.DataFrame,
    groups: pd.Series,
) -> pd.DataFrame:
    """Put the comparators beside events; without an expression table those columns are NaN."""
    events = found.events
    names = [list(dict.fromkeys(events[key].astype(str))) for key in ("feature", "gene")]
    omic = str(events["omic"].iloc[0]) if len(events) else ""
    features = read_some(omic_path, names[0], omic)
    own = pd.DataFrame(index=features.index)
    if expression is not None:
        own = read_some(expression, names[1], "expression")
    return compare_events(events, Sides(features, scores, own, groups))


def read_source(
    name: str,
    paths: Mapping[str, str | Path],
    relations: Sequence[Mapping[str, object]],
    scores: pd.DataFrame,
    groups: pd.Series,
) -> Source:
    """Read those features that relations name, from the omics that there are."""
    omics = {}
    for omic, path in paths.items():
        wanted = [str(relation["feature"]) for relation in relations if relation["omic"] == omic]
        omics[omic] = read_some(path, wanted, omic)
    return Source(name, omics, scores, groups)


def all_counts(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Bring the counts of all omics together, with each omic's share of its gene's events."""
    return shares(pd.concat([read_table(path) for path in paths], ignore_index=True))


def all_top(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Bring the compared events of all omics together, as text and numbers."""
    parts = [read_table(path) for path in paths]
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled or parts[:1], ignore_index=True)
    return table.astype(dict.fromkeys(("feature", "gene", "omic"), object))
