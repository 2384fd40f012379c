"""Feature lists of Prep4DeepDEP: small R data files, one data frame each.

The files are those of ``inst/extdata`` of chenlabgccri/Prep4DeepDEP (Chiu et al. 2021). They
are read with rdata (MIT); no R is needed.
"""

import bz2
import gzip
import lzma
import zlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from deepdep.errors import InputError
from deepdep.io.text import existing, few
from deepdep.log import logger

# The lists take at most 75 kB. The fingerprints (2.2 MB packed) would take minutes and 11 GB.
MOST_BYTES = 1_000_000
MOST_UNPACKED = 20_000_000
BIN_WIDTH = 10_000
UNREADABLE = (
    ValueError,
    NotImplementedError,
    EOFError,
    OSError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    lzma.LZMAError,
    zlib.error,
)


@dataclass(frozen=True)
class FeatureFile:
    """Name, columns in R (with what they become here) and published length of a feature list."""

    name: str
    columns: dict[str, str]
    rows: int


FILES = {
    "expression": FeatureFile(
        "ccle_exp_for_missing_value_6016.RData", {"Gene": "feature", "Mean": "fill"}, 6016
    ),
    "mutation": FeatureFile(
        "ccle_mut_for_missing_value_4539.RData", {"Gene": "feature", "Median": "fill"}, 4539
    ),
    "methylation": FeatureFile(
        "ccle_meth_for_missing_value_6617.RData", {"Probe": "feature", "Mean": "mean"}, 6617
    ),
    "copy_number": FeatureFile(
        "cna_table_7460.RData", {"CNA": "feature", "Chr": "chrom", "Start": "start", "End": "end"}, 7460
    ),
    "genes": FeatureFile("default_dep_genes_1298.RData", {"Gene": "feature"}, 1298),
}


def read_feature_list(path: str | Path, kind: str) -> pd.DataFrame:
    """Read a feature list of Prep4DeepDEP in the published order.

    Parameters
    ----------
    path
        An .RData file that holds one data frame.
    kind
        expression, mutation, methylation, copy_number or genes; see ``FILES``.

    Returns
    -------
    pd.DataFrame
        expression and mutation: feature, fill (mean and median of the CCLE lines). methylation:
        feature, fill (0, what the package fills in), mean (what the file holds beside each
        probe). copy_number: feature (name of the bin), chrom (text, X is 23, Y 24), start, end
        (base pairs, both belong to the bin). genes: feature.

    Raises
    ------
    InputError
        No R data, another object or other columns than these, a repeated or empty feature, or a
        missing number.
    """
    if kind not in FILES:
        raise InputError(f"{path}: unknown feature list {kind!r}.", f"Use one of {few(FILES)}.")
    table = only_frame(path, FILES[kind])
    check_features(table, path)
    if kind == "copy_number":
        return with_places(table, path)
    if kind == "methylation":
        table.insert(1, "fill", 0.0)
    return table


def only_frame(path: str | Path, expected: FeatureFile) -> pd.DataFrame:
    """Return the one data frame of the file with the columns expected, renamed."""
    objects = read_objects(existing(path))
    remedy = f"Provide {expected.name} of Prep4DeepDEP (inst/extdata)."
    frame = next(iter(objects.values()), None) if isinstance(objects, dict) else None
    if not isinstance(frame, pd.DataFrame) or len(objects) != 1:
        found = (
            few(f"{k} ({type(v).__name__})" for k, v in objects.items()) if isinstance(objects, dict) else ""
        )
        raise InputError(f"{path}: not one data frame but {found or type(objects).__name__}.", remedy)
    if list(frame.columns) != list(expected.columns):
        seen = f"columns are {few(frame.columns)}, expected {few(expected.columns)}"
        raise InputError(f"{path}: {seen}.", remedy)
    if len(frame) != expected.rows:
        logger.warning("%s: %d features, the published list has %d", path, len(frame), expected.rows)
    return plain(frame.rename(columns=expected.columns), path)


def read_objects(path: Path) -> object:
    """Read the objects of an .RData file; a large or foreign file raises InputError."""
    import rdata

    if path.stat().st_size > MOST_BYTES:
        remedy = "Read fingerprints from GMT; only the small feature lists are read from .RData."
        raise InputError(f"{path}: {path.stat().st_size:,} bytes is no feature list.", remedy)
    try:
        check_unpacked(path)
        return rdata.read_rda(path)
    except InputError:
        raise
    except UNREADABLE as error:
        remedy = "Fetch the file again; a web page or a Git LFS pointer may stand in its place."
        raise InputError(f"{path}: no readable R data ({type(error).__name__}: {error}).", remedy) from error


def check_unpacked(path: Path) -> None:
    """Raise InputError for a file that unpacks to more than any list does; its parser has no bounds."""
    with path.open("rb") as handle:
        start = handle.read(6)
    openers = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
    opener = next((opener for mark, opener in openers.items() if start.startswith(mark)), open)
    with opener(path, "rb") as plain_bytes:
        if len(plain_bytes.read(MOST_UNPACKED + 1)) > MOST_UNPACKED:
            raise InputError(f"{path}: more than {MOST_UNPACKED:,} bytes.", "Provide the published file.")


def plain(frame: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Return text and float64 columns under a new index; other contents raise InputError."""
    try:
        numbers = {
            name: frame[name].astype("float64").to_numpy() for name in frame.columns[1:] if name != "feature"
        }
    except (ValueError, TypeError) as error:
        remedy = "Provide the published file."
        raise InputError(f"{path}: a column of numbers holds something else ({error}).", remedy) from error
    features = frame["feature"].astype(object).where(frame["feature"].notna(), "").astype(str)
    return pd.DataFrame({"feature": features.to_numpy(dtype=object), **numbers})


def check_features(table: pd.DataFrame, path: str | Path) -> None:
    """Raise InputError for features that are empty or repeated, and for missing numbers."""
    wrong = table["feature"].duplicated() | table["feature"].eq("") | table.isna().any(axis=1)
    if wrong.any():
        rows = few(table.index[wrong] + 1)
        raise InputError(
            f"{path}: empty, repeated or incomplete in rows {rows}.", "Provide the published file."
        )


def with_places(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Turn bin numbers into base pairs; bin names and numbers have to agree.

    ``chr7_5473to5474_10k`` is bin number 5474: (5474 - 1) x 10,000 + 1 to 5474 x 10,000.
    """
    places = bins_of_names(table["feature"], path)
    number = table["end"].astype(int) * BIN_WIDTH
    if not (
        places["end"].eq(number).all() and places["chrom"].eq(table["chrom"].astype(int).astype(str)).all()
    ):
        raise InputError(f"{path}: names of bins disagree with their numbers.", "Provide the published file.")
    return places


def bins_of_names(names: pd.Series, path: str | Path) -> pd.DataFrame:
    """Return feature, chrom, start and end (base pairs, inclusive) of bins from their names."""
    parts = names.str.extract(r"^chr(?P<chrom>\d+|X|Y)_(?P<first>\d+)to(?P<last>\d+)_10k$")
    wrong = names[parts.isna().any(axis=1)]
    if len(wrong):
        remedy = "Names of bins look like chr7_5473to5474_10k."
        raise InputError(f"{path}: no name of a bin: {few(wrong)}.", remedy)
    last = parts["last"].astype("int64")
    chrom = parts["chrom"].replace({"X": "23", "Y": "24"}).astype(object)
    start, end = (last - 1) * BIN_WIDTH + 1, last * BIN_WIDTH
    return pd.DataFrame({"feature": names, "chrom": chrom, "start": start, "end": end}).reset_index(drop=True)
