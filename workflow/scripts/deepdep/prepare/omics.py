"""One omic of one cohort: from the user's table to samples x features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.barcodes import reduce_tcga
from deepdep.io.maf import frequent_genes, mutation_matrix, read_variants
from deepdep.io.segments import read_segments
from deepdep.io.sheets import check_column, read_cells
from deepdep.io.tables import check_samples_known, read_numeric_table
from deepdep.io.text import few, read_layout
from deepdep.log import logger

UNITS = {
    "mutation": "0/1, 1 = damaging variant",
    "expression": "log2(TPM+1), or as supplied",
    "methylation": "beta value, 0 to 1",
    "copy_number": "log2(CN/2)",
}
# Chiu et al. 2021, Methods: genes mutated in at least 1 % of the samples.
MUTATED_SHARE = 0.01


@dataclass(frozen=True)
class OmicRequest:
    """Where an omic of a cohort comes from, and which samples and features are wanted.

    Parameters
    ----------
    omic
        mutation, expression, methylation or copy_number.
    path
        The table.
    format
        matrix, maf or segments.
    orientation
        features_in_rows or samples_in_rows; for a matrix.
    ids
        as_is or tcga_patient.
    positions
        Table of Gene, chrom, pos; for segments.
    samples
        Samples of the sheet, in the order wanted.
    features
        Features of ``ccl``, in the order wanted; None for ``ccl`` itself.
    """

    omic: str
    path: str
    format: str
    orientation: str
    ids: str
    positions: str | None
    samples: list[str]
    features: list[str] | None


def describe_units(omic: str) -> str:
    """Return the units of an omic for headers and captions."""
    if omic not in UNITS:
        raise InputError(f"unknown omic {omic!r}.", f"Use one of {few(UNITS)}.")
    return UNITS[omic]


def build_omic(request: OmicRequest) -> pd.DataFrame:
    """Read an omic and give it the samples of the sheet and the features of ``ccl``.

    ``ccl`` itself (``features`` None) loses features that are all missing or constant. Other
    cohorts get exactly the list, all-NaN where they lack a feature. A sample without any
    value loses its row.

    Returns
    -------
    pd.DataFrame
        samples x features, float32, NaN = not measured.

    Raises
    ------
    InputError
        A table that cannot be read, no sample of the sheet in it, no feature of ``ccl``'s
        list in it, mutation values other than 0 and 1, or nothing left.
    """
    describe_units(request.omic)
    frame = of_sheet(READERS[reader_name(request)](request), request)
    if request.omic == "mutation":
        check_binary(frame, request.path)
    shape = without_uninformative if request.features is None else aligned
    return with_values(shape(frame, request), request)


def empty_omic(features: list[str]) -> pd.DataFrame:
    """Return no samples x ``features``: the omic of a cohort that lacks it."""
    return pd.DataFrame(np.empty((0, len(features)), np.float32), pd.Index([], dtype=str), features)


def reader_name(request: OmicRequest) -> str:
    """Return the request's format if there is a reader for it."""
    if request.format not in READERS:
        raise InputError(f"{request.path}: unknown format {request.format!r}.", f"Use one of {few(READERS)}.")
    if request.ids not in ("as_is", "tcga_patient"):
        raise InputError(f"{request.path}: unknown ids {request.ids!r}.", "Use as_is or tcga_patient.")
    return request.format


def read_matrix_of(request: OmicRequest) -> pd.DataFrame:
    """Read a numeric table; TCGA aliquots become patients."""
    known = set(request.samples) if request.ids == "as_is" else None
    frame = read_numeric_table(request.path, request.orientation, known)
    if request.ids == "as_is":
        return frame
    patients = reduce_tcga(frame.index.to_series())
    return frame.loc[patients.index].set_axis(pd.Index(patients.to_list(), name="sample"))


def read_maf_of(request: OmicRequest) -> pd.DataFrame:
    """Read a MAF for the features wanted, or for the genes mutated often enough in the samples."""
    variants = read_variants(request.path, request.ids)
    if request.features is not None:
        return mutation_matrix(variants, request.features)
    genes = frequent_genes(variants, request.samples, MUTATED_SHARE)
    logger.info("%s: %d genes mutated in at least %g of samples", request.path, len(genes), MUTATED_SHARE)
    return mutation_matrix(variants, genes)


def read_segments_of(request: OmicRequest) -> pd.DataFrame:
    """Read segments at the positions of the features wanted, or of all genes of the table."""
    if request.positions is None:
        remedy = "Name a table of Gene, chrom, pos as `positions` in the config."
        raise InputError(f"{request.path}: segments need gene positions.", remedy)
    positions = read_positions(request.positions)
    if request.features is not None:
        positions = positions[positions["Gene"].isin(request.features)]
    return read_segments(request.path, positions, request.ids)


