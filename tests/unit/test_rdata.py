"""Feature lists of Prep4DeepDEP from .RData."""

import gzip
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdata

from deepdep.errors import InputError
from deepdep.io.rdata import FILES, read_feature_list


def written(folder: Path, objects: dict[str, object]) -> Path:
    """Write objects as R would."""
    path = folder / "list.RData"
    rdata.write_rda(path, objects)
    return path


@pytest.mark.parametrize("kind", FILES)
def test_published_lists(real: Path, kind: str, caplog: pytest.LogCaptureFixture):
    table = read_feature_list(real / "features" / FILES[kind].name, kind)
    assert len(table) == FILES[kind].rows
    assert table["feature"].is_unique
    assert table.notna().all(axis=None)
    assert "features, the published list has" not in caplog.text


def test_contents_of_the_published_lists(real: Path):
    table = {kind: read_feature_list(real / "features" / file.name, kind) for kind, file in FILES.items()}
    assert table["expression"].iloc[0].to_list() == ["A1BG", 2.5848]
    assert set(table["mutation"]["fill"]) <= {0.0, 1.0}
    assert table["methylation"].columns.to_list() == ["feature", "fill", "mean"]
    assert table["methylation"]["fill"].eq(0).all()
    first = table["copy_number"].iloc[0].to_list()
    assert first == ["chr7_5473to5474_10k", "7", 54_730_001, 54_740_000]
    assert table["genes"]["feature"].iloc[:2].to_list() == ["AARS2", "AASDHPPT"]


def test_small_list_of_ones_own(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    frame = pd.DataFrame({"Gene": ["KRAS", "TP53"], "Mean": [1.5, 2.0]})
    table = read_feature_list(written(tmp_path, {"x": frame}), "expression")
    assert table.to_dict("list") == {"feature": ["KRAS", "TP53"], "fill": [1.5, 2.0]}
    assert "2 features, the published list has 6016" in caplog.text
    assert caplog.records[0].levelno == logging.WARNING


def test_sex_chromosomes(tmp_path: Path):
    frame = pd.DataFrame({"CNA": ["chrX_0to1_10k"], "Chr": [23.0], "Start": [0.0], "End": [1.0]})
    table = read_feature_list(written(tmp_path, {"x": frame}), "copy_number")
    assert table.iloc[0].to_list() == ["chrX_0to1_10k", "23", 1, 10_000]


GENES = pd.DataFrame({"Gene": ["A", "B"], "Mean": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("objects", "kind", "problem"),
    [
        ({"x": np.arange(3.0)}, "genes", "not one data frame"),
        ({"x": GENES, "y": GENES}, "expression", r"not one data frame but x \(DataFrame\), y"),
        ({"x": GENES}, "mutation", "columns are Gene, Mean, expected Gene, Median"),
        ({"x": GENES}, "genes", "columns are Gene, Mean, expected Gene"),
        ({"x": GENES.assign(Gene="A")}, "expression", "repeated or incomplete in rows 2"),
        ({"x": GENES.assign(Mean=[1, np.nan])}, "expression", "incomplete in rows 2"),
        ({"x": GENES.assign(Mean=["a", "b"])}, "expression", "a column of numbers holds something else"),
        ({"x": GENES}, "rna", "unknown feature list 'rna'"),
    ],
)
def test_other_objects(tmp_path: Path, objects: dict[str, object], kind: str, problem: str):
    with pytest.raises(InputError, match=problem):
        read_feature_list(written(tmp_path, objects), kind)


@pytest.mark.parametrize(
    ("name", "number", "problem"),
    [("chr7_1to2_10k", 3.0, "disagree"), ("chr7_2to1", 1.0, "no name of a bin: chr7_2to1")],
)
def test_bins_whose_names_are_wrong(tmp_path: Path, name: str, number: float, problem: str):
    frame = pd.DataFrame({"CNA": [name], "Chr": [7.0], "Start": [number - 1], "End": [number]})
    with pytest.raises(InputError, match=problem):
        read_feature_list(written(tmp_path, {"x": frame}), "copy_number")


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Not Found</html>",
        b"version https://git-lfs.github.com/spec/v1",
        gzip.compress(b"RDX3\nX\n1234", mtime=0),
        gzip.compress(b"RDX3\nX\n" + bytes(400), mtime=0)[:-12],
    ],
)
@pytest.mark.filterwarnings("ignore:Unknown file type")
def test_files_that_are_no_r_data(tmp_path: Path, content: bytes):
    path = tmp_path / "list.RData"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"no readable R data|web page|LFS pointer"):
        read_feature_list(path, "genes")


def test_large_files_are_not_opened(tmp_path: Path):
    path = tmp_path / "gene_fingerprints_CGP.RData"
    path.write_bytes(bytes(1_000_001))
    with pytest.raises(InputError, match="Read fingerprints from GMT"):
        read_feature_list(path, "genes")
    with pytest.raises(InputError, match="no such file"):
        read_feature_list(tmp_path / "absent.RData", "genes")
