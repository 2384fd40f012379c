"""One omic of one cohort from its source: a user's table or a public file, to samples x features.

A format is a function below (``READERS``) or a reader of ``io.formats``. What the file has is
kept as it is; which features the models see is chosen afterwards (``prepare.features``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule, reduce_tcga
from deepdep.io.formats import FORMATS, SEGMENTS, read
from deepdep.io.formats.base import Wanted
from deepdep.io.gtf import read_genes
from deepdep.io.identifiers import read_gene_names
from deepdep.io.line_names import read_line_names
from deepdep.io.maf import frequent_genes, mutation_matrix, read_variants
from deepdep.io.segments import read_rows
from deepdep.io.tables import check_samples_known, read_numeric_table
from deepdep.io.text import few
from deepdep.log import logger
from deepdep.prepare.gene_copy_number import to_log2
from deepdep.prepare.places import on_bins, on_genes

UNITS = {
    "mutation": "0/1, 1 = damaging variant",
    "expression": "log2(TPM+1), or as supplied",
    "methylation": "beta value, 0 to 1",
    "copy_number": "log2(CN/2)",
}
# Chiu et al. 2021, Methods: genes mutated in at least 1 % of the samples.
MUTATED_SHARE = 0.01
# Public files of TCGA: their aliquots become patients, one each (io.barcodes.TumorRule).
OF_TCGA = ("pancan_expression", "pancan_methylation", "pancan_segments", "mc3", "toil_tpm")
OPTIONS = ("release", "scale", "damaging", "detection", "orientation")


@dataclass(frozen=True)
class Source:
    """Where an omic of a cohort comes from, and what of it is wanted.

    Parameters
    ----------
    omic
        mutation, expression, methylation, copy_number, or another that the study names.
    table
        The table's entry in the config: path, format, and the options that go with the format.
    samples
        Samples of the sheet, in the order wanted.
    features
        Features wanted: column feature; entrez where known; for bins chrom, start and end too
        (base pairs). None for all that the file has.
    tumors
        Which aliquot counts as a patient's tumour; for public files of TCGA.
    rescue
        Cancer types of MC3 whose variants may lack PASS (``io.formats.mc3``).
    aliases
        HGNC table of earlier symbols, or None.
    """

    omic: str
    table: Mapping[str, Any]
    samples: list[str]
    features: pd.DataFrame | None = None
    tumors: TumorRule = field(default_factory=TumorRule)
    rescue: tuple[str, ...] = ()
    aliases: str | None = None

    @property
    def path(self) -> str:
        """The file."""
        return self.table["path"]

    @property
    def names(self) -> list[str] | None:
        """Features wanted, in order."""
        return None if self.features is None else self.features["feature"].to_list()

    @property
    def on_bins(self) -> bool:
        """Whether the features wanted are intervals."""
        return self.features is not None and "chrom" in self.features


@dataclass(frozen=True)
class Read:
    """What was read: samples x features (float32, NaN = not measured), and facts for the header."""

    frame: pd.DataFrame
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Segments:
    """Segments, the genome build they are of, and facts for the header."""

    frame: pd.DataFrame
    build: str
    notes: dict[str, Any]


def describe_units(omic: str, further: Mapping[str, str]) -> str:
    """Return the units of an omic for headers; ``further``: those of omics beside the four."""
    units = {**UNITS, **further}
    if omic not in units:
        raise InputError(f"unknown omic {omic!r}.", f"Use one of {few(units)}, or name it in further_omics.")
    return units[omic]


def read_source(source: Source) -> Read:
    """Read an omic; samples of the sheet only, in its order.

    Raises
    ------
    InputError
        A file that cannot be read, no sample of the sheet or no feature wanted in it, mutation
        values other than 0 and 1, or nothing measured at all.
    """
    name = source.table["format"]
    if name not in READERS and name not in FORMATS:
        known = few([*READERS, *FORMATS], 60)
        raise InputError(f"{source.path}: unknown format {name!r}.", f"Use one of {known}.")
    found = READERS.get(name, read_public)(source)
    frame = with_values(of_sheet(found.frame, source), source)
    if source.omic == "mutation":
        check_binary(frame, source.path)
    return Read(frame.astype(np.float32), found.notes)


# ---- a user's tables


def read_matrix_of(source: Source) -> Read:
    """Read a numeric table; TCGA aliquots become patients."""
    by_patient = source.table.get("ids") == "tcga_patient"
    known = None if by_patient else set(source.samples)
    frame = read_numeric_table(source.path, source.table.get("orientation", "features_in_rows"), known)
    if by_patient:
        patients = reduce_tcga(frame.index.to_series())
        frame = frame.loc[patients.index].set_axis(pd.Index(patients.to_list(), name="sample"))
    return Read(frame)


def read_maf_of(source: Source) -> Read:
    """Read a MAF for the features wanted, or for the genes mutated often enough in the samples."""
    variants = read_variants(source.path, source.table.get("ids", "as_is"))
    if source.names is not None:
        return Read(mutation_matrix(variants, source.names))
    genes = frequent_genes(variants, source.samples, MUTATED_SHARE)
    logger.info("%s: %d genes mutated in at least %g of samples", source.path, len(genes), MUTATED_SHARE)
    return Read(mutation_matrix(variants, genes))


def read_segments_of(source: Source) -> Read:
    """Read segments, a user's or public ones, at the bins wanted or at the positions of genes."""
    found = segments_of(source)
    if source.features is not None and source.on_bins:
        return Read(on_bins(found.frame, found.build, source.features, source.path), found.notes)
    return Read(on_genes(found.frame, found.build, source.table, source.names), found.notes)


