"""Lists of genes: DepMap common essentials and nonessentials, one column ``SYMBOL (ENTREZ)``.

The header is Gene, gene or Essentials by release, so the first column is read whatever its name.
"""

import re
from pathlib import Path

from deepdep.errors import InputError
from deepdep.io.formats.base import Table, Wanted
from deepdep.io.identifiers import count_mangled, is_mangled, split_labels
from deepdep.io.text import existing, open_text

# A symbol, with Entrez ids or an Ensembl id in brackets or without.
LABEL = re.compile(r"^[\w.@/&|-]+( \([\w&.]+\))?$")


def read(path: str | Path, wanted: Wanted) -> Table:  # noqa: ARG001 - one signature for all readers
    """Read rows label, symbol, entrez in file order, each gene once."""
    with open_text(existing(path)) as lines:
        cells = [line.rstrip("\r\n").split("\t")[0].split(",")[0].strip('" ') for line in lines]
    labels = list(dict.fromkeys(cell for cell in cells[1:] if cell))
    if not labels:
        raise InputError(f"{path}: a header but no genes.", "Provide one gene per line below the header.")
    odd = next((label for label in labels if not LABEL.match(label) and not is_mangled(label)), None)
    if odd is not None:
        place = f"{path}: row {odd[:60]!r} in column {cells[0][:60]!r} is no gene"
        raise InputError(f"{place}.", "Provide one gene per line, SYMBOL or SYMBOL (ENTREZ).")
    return Table(split_labels(labels), "genes", {"header": cells[0], "excel_dates": count_mangled(labels)})
