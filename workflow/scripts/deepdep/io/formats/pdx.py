"""PDX encyclopedia (Gao et al. 2015, nm.3954-S2.xlsx), about 122 MB.

Option ``sheet``: ``RNAseq_fpkm``, ``copy number``, ``pdxe_mut_and_cn2``, ``PCT raw data`` or
``PCT curve metrics``. Excel has turned gene symbols into dates; they are turned back.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Samples, Table, Wanted, choose_samples, expect, limits
from deepdep.io.formats.genes import choose_genes, to_frame, to_log2_ratio, to_log2_tpm
from deepdep.io.formats.maf_rows import maf_table
from deepdep.io.formats.sheet_rows import need, need_numbers, tidy
from deepdep.io.formats.workbook import read_sheet_cells
from deepdep.io.identifiers import count_mangled, unmangled
from deepdep.io.ids import check_ids
from deepdep.io.maf import GENE
from deepdep.io.text import few

EXPRESSION, COPIES, VARIANTS = "RNAseq_fpkm", "copy number", "pdxe_mut_and_cn2"
RESPONSE = "BestAvgResponse"
CURVES = {
    "PCT raw data": ("Model", "Treatment"),
    "PCT curve metrics": ("Model", "Treatment", RESPONSE),
}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one sheet: models x genes, or the rows of the treatment sheets."""
    sheet = str(wanted.option("sheet", path))
    if sheet in CURVES:
        return read_curves(path, sheet)
    readers: dict[str, Callable[[pd.DataFrame, Wanted, str | Path], Table]]
    readers = {EXPRESSION: read_expression, COPIES: read_copies, VARIANTS: read_variants}
    if sheet not in readers:
        raise InputError(f"{path}: unknown sheet {sheet!r}.", f"Use one of {few([*readers, *CURVES])}.")
    return readers[sheet](read_sheet_cells(path, sheet), wanted, path)


def numbers(cells: pd.DataFrame, path: str | Path) -> tuple[list[str], np.ndarray]:
    """Return gene labels, and genes x models; a cell that is no number raises InputError."""
    body = tidy_numbers(cells.iloc[:, 1:])
    given = cells.iloc[:, 1:].notna() & ~cells.iloc[:, 1:].isin(["NA", "", "#N/A"])
    odd = ~np.isfinite(body.to_numpy()) & given.to_numpy()
    if odd.any():
        row, column = np.argwhere(odd)[0]
        cell = cells.iloc[row, column + 1]
        place = f"row {cells.iloc[row, 0]!r}, column {body.columns[column]!r}"
        remedy = "Fetch the official file again."
        raise InputError(f"{path}, {place}: {cell!r} is not a finite number.", remedy)
    labels = ["" if pd.isna(cell) else unmangled(cell) for cell in cells.iloc[:, 0]]
    check_ids(labels, path, "row")
    return labels, body.to_numpy()


def tidy_numbers(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as float32, NaN where they are none."""
    with np.errstate(over="ignore"):  # infinite, and then refused
        return cells.apply(pd.to_numeric, errors="coerce").astype(np.float32)


def matrix(
    cells: pd.DataFrame, wanted: Wanted, path: str | Path
) -> tuple[list[str], np.ndarray, Samples, int]:
    """Return gene labels, genes x models chosen, the models, and the number of mangled symbols.

    Equal rows count once, in the sum of a model too.
    """
    cells = cells.drop_duplicates()
    expect(cells.shape[1] > 1, path, "no column of a model beside the genes'")
    labels, values = numbers(cells, path)
    samples = choose_samples([str(name) for name in cells.columns[1:]], wanted, path)
    return labels, values[:, samples.positions], samples, count_mangled(cells.iloc[:, 0])


def read_expression(cells: pd.DataFrame, wanted: Wanted, path: str | Path) -> Table:
    """Read FPKM as log2(TPM + 1): TPM = FPKM over the model's sum, in millions, over all genes."""
    labels, values, samples, mangled = matrix(cells, wanted, path)
    expect(limits(values, path)[0] >= 0, path, "negative FPKM")
    sums = np.nansum(values, axis=0)
    expect(bool((sums > 0).all()), path, "a model without expression")
    values *= np.float32(1e6) / sums
    counts = to_log2_tpm(values)
    rows, features, notes = choose_genes(labels, values, wanted, path)
    frame = to_frame(values[rows], samples, features, path)
    return Table(frame, "log2(TPM+1)", {**samples.notes, **notes, **counts, "excel_dates": mangled})


def read_copies(cells: pd.DataFrame, wanted: Wanted, path: str | Path) -> Table:
    """Read absolute copy numbers as log2(CN/2)."""
    labels, values, samples, mangled = matrix(cells, wanted, path)
    expect(limits(values, path)[0] >= 0, path, "negative copy numbers: log2 ratios already")
    values /= 2
    counts = to_log2_ratio(values)
    rows, features, notes = choose_genes(labels, values, wanted, path)
    frame = to_frame(values[rows], samples, features, path)
    return Table(frame, "log2(CN/2)", {**samples.notes, **notes, **counts, "excel_dates": mangled})


def read_variants(cells: pd.DataFrame, wanted: Wanted, path: str | Path) -> Table:
    """Read models x genes, 1 = a variant of any category of mutations (Mut...)."""
    need(cells.columns, ("Sample", "Gene", "Category"), path)
    rows = cells[["Sample", "Gene", "Category"]].dropna()
    rows = rows.assign(Gene=rows["Gene"].map(unmangled)).astype(str).astype("category")
    mutated = rows["Category"].astype(str).str.startswith("Mut").to_numpy()
    table = maf_table(rows.rename(columns={"Gene": GENE}), "Sample", mutated, wanted, path)
    return Table(table.frame, table.units, {**table.notes, "excel_dates": count_mangled(cells["Gene"])})


def read_curves(path: str | Path, sheet: str) -> Table:
    """Read a treatment sheet; quotes around treatments are taken off. Values are % volume change."""
    cells = read_sheet_cells(path, sheet)
    need(cells.columns, CURVES[sheet], path)
    frame = tidy(cells.loc[:, cells.columns != ""])
    if RESPONSE in CURVES[sheet]:
        need_numbers(frame, RESPONSE, "Model", path)
    frame["Treatment"] = frame["Treatment"].str.replace('"', "").str.strip()
    return Table(frame, "% volume change, lower = more sensitive", {"rows": len(frame)})
