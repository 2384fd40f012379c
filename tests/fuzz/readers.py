"""Every reader with a small good file of its own, and what a table that it gives has to be."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from public_cases import FILES, format_of
from public_files import Public

from deepdep.io.formats import FORMATS, read
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.gmt import read_gmt
from deepdep.io.gtf import read_genes
from deepdep.io.identifiers import GeneNames, read_gene_names
from deepdep.io.line_names import read_line_names
from deepdep.io.lockfile import read_pins
from deepdep.io.maf import read_maf
from deepdep.io.manifest import COLUMNS, read_manifest
from deepdep.io.samples import read_samples
from deepdep.io.segments import SPAN, read_rows
from deepdep.io.sheets import read_sheet
from deepdep.io.tables import read_numeric_table

SHEET = "Line;Patient;Type;Age;Stage\nL1;P1;LUAD;50;II\nL2;P2;BRCA;;III\nL3;P3;BRCA;61.5;NA"
NUMBERS = "gene;L1;L2;L3\nA1BG;0.5;-1;NA\nTP53;1;2.5;3\nKRAS;;0;1e-3"
VARIANTS = (
    "Hugo_Symbol;Variant_Classification;Tumor_Sample_Barcode;FILTER\nTP53;Missense_Mutation;L1;PASS\n"
    "KRAS;Silent;L2;PASS\nPTEN;Splice_Site;L2;PASS\nTP53;Nonsense_Mutation;L3;q10"
)
GENE_ROW = (
    'chr{};HAVANA;gene;{};{};.;+;.;gene_id "ENSG0{}.1"\x01 gene_name "{}"\x01 gene_type "protein_coding"\x01'
)
GTF = "##format: gtf\n" + "\n".join(
    GENE_ROW.format(*row) for row in (("1", 11869, 14409, 1, "DDX11L1"), ("X", 100, 900, 2, "XIST"))
)
MANIFEST = [";".join(COLUMNS)] + [
    f"depmap;{version};a.csv;https://x.org/a.csv;;12;{'a' * 64};;CC BY;Doe 2020;open;hg38;"
    for version in "12"
]
HGNC = "symbol;alias_symbol;prev_symbol;entrez_id\nTP53;p53|LFS1;;7157\nMARCHF1;;MARCH1;55016"
PINS = "dataset;version;file;sha256;bytes;url;date\nd;1;f.tsv;" + "a" * 64 + ";12;https://x.org/f;2026-01-01"
Check = Callable[[Any], None]


@dataclass(frozen=True)
class Reader:
    """A good file, what reads it, and what checks the result.

    ``values``: numbers come out as they stand; ``rows``: all rows come out, or the log says which do not.
    """

    file: Public
    read: Callable[[Path], Any]
    check: Check
    values: bool = False
    rows: bool = False


# ---- contracts


def is_matrix(frame: pd.DataFrame) -> None:
    """Check samples x features: float32, finite or missing, ids of text that occur once."""
    assert min(frame.shape) > 0
    assert set(frame.dtypes) == {np.dtype(np.float32)}
    assert not np.isinf(frame.to_numpy()).any()
    for ids in (frame.index, frame.columns):
        assert ids.is_unique
        assert all(isinstance(name, str) and name == name.strip() and name for name in ids)
        are_ids(ids)
    assert frame.index.name == "sample"


def are_ids(ids: Any) -> None:
    """Check that ids have no control characters: they go into tables of rows and columns, and into logs."""
    assert not [name for name in ids if any(ord(sign) < 32 or ord(sign) == 127 for sign in name)]
    assert not [name for name in ids if "\ufffd" in name]


def is_segments(frame: pd.DataFrame) -> None:
    """Segments lie on chromosomes, begin before they end, and have a mean or none."""
    assert list(frame.columns) == ["sample", "chrom", "start", "end", "mean"]
    assert len(frame) > 0
    assert frame["start"].between(0, frame["end"]).all()
    assert (frame["end"] < SPAN).all()
    assert not np.isinf(frame["mean"]).any()
    assert frame["sample"].map(type).eq(str).all()
    are_ids(frame["sample"])


def is_sheet(frame: pd.DataFrame) -> None:
    """Rows under columns that occur once; numbers are finite or missing."""
    assert len(frame) > 0
    assert frame.columns.is_unique
    numbers = frame.select_dtypes("number").to_numpy(dtype=float)
    assert not np.isinf(numbers).any()
    for name in frame.select_dtypes(object):
        assert frame[name].map(lambda cell: cell is None or isinstance(cell, (str, float))).all()
        assert not frame[name].astype(str).str.contains("\x00").any()


def is_samples(frame: pd.DataFrame) -> None:
    """Check a sheet of samples: each once, all with a patient and a group."""
    is_sheet(frame)
    assert list(frame.columns[:3]) == ["sample", "patient", "group"]
    assert frame["sample"].is_unique
    assert frame[["sample", "patient", "group"]].notna().all(axis=None)
    for role in ("sample", "patient", "group"):
        are_ids(frame[role])


def is_sets(sets: dict[str, list[str]]) -> None:
    """Check sets of genes, none empty, no gene twice."""
    assert sets
    assert all(genes and len(set(genes)) == len(genes) for genes in sets.values())
    for genes in sets.values():
        are_ids(genes)
    are_ids(sets)


def is_genes(frame: pd.DataFrame) -> None:
    """Genes lie on chromosomes."""
    assert (frame["start"] <= frame["end"]).all()
    assert (frame["end"] < SPAN).all()
    assert frame["start"].dtype == frame["end"].dtype == np.int64
    are_ids([*frame["gene"], *frame["ensembl"]])


def is_names(names: dict[str, str]) -> None:
    """Names are text for text."""
    assert all(isinstance(cell, str) for pair in names.items() for cell in pair)
    are_ids([*names, *names.values()])


def is_gene_names(names: GeneNames) -> None:
    """Both tables are text for text."""
    is_names(dict(names.current))
    is_names(dict(names.entrez))


def is_rows(rows: Any) -> None:
    """Rows of a manifest or lock file, their sizes whole numbers."""
    for row in rows.values() if isinstance(rows, dict) else rows:
        assert "\x00" not in "".join(map(str, vars(row).values()))


KINDS: dict[str, Check] = {"matrix": is_matrix, "segments": is_segments, "sheet": is_sheet}
# Their numbers come out as they stand.
AS_THEY_ARE = {
    *("depmap_matrix", "depmap_matrix/25Q3", "depmap_matrix/turned", "sanger_effect", "demeter2"),
    *("pancan_methylation", "ccle_rrbs", "depmap_expression", "gse68379"),
}

ROW_BY_ROW = {"quality_annotations", "probemap", "ccle_annotations"}
ROW_BY_ROW = {"quality_annotations", "probemap", "ccle_annotations"}


# ---- readers


def public(case: str) -> Reader:
    """Return the reader of a public format."""
    kind = FORMATS[format_of(case)].kind
    wanted: dict[str, Wanted] = {}

    def table(path: Path) -> Table:
        if not wanted:
            wanted[""] = FILES[case].wanted(path.parent)
        return read(format_of(case), path, wanted[""])

    check = is_sheet if case == "pdx/curves" else KINDS[kind]
    return Reader(FILES[case], table, check, case in AS_THEY_ARE, case in ROW_BY_ROW)


def text(cells: str, pack: str = "tsv") -> Public:
    """Return a file of cells."""
    return Public(cells, pack)


def own() -> dict[str, Reader]:
    """Return the readers of tables that a user brings."""
    roles = {"sample": "Line", "patient": "Patient", "group": "Type"}
    entry = {"confounders": ["Stage"], **roles}
    return {
        "numeric table": Reader(
            text(NUMBERS), lambda p: read_numeric_table(p, "features_in_rows"), is_matrix, True
        ),
        "numeric table, csv.gz": Reader(
            text(NUMBERS, "gz"), lambda p: read_numeric_table(p, "samples_in_rows"), is_matrix, True
        ),
        "maf": Reader(text(VARIANTS), lambda p: read_maf(p, ["TP53", "KRAS"], "as_is"), is_matrix),
        "maf of TCGA": Reader(
            text(VARIANTS.replace("L", "TCGA-AA-000")),
            lambda p: read_maf(p, ["TP53", "KRAS"], "tcga_patient"),
            is_matrix,
        ),
        "segments": Reader(text(FILES["pancan_segments"].text), read_rows, is_segments, rows=True),
        "sheet": Reader(text(SHEET), lambda p: read_sheet(p, **roles), is_samples, rows=True),
        "samples": Reader(text(SHEET, "csv"), lambda p: read_samples({"path": str(p), **entry}), is_samples),
        "gmt": Reader(text("SET1;about;A1BG;TP53\nSET2;;KRAS;A1BG"), read_gmt, is_sets),
        "gtf": Reader(text(GTF.replace("\x01", ",")), gtf, is_genes),
        "manifest": Reader(text("\n".join(MANIFEST)), read_manifest, is_rows),
        "lock file": Reader(text(PINS), read_pins, is_rows),
        "gene names": Reader(text(HGNC), read_gene_names, is_gene_names),
        "line names": Reader(text("name;id\nA549;ACH-1\nHT29;ACH-2"), read_line_names, is_names),
    }


def gtf(path: Path) -> pd.DataFrame:
    """Read a GTF, whose attributes have semicolons, which part cells here."""
    path.write_bytes(path.read_bytes().replace(b",", b";"))
    return read_genes(path)


READERS = {**{case: public(case) for case in FILES}, **own()}