READERS = {"matrix": read_matrix_of, "maf": read_maf_of, "segments": read_segments_of}


def read_positions(path: str | Path) -> pd.DataFrame:
    """Read gene positions: columns Gene, chrom, pos (base pairs); the first of repeated genes wins."""
    layout = read_layout(path)
    for name in ("Gene", "chrom", "pos"):
        check_column(layout, name)
    positions = read_cells(layout)[0][["Gene", "chrom", "pos"]]
    numbers = pd.to_numeric(positions["pos"], errors="coerce")
    wrong = positions["Gene"][numbers.isna() | positions["chrom"].isna()]
    if len(wrong):
        raise InputError(f"{path}: genes without a position: {few(wrong)}.", "Correct or remove these rows.")
    repeated = positions["Gene"].duplicated()
    if repeated.any():
        names = few(positions["Gene"][repeated])
        logger.warning("%s: %d repeated genes, the first one wins: %s", path, repeated.sum(), names)
    return positions.assign(pos=numbers)[~repeated]


def of_sheet(frame: pd.DataFrame, request: OmicRequest) -> pd.DataFrame:
    """Keep the samples of the sheet, in its order; none at all raises InputError."""
    check_samples_known(frame.index, frame.columns, set(request.samples), Path(request.path))
    wanted = [sample for sample in request.samples if sample in frame.index]
    strangers = frame.index.difference(request.samples)
    if len(strangers):
        text = "%s: %d samples that the sheet does not have left out: %s"
        logger.warning(text, request.path, len(strangers), few(strangers))
    logger.info("%s: %s of %d of %d samples", request.path, request.omic, len(wanted), len(request.samples))
    return frame.loc[wanted]


def check_binary(frame: pd.DataFrame, path: str) -> None:
    """Raise InputError for the first mutation value that is neither 0, 1 nor missing."""
    values = frame.to_numpy()
    wrong = np.argwhere(~(np.isin(values, (0, 1)) | np.isnan(values)))
    if len(wrong):
        row, column = wrong[0]
        place = f"sample {frame.index[row]!r}, feature {frame.columns[column]!r}"
        found = f"{values[row, column]:g} is no mutation value ({len(wrong)} such cells)"
        raise InputError(
            f"{path}, {place}: {found}.", "Give 1 for mutated, 0 for not, empty for not measured."
        )


def with_values(frame: pd.DataFrame, request: OmicRequest) -> pd.DataFrame:
    """Drop samples without any value; none left raises InputError."""
    empty = frame.isna().all(axis=1)
    if empty.all():
        remedy = "Check the table, its positions and its features."
        raise InputError(f"{request.path}: no sample has any {request.omic} value.", remedy)
    if empty.any():
        text = "%s: %d samples without any %s value lose their row: %s"
        logger.warning(text, request.path, empty.sum(), request.omic, few(frame.index[empty]))
    return frame[~empty]


def without_uninformative(frame: pd.DataFrame, request: OmicRequest) -> pd.DataFrame:
    """Drop features that are missing in all samples, or have one value only."""
    missing = frame.isna().all(axis=0)
    constant = ~missing & (frame.max() == frame.min())
    for which, what in ((missing, "missing in every sample"), (constant, "constant")):
        if which.any():
            names = few(frame.columns[which])
            logger.warning("%s: dropped %d features, %s: %s", request.path, which.sum(), what, names)
    kept = frame.loc[:, ~(missing | constant)]
    if kept.shape[1] == 0:
        remedy = "Provide a table whose features differ between samples."
        raise InputError(f"{request.path}: every feature is missing or constant.", remedy)
    return kept


def aligned(frame: pd.DataFrame, request: OmicRequest) -> pd.DataFrame:
    """Give the frame exactly the features of ``ccl``, all-NaN where it has none."""
    wanted = pd.Index(request.features)
    shared = wanted.isin(frame.columns)
    if not shared.any():
        seen = f"The table has {few(frame.columns, 3)}; the cell lines have {few(wanted, 3)}"
        remedy = "Use the same feature ids as the cell lines' table."
        raise InputError(f"{request.path}: zero overlap of features with the cell lines. {seen}.", remedy)
    text = "%s: %d of %d features of the cell lines, %d others left out; lacking: %s"
    others = frame.shape[1] - shared.sum()
    logger.info(text, request.path, shared.sum(), len(wanted), others, few(wanted[~shared]) or "none")
    return frame.reindex(columns=wanted).astype(np.float32)