def segments_of(source: Source) -> Segments:
    """Return the segments of the samples wanted: sample, chrom, start, end, mean (log2(CN/2))."""
    if source.table["format"] in SEGMENTS:
        table = read(source.table["format"], source.path, wanted_of(source))
        return Segments(table.frame, table.notes["build"], table.notes)
    frame = to_log2(read_rows(source.path), source.table.get("scale", "log2"), source.path)
    if source.table.get("ids") == "tcga_patient":
        patients = reduce_tcga(frame["sample"].drop_duplicates())
        frame = frame[frame["sample"].isin(patients.index)]
        frame = frame.assign(sample=frame["sample"].map(patients))
    check_samples_known(
        pd.Index(frame["sample"].unique()), pd.Index([]), set(source.samples), Path(source.path)
    )
    return Segments(frame[frame["sample"].isin(source.samples)], source.table.get("build", "hg19"), {})


READERS: dict[str, Callable[[Source], Read]] = {
    "matrix": read_matrix_of,
    "maf": read_maf_of,
    **dict.fromkeys(("segments", *SEGMENTS), read_segments_of),
}


# ---- public files


def read_public(source: Source) -> Read:
    """Read a public file (``io.formats``)."""
    table = read(source.table["format"], source.path, wanted_of(source))
    frame, features = table.frame, source.features
    if features is not None:
        frame = frame.rename(
            columns=dict(zip(labels_of_features(features), features["feature"], strict=True))
        )
    return Read(frame, {**table.notes, "units": table.units})


def wanted_of(source: Source) -> Wanted:
    """Say to a reader what is wanted, from the entry in the config."""
    table, tcga = source.table, source.table["format"] in OF_TCGA
    named = table.get("line_names")
    options = {key: table[key] for key in OPTIONS if key in table}
    options |= {"omic": source.omic, "rescue": source.rescue}
    if table.get("gene_names"):
        options |= dict.fromkeys(("gene_names", "probemap"), gene_names_of(table["gene_names"]))
    features = None
    if source.features is not None and not source.on_bins:
        features = tuple(labels_of_features(source.features))
    return Wanted(
        features=features,
        samples=frozenset(source.samples),
        tumors=source.tumors if tcga else None,
        sample_ids=read_line_names(named) if named else None,
        names=read_gene_names(source.aliases) if source.aliases else None,
        options=options,
    )


def gene_names_of(path: str) -> str | dict[str, str]:
    """Return Ensembl id to symbol from a GTF; a probemap is left to the reader."""
    if not path.removesuffix(".gz").endswith(".gtf"):
        return path
    genes = read_genes(path)
    return dict(zip(genes["ensembl"], genes["gene"], strict=True))


def labels_of_features(features: pd.DataFrame) -> list[str]:
    """Return ``SYMBOL (ENTREZ)`` where the Entrez id is known, so that sources are joined by it."""
    if "entrez" not in features:
        return features["feature"].to_list()
    pairs = zip(features["feature"], features["entrez"].fillna(""), strict=True)
    return [f"{name} ({number})" if number else name for name, number in pairs]


# ---- what all have in common


def of_sheet(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Keep the samples of the sheet, in its order; none at all raises InputError."""
    check_samples_known(frame.index, frame.columns, set(source.samples), Path(source.path))
    wanted = [sample for sample in source.samples if sample in frame.index]
    strangers = frame.index.difference(source.samples)
    if len(strangers):
        text = "%s: %d samples that the sheet does not have left out: %s"
        logger.warning(text, source.path, len(strangers), few(strangers))
    logger.info("%s: %s of %d of %d samples", source.path, source.omic, len(wanted), len(source.samples))
    return frame if wanted == list(frame.index) else frame.loc[wanted]


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


def with_values(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Drop samples without any value; none left raises InputError."""
    empty = frame.isna().all(axis=1)
    if empty.all():
        remedy = "Check the table, its positions and its features."
        raise InputError(f"{source.path}: no sample has any {source.omic} value.", remedy)
    if empty.any():
        text = "%s: %d samples without any %s value lose their row: %s"
        logger.warning(text, source.path, empty.sum(), source.omic, few(frame.index[empty]))
    return frame[~empty] if empty.any() else frame
