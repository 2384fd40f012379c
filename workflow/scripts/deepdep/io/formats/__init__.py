"""Every format of a source file under one name, each read by ``read(path, wanted) -> Table``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepdep.errors import InputError
from deepdep.io.formats import (
    cancer_gene_census,
    ccle_annotations,
    ccle_maf,
    ccle_rrbs,
    ccle_rsem,
    ccle_segments,
    cdr,
    deepdep_ccl,
    demeter2,
    depmap_copy_number,
    depmap_damaging,
    depmap_expression,
    depmap_matrix,
    depmap_model,
    depmap_mutations,
    depmap_segments,
    gene_list,
    gse68379,
    mantis,
    mc3,
    pancan_clinical,
    pancan_expression,
    pancan_methylation,
    pancan_segments,
    pdx,
    probemap,
    project_score,
    purity,
    quality_annotations,
    sanger_effect,
    toil_tpm,
)
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.parquet import write_matrix, write_table
from deepdep.io.text import few

Read = Callable[[str | Path, Wanted], Table]


@dataclass(frozen=True)
class Format:
    """A reader, and the kind of table it gives: matrix, segments or sheet (see ``Table``)."""

    read: Read
    kind: str


MATRICES = {
    "pancan_expression": pancan_expression.read,
    "pancan_methylation": pancan_methylation.read,
    "mc3": mc3.read,
    "toil_tpm": toil_tpm.read,
    "ccle_rsem": ccle_rsem.read,
    "ccle_maf": ccle_maf.read,
    "ccle_rrbs": ccle_rrbs.read,
    "gse68379": gse68379.read,
    "depmap_matrix": depmap_matrix.read,
    "depmap_expression": depmap_expression.read,
    "depmap_damaging": depmap_damaging.read,
    "depmap_copy_number": depmap_copy_number.read,
    "depmap_mutations": depmap_mutations.read,
    "project_score": project_score.read,
    "demeter2": demeter2.read,
    "sanger_effect": sanger_effect.read,
    "deepdep_ccl": deepdep_ccl.read,
    "pdx": pdx.read,
}
SEGMENTS = {
    "pancan_segments": pancan_segments.read,
    "ccle_segments": ccle_segments.read,
    "depmap_segments": depmap_segments.read,
}
SHEETS = {
    "cdr": cdr.read,
    "quality_annotations": quality_annotations.read,
    "pancan_clinical": pancan_clinical.read,
    "mantis": mantis.read,
    "purity": purity.read,
    "probemap": probemap.read,
    "ccle_annotations": ccle_annotations.read,
    "depmap_model": depmap_model.read,
    "gene_list": gene_list.read,
    "cancer_gene_census": cancer_gene_census.read,
}
FORMATS = {
    name: Format(read, kind)
    for kind, readers in (("matrix", MATRICES), ("segments", SEGMENTS), ("sheet", SHEETS))
    for name, read in readers.items()
}


def find_format(name: str) -> Format:
    """Return a format by name, or raise InputError that lists them."""
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}.", f"Use one of {few(sorted(FORMATS), 60)}.")
    return FORMATS[name]


def read(name: str, path: str | Path, wanted: Wanted | None = None) -> Table:
    """Read a file of a format."""
    return find_format(name).read(path, wanted or Wanted())


def convert(name: str, path: str | Path, out: str | Path, wanted: Wanted | None = None, **meta: Any) -> Table:
    """Read a file and write it as parquet, units and counts in the header; the table is returned.

    Peak memory is that of the table as float32 plus a few blocks of text: 1.4 GB for 22,601
    probes x 12,039 aliquots.
    """
    table = read(name, path, wanted)
    header = {"units": table.units, "format": name, "notes": table.notes, **meta}
    if find_format(name).kind == "matrix":
        write_matrix(table.frame, out, f"{name}: samples x features", **header)
    else:
        write_table(table.frame, out, f"{name}: {find_format(name).kind}", **header)
    return table
