"""Tables as tab-separated text, for people."""

from pathlib import Path

import pandas as pd

from deepdep.io.atomic import whole_file


def write_tsv(frame: pd.DataFrame, path: str | Path, digits: int = 5, index: bool = False) -> None:
    """Write a table, whole or not at all; ``digits``: significant ones of numbers."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, sep="\t", index=index, float_format=f"%.{digits}g")
