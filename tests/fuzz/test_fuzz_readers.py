"""A thousand damaged files for every reader of tables: refused in words, or read as its contract says.

All take about three minutes of one core. DEEPDEP_FUZZ_EXAMPLES sets another number of files per reader.
"""

import os
from pathlib import Path

import pytest
from damage import EDITS, damaged, edited
from hypothesis import given, settings
from judge import judged
from public_files import data_of
from readers import READERS

EXAMPLES = int(os.environ.get("DEEPDEP_FUZZ_EXAMPLES", "1000"))
# 60 s for a file of some bytes: none may hang, however busy the machine.
FUZZ = settings(max_examples=EXAMPLES, derandomize=True, deadline=60_000, database=None)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", READERS)
def test_damaged_file(tmp_path: Path, name: str):
    reader, counts = READERS[name], [0, 0]
    sheet = reader.file.pack == "xlsx"
    path = tmp_path / ("file.xlsx" if sheet else "file.csv")
    assert judged(reader, path, data_of(reader.file, reader.file.rows)), "the good file"

    @FUZZ
    @given(EDITS)
    def run(edits: tuple) -> None:
        of_cells, of_bytes = edits
        data = damaged(data_of(reader.file, edited(reader.file.rows, of_cells, sheet)), of_bytes)
        counts[judged(reader, path, data)] += 1

    run()
    assert min(counts) > EXAMPLES // 50, "files are refused, and files are read"
    print(f"\n{name}: {sum(counts)} files, {counts[0]} refused, {counts[1]} accepted")  # noqa: T201
