"""COSMIC Cancer Gene Census: the user's own copy (an account is needed), csv or the tsv of v98 on."""

import csv
import io
from pathlib import Path

import pandas as pd

from deepdep.io.formats.base import Table, Wanted
from deepdep.io.formats.sheet_rows import need, tidy
from deepdep.io.text import existing, open_text

SYMBOL, ENTREZ, ROLE, TIER = "symbol", "entrez", "role", "tier"
OLD = {"Gene Symbol": SYMBOL, "Entrez GeneId": ENTREZ, "Role in Cancer": ROLE, "Tier": TIER}
NEW = {"GENE_SYMBOL": SYMBOL, "ROLE_IN_CANCER": ROLE, "TIER": TIER}


def read(path: str | Path, wanted: Wanted) -> Table:  # noqa: ARG001 - one signature for all readers
    """Read rows symbol, entrez (missing from v98 on), role, tier (missing in older files)."""
    with open_text(existing(path), encoding="latin-1") as lines:
        text = lines.read()
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    head, *rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    names = NEW if "GENE_SYMBOL" in head else OLD
    need(head, [name for name in names if names[name] not in (TIER, ROLE)], path)
    cells = pd.DataFrame([row for row in rows if len(row) == len(head)], columns=head, dtype=object)
    frame = tidy(cells.rename(columns=names)).reindex(columns=[SYMBOL, ENTREZ, ROLE, TIER])
    frame = frame.dropna(subset=SYMBOL).drop_duplicates(SYMBOL).reset_index(drop=True)
    short = sum(len(row) != len(head) for row in rows)
    return Table(frame, "genes", {"genes": len(frame), "rows_of_other_length": short})
