"""Text tables as public sources give them: tab-separated, features in rows, empty = missing."""

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from deepdep.io.atomic import whole_file

DECIMALS = 4
LEVEL = 6  # of gzip: higher costs time and saves little


def write_text(text: str, path: Path) -> None:
    """Write ``text``, compressed where the name ends in .gz; the same text gives the same bytes."""
    data = text.encode()
    with whole_file(path) as temporary:
        temporary.write_bytes(gzip.compress(data, LEVEL, mtime=0) if path.suffix == ".gz" else data)


def write_matrix_text(frame: pd.DataFrame, path: Path, first: str = "Gene") -> None:
    """Write a features x samples matrix with 4 decimals; ``first`` names the column of ids."""
    write_text(frame.round(DECIMALS).to_csv(sep="\t", index_label=first, lineterminator="\n"), path)


def write_rows(frame: pd.DataFrame, path: Path) -> None:
    """Write a table of rows without its index."""
    write_text(frame.to_csv(sep="\t", index=False, lineterminator="\n"), path)


def write_gmt(sets: Mapping[str, Iterable[str]], path: Path) -> None:
    """Write gene sets as GMT: name, description, genes."""
    lines = ["\t".join([name, "simulated", *genes]) for name, genes in sets.items()]
    write_text("\n".join(lines) + "\n", path)
