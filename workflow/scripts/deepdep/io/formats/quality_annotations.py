"""TCGA merged_sample_quality_annotations.tsv: which aliquots are not to be used.

Text with stray quotes, a column ``cancer type`` with a space, and barcodes without one hyphen.
"""

from pathlib import Path

from deepdep.io.barcodes import SAMPLE_LENGTH, normal_barcodes
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.sheet_rows import need
from deepdep.io.sheets import read_cells
from deepdep.io.text import few, read_layout

ALIQUOT, FLAG, PLATFORM = "aliquot_barcode", "Do_not_use", "platform"
NEEDED = ("patient_barcode", ALIQUOT, "cancer type", PLATFORM, FLAG)
TRUE, FALSE = ("True", "TRUE"), ("False", "FALSE")


def read(path: str | Path, wanted: Wanted) -> Table:  # noqa: ARG001 - one signature for all readers
    """Read all rows with normal barcodes; Do_not_use becomes bool."""
    layout = read_layout(path, quoted=False)
    need(layout.names, NEEDED, path)
    frame = read_cells(layout)[0]
    flag = frame[FLAG].fillna("False")
    odd = sorted(set(flag) - {*TRUE, *FALSE})
    expect(not odd, path, f"{FLAG} values other than True and False: {few(odd)}")
    barcodes = frame[ALIQUOT].where(frame[ALIQUOT].isna(), normal_barcodes(frame[ALIQUOT]))
    repaired = int((barcodes.fillna("") != frame[ALIQUOT].fillna("")).sum())
    frame = frame.assign(**{ALIQUOT: barcodes, FLAG: flag.isin(TRUE)})
    counts = {"rows": len(frame), "barcodes_repaired": repaired, "do_not_use": int(frame[FLAG].sum())}
    return Table(frame, "text", counts)


def banned(path: str | Path, platform: str | None = None) -> frozenset[str]:
    """Return aliquots marked Do_not_use, and samples of 15 characters all of whose aliquots are.

    Parameters
    ----------
    path
        The annotations.
    platform
        Look at rows of this platform only (its name in the file begins so).
    """
    frame = read(path, Wanted()).frame.dropna(subset=ALIQUOT)
    if platform is not None:
        frame = frame[frame[PLATFORM].fillna("").str.startswith(platform)]
    samples = frame.groupby(frame[ALIQUOT].str[:SAMPLE_LENGTH])[FLAG].all()
    return frozenset(frame[ALIQUOT][frame[FLAG]]) | frozenset(samples.index[samples])
