"""Numeric tables of features and samples: text or parquet, either way round."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deepdep.errors import InputError
from deepdep.io.ids import check_ids
from deepdep.io.text import existing, few, read_columns, read_layout, to_numbers
from deepdep.log import logger

ORIENTATIONS = ("features_in_rows", "samples_in_rows")


def read_numeric_table(
    path: str | Path, orientation: str, known_samples: set[str] | None = None
) -> pd.DataFrame:
    """Read a table of numbers as samples x features, float32, NaN = missing.

    The first column holds the row ids, whatever its name. Empty cells, NA and NaN are
    missing. Of a repeated feature the first occurrence is kept; repeated samples have to
    agree.

    Parameters
    ----------
    path
        Tab- or comma-separated text (the header line tells which), gzipped or not, or ``.parquet``.
    orientation
        ``features_in_rows`` or ``samples_in_rows``.
    known_samples
        Ids of the sample sheet; if given, at least one has to occur among the table's samples.

    Returns
    -------
    pd.DataFrame
        samples x features, ids as text, index named ``sample``.

    Raises
    ------
    InputError
        A cell that is not a finite number, an empty or damaged file, a repeated sample with
        conflicting values, no known sample, or an orientation other than the two.
    """
    if orientation not in ORIENTATIONS:
        raise InputError(f"{path}: unknown orientation {orientation!r}.", f"Use {' or '.join(ORIENTATIONS)}.")
    path = existing(path)
    columns_by_rows = read_parquet(path) if path.suffix == ".parquet" else read_text(path)
    check_finite(columns_by_rows, path)
    frame = columns_by_rows if orientation == "features_in_rows" else columns_by_rows.T
    if known_samples is not None:
        check_samples_known(frame.index, frame.columns, known_samples, path)
    frame = first_of_repeated_features(with_feature_ids(frame, path), path)
    return one_row_per_sample(frame, path).rename_axis(index="sample", columns=None)


def read_text(path: Path) -> pd.DataFrame:
    """Read delimited text as file columns x file rows, float32."""
    layout = read_layout(path)
    columns = range(1, len(layout.names))
    table = read_columns(layout, {0: pa.string(), **dict.fromkeys(columns, pa.float32())})
    values = np.empty((len(columns), table.num_rows), dtype=np.float32)
    for i in columns:
        values[i - 1] = to_numbers(table, i)
    ids = table.column("0").to_pandas().str.strip()
    return pd.DataFrame(values, index=layout.names[1:], columns=ids.to_list())


def read_parquet(path: Path) -> pd.DataFrame:
    """Read parquet as file columns x file rows, float32; an index of pandas' own is no id."""
    try:
        # Checksums of pages are compared where the file has them; pandas' notes in the footer are json.
        frame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    except (pa.ArrowException, ValueError, OSError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: not a readable parquet file ({error}).", "Write the file again."
        ) from error
    if isinstance(frame.index, pd.RangeIndex) and frame.shape[1]:
        frame = frame.set_index(frame.columns[0])
    if frame.empty:
        raise InputError(f"{path}: no rows or no columns.", "Provide the table with its data.")
    frame.index = pd.Index(["" if pd.isna(i) else str(i).strip() for i in frame.index])
    frame.columns = frame.columns.astype(str)
    return pd.DataFrame(
        np.array([numbers_of(frame.iloc[:, i], path) for i in range(frame.shape[1])]),
        index=frame.columns,
        columns=frame.index,
    )


def numbers_of(column: pd.Series, path: Path) -> np.ndarray:
    """Return a parquet column as float32, or raise InputError for its first cell that is no number."""
    numbers = pd.to_numeric(column, errors="coerce")
    bad = numbers.isna() & column.notna() & ~column.astype(str).isin(["", "NA", "NaN"])
    if bad.any():
        row = column.index[bad][0]
        place = f"{path}, row {row!r}, column {column.name!r}"
        remedy = "Correct the cell, or leave it empty or NA if the value is missing."
        raise InputError(f"{place}: {column[bad].iloc[0]!r} is not a number.", remedy)
    return numbers.to_numpy(dtype=np.float32, na_value=np.nan)


def check_finite(columns_by_rows: pd.DataFrame, path: Path) -> None:
    """Raise InputError for the first infinite value."""
    found = np.argwhere(np.isinf(columns_by_rows.to_numpy()))
    if len(found):
        column, row = found[0]
        place = f"row {columns_by_rows.columns[row]!r}, column {columns_by_rows.index[column]!r}"
        remedy = "Leave the cell empty if it is missing, or give the limit it stands for."
        raise InputError(f"{path}, {place}: the value is infinite ({len(found)} such cells).", remedy)


def check_samples_known(samples: pd.Index, features: pd.Index, known: set[str], path: Path) -> None:
    """Raise InputError if no sample is in the sample sheet; tell a wrong orientation from wrong ids."""
    if samples.isin(known).any():
        return
    if features.isin(known).any():
        remedy = (
            "Set the other `orientation` for this table in the config (features_in_rows, samples_in_rows)."
        )
        raise InputError(f"{path}: the orientation in the config is the wrong way round.", remedy)
    seen = f"The table has {few(samples, 3)}; the sample sheet has {few(sorted(known), 3)}"
    remedy = "Use one id scheme in both, and check `ids` and `orientation` in the config."
    raise InputError(f"{path}: zero overlap of samples with the sample sheet. {seen}.", remedy)


def with_feature_ids(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Drop features without an id, with a warning; a sample without an id raises InputError."""
    if (frame.index == "").any():
        number = int(np.flatnonzero(frame.index == "")[0]) + 1
        raise InputError(f"{path}: sample number {number} has no id.", "Give every sample an id.")
    nameless = frame.columns == ""
    check_ids(frame.index, path, "sample")
    check_ids(frame.columns[~nameless], path, "feature")
    if nameless.all():
        raise InputError(f"{path}: no feature has an id.", "Give every feature an id.")
    if nameless.any():
        logger.warning("%s: dropped %d features without an id", path, nameless.sum())
    return frame.loc[:, ~nameless]


def first_of_repeated_features(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Keep the first of features with the same id."""
    repeated = frame.columns.duplicated()
    if repeated.any():
        names = few(frame.columns[repeated].unique())
        logger.warning("%s: %d repeated features, the first one wins: %s", path, repeated.sum(), names)
    return frame.loc[:, ~repeated] if repeated.any() else frame


def one_row_per_sample(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Keep the first of samples with the same id and values; conflicting values raise InputError."""
    repeated = frame.index.duplicated()
    if not repeated.any():
        return frame
    first, later = frame[~repeated], frame[repeated]
    same = np.all(np.isclose(first.loc[later.index], later, rtol=0, atol=0, equal_nan=True), axis=1)
    if not same.all():
        names = few(later.index[~same].unique())
        remedy = "Keep one of them, or give each its own id."
        raise InputError(f"{path}: repeated samples with conflicting values: {names}.", remedy)
    logger.warning(
        "%s: %d repeated samples with identical values: %s", path, repeated.sum(), few(later.index)
    )
    return first
