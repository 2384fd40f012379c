"""DEMETER2 gene dependency (D2_combined_gene_dep_scores.csv): genes x CCLE names, R write.csv.

Rows such as ``GTF2IP4&GTF2IP1 (100093631&2970)`` are scores of several genes that no reagent tells
apart; they are left out. ``sample_ids`` maps CCLE names; names that later changed are in ``RENAMED``.
"""

from dataclasses import replace
from pathlib import Path

from deepdep.io.blocks import wide_layout
from deepdep.io.formats.base import Table, Wanted, expect
from deepdep.io.formats.genes import choose_genes, gene_rows, take_rows, to_frame, wide_by_features
from deepdep.io.text import few, read_layout

UNITS = "DEMETER2 score, 0 = no effect, -1 = median of common essentials"
# Names of lines that DepMap gave other ids than their CCLE name says.
RENAMED = {
    "AZ521_STOMACH": "ACH-001015",
    "GISTT1_GASTROINTESTINAL_TRACT": "ACH-002332",
    "MB157_BREAST": "ACH-000621",
}


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read lines x genes."""
    names = read_layout(path).names
    expect(names[0] in ("", "gene"), path, f"the first header cell is {names[0]!r}, not empty")
    if wanted.sample_ids is not None:
        wanted = replace(wanted, sample_ids={**RENAMED, **wanted.sample_ids})
    several = []
    choose = gene_rows(wanted)

    def single(cells: list[str]) -> str | None:
        if "&" in cells[0]:
            several.append(cells[0])
            return None
        return choose(cells)

    labels, values, samples = wide_by_features(wide_layout(path), wanted, single)
    with_id = sum("(" in label for label in labels)
    expect(with_id == len(labels), path, f"rows without Entrez id: {few(labels, 3)}")
    rows, features, notes = choose_genes(labels, values, wanted, path)
    frame = to_frame(take_rows(values, rows), samples, features, path)
    return Table(frame, UNITS, {**samples.notes, **notes, "rows_of_several_genes": len(several)})
