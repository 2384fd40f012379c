"""Public formats: another build, scale or kind of gene id, random damage, a full disk."""

import errno
import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from public_cases import FILES, format_of
from public_files import Grid, data_of, written

from deepdep.errors import InputError
from deepdep.io import atomic
from deepdep.io.formats import FORMATS, convert, read
from deepdep.io.formats.base import Wanted
from deepdep.io.parquet import read_table


def reading(folder: Path, case: str, rows: Grid, **changes: object) -> pd.DataFrame:
    """Read rows of a case, with other wishes."""
    file = FILES[case]
    path = written(folder, file, data_of(file, rows))
    return read(format_of(case), path, replace(file.wanted(folder), **changes)).frame


def refused(folder: Path, case: str, rows: Grid, problem: str, **changes: object) -> None:
    """Read rows that have to be refused with the file's name, a problem and a remedy."""
    with pytest.raises(InputError, match=rf"file\.\w+.*({problem})") as caught:
        reading(folder, case, rows, **changes)
    assert str(caught.value).partition(" Remedy: ")[2]


def with_column(case: str, at: int, *cells: str) -> Grid:
    """Return the rows with other cells in one column."""
    rows = FILES[case].rows
    return [rows[0], *[[*row[:at], cell, *row[at + 1 :]] for row, cell in zip(rows[1:], cells, strict=True)]]


# ---- builds: chromosome 1 ends at 249,250,621 (hg19) or 248,956,422 (hg38), 17 at 81,195,210 or 83,257,441


@pytest.mark.parametrize(
    ("case", "chromosome", "end", "other"),
    [
        ("pancan_segments", "17", "83000000", "hg38"),
        ("ccle_segments", "chr17", "8.3E+07", "hg38"),
        ("depmap_segments/array", "17", "83000000", "hg38"),
        ("depmap_segments/profile", "1", "249250000", "hg19"),
        ("depmap_segments/genome", "chr1", "249250000", "hg19"),
    ],
)
def test_segments_of_the_other_build(tmp_path: Path, case: str, chromosome: str, end: str, other: str):
    rows = FILES[case].rows
    at = [rows[0].index(next(n for n in rows[0] if n.lower() == name)) for name in (CHROM[case], "end")]
    rows[1][at[0]], rows[1][at[1]] = chromosome, end
    refused(tmp_path, case, rows, f"1 lie beyond the chromosome's end.*All of them fit {other}")
    rows[1][at[1]] = "300000000"
    refused(tmp_path, case, rows, "1 lie beyond the chromosome's end.*State the build")


CHROM = {case: "contig" if "genome" in case else "chromosome" for case in FILES}


def test_maf_of_another_build_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    reading(tmp_path, "ccle_maf", with_column("ccle_maf", 1, "GRCh38", "GRCh38", "GRCh38"))
    assert "genome builds GRCh38; only genes are used" in caplog.text


# ---- linear or log

SCALES = [
    ("pancan_segments", 5, ("0.6", "1", "1.4"), "none negative: linear, not log2", {}),
    ("ccle_segments", 5, ("0.6", "1", "1.4"), "none negative: linear, not log2", {}),
    ("depmap_segments/profile", 4, ("-0.7", "0", "0.5"), "negative segment means: log2", {}),
    ("depmap_segments/genome", 6, ("-0.7", "0", "0.5"), "negative segment means: log2", {}),
    ("depmap_segments/array", 5, ("-0.7", "0"), "negative segment means: log2", {}),
    ("depmap_copy_number", 1, ("-1", "0", "1"), "neither ratio nor", {"release": "24Q4"}),
    ("depmap_copy_number", 1, ("-1", "0", "1"), "neither ratio nor", {"release": "23Q4"}),
    ("depmap_copy_number", 2, ("1", "1", "40"), "linear ratios, not log2", {"release": "23Q4"}),
    ("depmap_copy_number", 1, ("1", "1", "1"), r"not log2\(ratio\)", {"scale": "log2"}),
    ("depmap_copy_number", 1, ("1", "1", "1"), "unknown scale 'ln'", {"scale": "ln"}),
    ("pdx/copies", 1, ("-1", "0"), "negative copy numbers: log2 ratios", {"sheet": "copy number"}),
    ("pdx/expression", 1, ("-1", "0"), "negative FPKM", {"sheet": "RNAseq_fpkm"}),
    ("ccle_rsem", 2, ("-9.9", "1"), "negative values: not linear TPM", None),
    ("toil_tpm", 1, ("-11", "1"), "below log2", None),
    ("depmap_expression", 1, ("312", "0", "1"), r"not log2\(TPM\+1\)", {}),
    ("pancan_methylation", 1, ("-3.2", "1", "2"), "no beta values", {}),
    ("ccle_rrbs", 3, ("-3.2", "1"), "no beta values", {}),
    ("gse68379", 2, ("1.7", "1", "1"), "no beta values", {}),
    ("depmap_damaging", 1, ("0.5", "1"), "values other than 0, 1 and 2", {}),
    ("deepdep_ccl", 1, ("2", "1"), "mutation values other than 0, 1", {"omic": "mutation"}),
    ("deepdep_ccl", 1, ("312", "1"), "expression values from", {"omic": "expression"}),
    ("deepdep_ccl", 1, ("-3", "1"), "methylation values from", {"omic": "methylation"}),
]


