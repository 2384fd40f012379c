"""Steps the readers of methylation probes share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.blocks import WideLayout
from deepdep.io.formats.base import Table, Wanted, suspect
from deepdep.io.formats.genes import check_agree, lacking, take_rows, to_frame, wide_by_features
from deepdep.io.text import few

UNITS = "beta value, 0 to 1"


def probe_rows(wanted: Wanted, at: int = 0) -> Callable[[list[str]], str | None]:
    """Return what names rows of probes by cell ``at``; others than those wanted are not parsed."""
    if wanted.features is None:
        return lambda cells: cells[at]
    features = set(wanted.features)
    return lambda cells: cells[at] if cells[at] in features else None


def probe_table(layout: WideLayout, wanted: Wanted, name_row: Callable[[list[str]], str | None]) -> Table:
    """Read features x samples text whose features are taken as they are called."""
    names, values, samples = wide_by_features(layout, wanted, name_row)
    rows, features, notes = order_rows(names, values, wanted, layout.path)
    frame = to_frame(take_rows(values, rows), samples, features, layout.path)
    return Table(frame, UNITS, {**samples.notes, **notes})


def order_rows(
    names: list[str], values: np.ndarray, wanted: Wanted, path: str | Path
) -> tuple[np.ndarray, list[str], dict[str, Any]]:
    """Put rows into the order wanted; repeated names have to agree. Rows, names, counts."""
    if not names:
        seen = f"wanted are {few(wanted.features or (), 3)}"
        raise InputError(f"{path}: none of the features wanted ({seen}).", "Check the ids of the features.")
    features = pd.Series(names, dtype=object)
    repeated = features[features.duplicated()]
    check_agree(features, repeated, values, path)
    features = features.drop_duplicates()
    notes: dict[str, Any] = {"repeated_features": len(repeated)}
    if wanted.features is not None:
        order = pd.Series(range(len(wanted.features)), index=list(wanted.features))
        features = features.iloc[np.argsort(features.map(order), kind="stable")]
        notes["features_lacking"] = sorted(set(wanted.features) - set(features))
        suspect(not notes["features_lacking"], path, lacking(notes["features_lacking"]))
    return features.index.to_numpy(), features.to_list(), notes
