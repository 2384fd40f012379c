"""A user's own samples: a sheet that names, for each sample, the files of its omics."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from deepdep.errors import InputError
from deepdep.io.maf import CLASS
from deepdep.io.sheets import read_cells
from deepdep.io.text import MISSING, few, read_columns, read_layout
from deepdep.log import logger
from deepdep.prepare.sources import Read, Source, read_source

FORMAT = "per_sample"
SAMPLE = "sample"
MEAN = "Segment_Mean"


def files_of(sheet: str | Path, omic: str) -> dict[str, str]:
    """Return sample to the file of an omic, for the samples that have one.

    Parameters
    ----------
    sheet
        One row per sample: ``sample``, and a column of paths for each omic (empty = not measured).
        A file may serve several samples.
    omic
        The omic; no file at all where the sheet has no such column.
    """
    cells = read_cells(read_layout(sheet))[0]
    if omic not in cells or SAMPLE not in cells:
        return {}
    named = cells.dropna(subset=[SAMPLE, omic])
    return dict(zip(named[SAMPLE], named[omic], strict=True))


def read_own(source: Source) -> Read:
    """Read the files of an omic of all samples of a sheet, each file once.

    Raises
    ------
    InputError
        A file without its samples, or that cannot be read.
    """
    by_sample = files_of(source.path, source.omic)
    parts = []
    for path in dict.fromkeys(by_sample.values()):
        samples = [sample for sample in source.samples if by_sample.get(sample) == path]
        parts.append(read_file(source, path, samples))
    frame = pd.concat([part.frame for part in parts])
    return Read(frame.reindex([sample for sample in source.samples if sample in frame.index]))


def read_file(source: Source, path: str, samples: list[str]) -> Read:
    """Read one file for its samples; a file of one sample may call it as it likes."""
    table = {**source.table, "path": path, "format": format_of(path, source.omic)}
    names = samples_in(path, table["format"])
    if len(names) == len(samples) == 1 and names != samples:
        logger.info("%s: its one sample %r is %r of the sheet", path, names[0], samples[0])
        found = read_source(replace(source, table=table, samples=names))
        return Read(found.frame.set_axis(pd.Index(samples, name="sample")))
    absent = [sample for sample in samples if sample not in names]
    if absent:
        remedy = "Use the sheet's sample names in the file, or give each sample a file of its own."
        raise InputError(f"{path}: no sample {few(absent)}; the file has {few(names)}.", remedy)
    return read_source(replace(source, table=table, samples=samples))


def format_of(path: str, omic: str) -> str:
    """Tell a MAF, segments and a matrix by the header."""
    names = read_layout(path, comment="#", quoted=False).names
    if omic == "mutation" and CLASS in names:
        return "maf"
    return "segments" if omic == "copy_number" and MEAN in names else "matrix"


def samples_in(path: str, form: str) -> list[str]:
    """Return the samples that a file has."""
    layout = read_layout(path, comment="#" if form == "maf" else None, quoted=form != "maf")
    if form == "matrix":
        return layout.names[1:]
    column = "Tumor_Sample_Barcode" if form == "maf" else "Sample"
    at = layout.names.index(column) if column in layout.names else 0
    cells = read_columns(layout, {at: pa.string()}).column(str(at)).to_pylist()
    return list(dict.fromkeys(cell for cell in cells if cell not in MISSING))


def read_any(source: Source) -> Read:
    """Read an omic of a cohort, from one table or from a file per sample."""
    return read_own(source) if source.table["format"] == FORMAT else read_source(source)
