"""DepMap matrices: models in rows, genes ``SYMBOL (ENTREZ)`` in columns.

The first header cell is empty, ModelID, DepMap_ID or Broad_ID by release, so the models are found
by place. From 25Q3 on a row is a sequencing run and text columns stand in front of the genes; the
rows with ``IsDefaultEntryForModel`` Yes are taken. Exports with genes in rows are turned.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from deepdep.io.blocks import WideLayout, read_wide, wide_layout
from deepdep.io.formats.base import Table, Wanted, choose_samples, expect
from deepdep.io.formats.genes import choose_genes, gene_matrix, to_frame
from deepdep.io.text import few, read_layout

GENE = re.compile(r" \((\d+(&\d+)*|ENSG\d+)\)$")
LINE = re.compile(r"^(ACH-\d{6}|PR-\w+|[A-Z0-9.]+_[A-Z_]+)$")
DEFAULT, MODEL, YES, NO = "IsDefaultEntryForModel", "ModelID", "Yes", "No"


def read(path: str | Path, wanted: Wanted) -> Table:
    """Read values as they are: gene effect (0 = none, -1 = common essential), log2(TPM+1), ..."""
    names = read_layout(path).names
    genes = [bool(GENE.search(name)) for name in names]
    if not any(genes):
        lines = sum(bool(LINE.match(name)) for name in names[1:])
        seen = f"neither genes SYMBOL (ENTREZ) nor cell lines in the header: {few(names, 4)}"
        expect(lines > (len(names) - 1) / 2, path, seen)
        return gene_matrix(wide_layout(path), wanted, str(wanted.options.get("units", "as in the file")))
    leading = genes.index(True)
    expect(
        all(genes[leading:]), path, f"columns without Entrez id among the genes: {few(stray(names, leading))}"
    )
    expect(leading > 0, path, "the first column is a gene, not the model")
    return models_in_rows(wide_layout(path, leading), names[:leading], wanted)


def stray(names: list[str], leading: int) -> list[str]:
    """List the columns behind the first gene that are no genes."""
    return [name for name in names[leading:] if not GENE.search(name)]


def models_in_rows(layout: WideLayout, head: list[str], wanted: Wanted) -> Table:
    """Read models x genes; ``head`` names the columns in front of the genes."""
    model = head.index(MODEL) if MODEL in head else 0
    default = head.index(DEFAULT) if DEFAULT in head else None
    known = len(head) == 1 or {MODEL, DEFAULT} <= set(head)
    seen = f"columns in front of the genes without {MODEL} or {DEFAULT}: {few(head)}"
    expect(known, layout.path, seen)
    skipped = []

    def name_row(cells: list[str]) -> str | None:
        if default is None or cells[default] == YES:
            return cells[model]
        # A row whose cells have moved must not pass for one of another run.
        seen = f"row {cells[0]!r}, column {DEFAULT!r}: {cells[default]!r} is neither {YES} nor {NO}"
        expect(cells[default] == NO, layout.path, seen)
        skipped.append(cells[model])
        return None

    names, values = read_wide(layout, name_row)
    expect(bool(names), layout.path, f"no row with {DEFAULT} {YES}")
    samples = choose_samples(names, wanted, layout.path)
    columns, features, notes = choose_genes(layout.columns, values.T, wanted, layout.path)
    values = np.ascontiguousarray(values[np.ix_(samples.positions, columns)].T)
    facts: dict[str, Any] = {"index_column": head[model], "rows_not_default": len(skipped)}
    frame = to_frame(values, replace(samples, positions=np.arange(len(samples.ids))), features, layout.path)
    units = str(wanted.options.get("units", "as in the file"))
    return Table(frame, units, {**samples.notes, **notes, **facts})
