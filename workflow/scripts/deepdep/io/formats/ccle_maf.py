"""CCLE and DepMap MAFs up to 22Q2 (hg19): CCLE names or DepMap ids, no FILTER column.

CCLE_DepMap_18Q2_maf_20180502.txt and later; tab-separated even where the name ends in .csv (20Q2).
"""

from pathlib import Path

from deepdep.io.formats.base import Table, Wanted, expect, suspect
from deepdep.io.formats.maf_rows import damaging_class, maf_table, read_codes
from deepdep.io.maf import CLASS, GENE, SAMPLE
from deepdep.io.text import few, read_layout

DEPMAP_IDS = ("DepMap_ID", "Broad_ID")
BUILD, HG19 = "NCBI_Build", {"37", "GRCh37", "hg19", "37.0"}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read lines x genes, 1 = a damaging variant.

    Lines go by DepMap id where the file has one and ``sample_ids`` is not given, else by CCLE name.
    """
    layout = read_layout(path, comment="#", quoted=False)
    ids = [name for name in DEPMAP_IDS if name in layout.names]
    by_id = bool(ids) and (wanted.sample_ids is None or SAMPLE not in layout.names)
    sample = ids[0] if by_id else SAMPLE
    expect(
        sample in layout.names,
        path,
        f"no column {few([*DEPMAP_IDS, SAMPLE])}; it has {few(layout.names, 40)}",
    )
    extra = [BUILD] if BUILD in layout.names else []
    rows = read_codes(layout, [GENE, CLASS, sample, *extra])
    builds = set(rows[BUILD].dropna().unique()) if extra else set()
    suspect(builds <= HG19, path, f"genome builds {few(sorted(builds))}; only genes are used")
    table = maf_table(rows, sample, damaging_class(rows), wanted, path)
    return Table(table.frame, table.units, {**table.notes, "sample_column": sample})
