"""MC3 somatic variants of TCGA (mc3.v0.2.8.PUBLIC.maf.gz), hg19.

FILTER policy: PASS. Whole-genome amplified DNA makes ``wga`` and ``native_wga_mix`` of nearly all
variants of some cancer types (LAML has no PASS at all, OV few): option ``rescue`` names the types
whose variants may have these tags too, but no others. It needs the patients' cancer types.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted, expect, suspect
from deepdep.io.formats.maf_rows import damaging_class, flags, maf_table, read_codes
from deepdep.io.maf import CLASS, FILTER, GENE, SAMPLE
from deepdep.io.text import few, read_layout
from deepdep.log import logger

COLUMNS = 114
RESCUED = {"PASS", "wga", "native_wga_mix"}
PATIENT = 12


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read samples x genes, 1 = a damaging variant that passed; samples without one such row are out."""
    layout = read_layout(path, comment="#", quoted=False)
    suspect(len(layout.names) == COLUMNS, path, f"{len(layout.names)} columns, {COLUMNS} expected")
    suspect(layout.skip == 1, path, f"{layout.skip - 1} comment lines above the header")
    rows = read_codes(layout, [GENE, CLASS, SAMPLE, FILTER])
    keep = usable(rows, wanted, path)
    expect(bool(keep.any()), path, f"no row has {FILTER} PASS")
    lost = sorted(set(rows[SAMPLE].unique()) - set(rows[SAMPLE][keep].unique()))
    if lost:
        logger.warning("%s: %d samples without a usable row left out: %s", path, len(lost), few(lost))
    table = maf_table(rows[keep], SAMPLE, damaging_class(rows[keep]), wanted, path)
    facts = {"rows_filtered_out": int((~keep).sum()), "samples_without_usable_row": len(lost)}
    return Table(table.frame, table.units, {**table.notes, **facts})


def usable(rows: pd.DataFrame, wanted: Wanted, path: str | Path) -> np.ndarray:
    """Tell which rows the FILTER policy lets pass."""
    passed = flags(rows[FILTER], {"PASS"})
    rescue = tuple(wanted.options.get("rescue", ()))
    if not rescue:
        return passed
    if wanted.tumors is None or not wanted.tumors.cancer_types:
        remedy = "Give the patients' cancer types (CDR table), or rescue no cancer type."
        raise InputError(f"{path}: rescuing {few(rescue)} needs cancer types.", remedy)
    types = wanted.tumors.cancer_types
    samples = {name for name in rows[SAMPLE].cat.categories if types.get(name[:PATIENT]) in rescue}
    tags = {tag for tag in rows[FILTER].cat.categories if set(tag.split(",")) <= RESCUED}
    rescued = flags(rows[SAMPLE], samples) & flags(rows[FILTER], tags)
    logger.info("%s: %d rows of %s rescued", path, (rescued & ~passed).sum(), few(rescue))
    return passed | rescued
