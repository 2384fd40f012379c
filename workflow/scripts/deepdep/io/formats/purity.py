"""TCGA ABSOLUTE purity and ploidy (TCGA_mastercalls.abs_tables_JSedit.fixed.txt)."""

from pathlib import Path

import pandas as pd

from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.sheet_rows import need, need_numbers, one_row_each, tidy
from deepdep.io.sheets import read_cells
from deepdep.io.text import read_layout
from deepdep.log import logger

NUMBERS = ("purity", "ploidy", "Genome doublings")
NEEDED = ("array", "sample", *NUMBERS)


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read one row per sample of 15 characters (column array); rows without purity are left out.

    Cells of ``sample`` may have something in front of the barcode (``WU-BRCA-TCGA-...``).
    """
    layout = read_layout(path, quoted=False)
    need(layout.names, NEEDED, path)
    frame = tidy(read_cells(layout)[0])
    for name in NUMBERS:
        need_numbers(frame, name, "array", path)
    known = frame["array"].notna() & frame["purity"].notna()
    logger.info("%s: %d rows without purity left out", path, (~known).sum())
    frame = frame[known].assign(sample=frame["sample"].str.replace(r"^.*?(?=TCGA-)", "", regex=True))
    named = one_row_each(frame[frame["sample"].notna()], "sample", path)
    frame = pd.concat([named, frame[frame["sample"].isna()]]).sort_values(["array", "sample"])
    single = frame.drop_duplicates("array").reset_index(drop=True)
    if wanted.samples is not None:
        single = single[single["array"].str[:12].isin(wanted.samples)].reset_index(drop=True)
    counts = {"without_purity": int((~known).sum()), "further_rows": len(frame) - frame["array"].nunique()}
    return Table(single, "purity 0 to 1, ploidy in chromosome sets", counts)