@pytest.mark.parametrize(("case", "at", "cells", "problem", "options"), SCALES)
def test_values_on_another_scale(
    tmp_path: Path, case: str, at: int, cells: tuple, problem: str, options: dict | None
):
    changes = {} if options is None else {"options": options}
    refused(tmp_path, case, with_column(case, at, *cells), problem, **changes)


def test_each_scale_of_copy_number_gives_the_same(tmp_path: Path):
    ratios = np.array([0.5, 1.0, 2.0])
    stated = [({"release": "24Q4"}, ratios), ({"release": "22Q2"}, np.log2(ratios + 1))]
    for options, values in [*stated, ({"scale": "log2"}, np.log2(ratios))]:
        middle = str(values[1])
        rows = [["", "A (1)", "B (2)"], *[[f"ACH-00000{i}", str(v), middle] for i, v in enumerate(values)]]
        frame = reading(tmp_path, "depmap_copy_number", rows, options=options)
        np.testing.assert_allclose(frame["A"], [-1, 0, 1], atol=1e-6)


# ---- symbols or Entrez ids

GENES = {
    "pancan_expression": 0,
    "mc3": 0,
    "toil_tpm": None,
    "ccle_rsem": None,
    "ccle_maf": 0,
    "depmap_matrix/turned": 0,
    "depmap_mutations": 2,
    "project_score": 0,
    "pdx/expression": 0,
    "pdx/copies": 0,
    "pdx/variants": 1,
    "deepdep_ccl": 0,
}
IN_HEADER = ["depmap_matrix", "depmap_expression", "depmap_damaging", "depmap_copy_number", "sanger_effect"]
NONE = "none of the (genes|features) wanted|features wanted are not in the file"


@pytest.mark.parametrize("case", GENES)
def test_entrez_ids_wanted_of_a_file_of_symbols(tmp_path: Path, case: str):
    symbols = FILES[case].rows
    if case == "pancan_expression":
        symbols = with_column(case, 0, "A1BG", "TP53", "KRAS")
    refused(tmp_path, case, symbols, NONE, features=("7157", "1"))


@pytest.mark.parametrize("case", [case for case, at in GENES.items() if at is not None])
def test_symbols_wanted_of_a_file_of_entrez_ids(tmp_path: Path, case: str):
    numbers = [str(7157 + i) for i in range(len(FILES[case].rows) - 1)]
    refused(tmp_path, case, with_column(case, GENES[case], *numbers), NONE, features=("TP53", "A1BG"))


@pytest.mark.parametrize("case", [*IN_HEADER, "demeter2"])
def test_labels_with_both_ids(tmp_path: Path, case: str):
    rows = FILES[case].rows
    label = rows[1][0].strip('"') if case == "demeter2" else rows[0][1]
    symbol, entrez = label.split(" ")
    refused(tmp_path, case, rows, NONE, features=("7157", "1"))
    for wish in (symbol, f"OTHER {entrez}"):
        assert reading(tmp_path, case, rows, features=(wish,)).columns.to_list() == [wish]


@pytest.mark.parametrize("case", [*IN_HEADER, "demeter2"])
def test_labels_without_symbols_or_without_entrez_ids(tmp_path: Path, case: str):
    for entrez in (True, False):
        rows = FILES[case].rows
        if case == "demeter2":
            rows = with_column(case, 0, *(["1", "10"] if entrez else ["A1BG", "NAT2"]))
            refused(tmp_path, case, rows, "rows without Entrez id")
        else:
            rows[0] = [rows[0][0], *[str(i) if entrez else f"GENE{i}" for i in range(1, len(rows[0]))]]
            refused(tmp_path, case, rows, "neither genes SYMBOL")


# ---- random bytes


def flip(data: bytearray, at: int, rng: np.random.Generator) -> bytearray:
    """Change one byte."""
    data[at] ^= int(rng.integers(1, 256))
    return data


def delete(data: bytearray, at: int, rng: np.random.Generator) -> bytearray:
    """Take out up to 8 bytes."""
    return data[:at] + data[at + int(rng.integers(1, 9)) :]


def insert(data: bytearray, at: int, rng: np.random.Generator) -> bytearray:
    """Put in up to 8 bytes, half of them ones that mean something to a table."""
    piece = (
        rng.bytes(4) if rng.random() < 0.5 else bytes(rng.choice(list(b'\t\n\r,;" .-0eN#|()'), 4).tolist())
    )
    return data[:at] + piece + data[at:]


def truncate(data: bytearray, at: int, _: np.random.Generator) -> bytearray:
    """Cut the end off."""
    return data[:at]


DAMAGES: tuple[Callable[..., bytearray], ...] = (flip, delete, insert, truncate)


@pytest.mark.parametrize("case", FILES)
def test_random_damage_is_refused_or_stays_in_its_cell(tmp_path: Path, case: str):
    file, rng = FILES[case], np.random.default_rng(7)
    good, wanted = data_of(file, file.rows), file.wanted(tmp_path)
    shape = read(format_of(case), written(tmp_path, file, good), wanted).frame.shape
    text = gzip.decompress(good) if file.pack == "gz" else good
    same = others = 0
    turns = 200 if file.pack in ("tsv", "csv", "gz") else 60  # workbooks are slow to open
    for turn in range(turns):
        plain = text if turn % 8 else good  # some damage to the compressed bytes too
        damage = DAMAGES[turn % 4] if turn % 8 else DAMAGES[turn // 8 % 4]
        data = bytes(damage(bytearray(plain), int(rng.integers(len(plain))), rng))
        path = written(tmp_path, file, data)
        try:
            frame = read(format_of(case), path, wanted).frame
        except InputError as error:
            said = str(error)
            if str(path) not in said or " Remedy: " not in said:
                pytest.fail(f"{damage.__name__} {turn}: {said}")
        else:
            check_still_a_table(frame, shape, case)
            same += frame.shape == shape
            others += frame.shape != shape
    assert same + others < 0.75 * turns
    assert others <= 0.2 * turns


def check_still_a_table(frame: pd.DataFrame, shape: tuple[int, int], case: str) -> None:
    """Values or ids differ; at most a row or column went with its id or with the end of the file."""
    assert frame.shape[0] in range(1, shape[0] + 2)
    assert frame.shape[1] in range(1, shape[1] + 4)
    if FORMATS[format_of(case)].kind == "matrix" and case != "pdx/curves":
        assert set(frame.dtypes) == {np.dtype(np.float32)}
        assert not np.isinf(frame.to_numpy()).any()


# ---- a full disk


def full(*_: object, **__: object) -> None:
    """Fail as a write to a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def half_written(_: object, path: Path, **__: object) -> None:
    """Write a piece, then fail."""
    Path(path).write_bytes(b"PAR1 half")
    full()


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize(
    ("module", "name", "fault"), [(pq, "write_table", half_written), (atomic.os, "replace", full)]
)
def test_full_disk_leaves_nothing_and_a_rerun_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, module: object, name: str, fault: object
):
    file, out = FILES[case], tmp_path / "out" / "table.parquet"
    path = written(tmp_path, file, data_of(file, file.rows))
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fault)
        with pytest.raises(InputError, match=r"the disk is full\. Remedy: Free disk space"):
            convert(format_of(case), path, out, file.wanted(tmp_path))
    assert list(out.parent.iterdir()) == []
    table = convert(format_of(case), path, out, file.wanted(tmp_path))
    stored = read_table(out, index="sample" if FORMATS[format_of(case)].kind == "matrix" else None)
    pd.testing.assert_frame_equal(stored, table.frame, check_names=False, check_dtype=False)
    assert [entry.name for entry in out.parent.iterdir()] == ["table.parquet"]


def test_full_disk_keeps_the_table_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, out = FILES["depmap_matrix"], tmp_path / "table.parquet"
    path = written(tmp_path, file, data_of(file, file.rows))
    convert("depmap_matrix", path, out, Wanted())
    before = out.read_bytes()
    monkeypatch.setattr(pq, "write_table", half_written)
    with pytest.raises(InputError, match=r"the disk is full\. Remedy: Free disk space"):
        convert("depmap_matrix", path, out, Wanted(features=("TP53",)))
    assert out.read_bytes() == before
