"""The published feature set: parity with the tables the R package wrote, and its rules by hand."""

import logging
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.gmt import read_gmt
from deepdep.io.segments import read_rows
from deepdep.io.tables import read_numeric_table
from deepdep.prepare.published import (
    PublishedFeatures,
    load_published,
    published_fingerprints,
    published_omics,
    published_values,
)

LINES = ["CCL_A", "CCL_B"]  # the R package's table of the third line is not at hand
SHORT = {"expression": "exp", "mutation": "mut", "methylation": "meth", "copy_number": "cna"}
FILLS = pd.Series({"A": 2.5, "B": 0.12346, "C": 7.0, "D": 1.0, "E": 3.0})
SET = PublishedFeatures(
    {"expression": FILLS, "mutation": FILLS * 0, "methylation": FILLS * 0},
    pd.DataFrame({"feature": ["chr7_0to1_10k"], "chrom": ["7"], "start": [1], "end": [10_000]}),
    ["A"],
)


def expected(real: Path, name: str) -> pd.DataFrame:
    """Read a table the R package wrote, features in rows."""
    return pd.read_csv(
        real / f"prep4deepdep/expected/pred500_{name}_prediction.txt.gz", sep="\t", index_col=0
    )


def test_parity_with_the_r_package(real: Path, capsys: pytest.CaptureFixture):
    begin = time.process_time()
    inputs = real / "prep4deepdep/inputs"
    features = load_published(real / "features")
    tables = {
        omic: read_numeric_table(inputs / f"{SHORT[omic]}.file.txt.gz", "features_in_rows")
        for omic in ("expression", "mutation", "methylation")
    }
    tables["copy_number"] = read_rows(inputs / "cna.file.txt.gz")
    omics = published_omics(tables, features)
    genes = pd.read_csv(inputs / "dep.file.prediction.txt.gz")["Gene"].to_list()
    prints, excluded = published_fingerprints(read_gmt(real / "features/cgp_prep4deepdep.gmt"), genes)
    seconds = time.process_time() - begin

    rows = []
    for omic, short in SHORT.items():
        table = expected(real, short)
        assert omics[omic].columns.to_list() == table.index.to_list()
        assert omics[omic].index.to_list() == [*LINES, "CCL_C"]
        rows.append(
            (omic, table.shape, np.abs(omics[omic].loc[LINES].T.to_numpy(float) - table[LINES]).max())
        )
    table = expected(real, "fingerprint")
    assert prints.columns.to_list() == table.index.to_list()
    assert prints.index.to_list() == table.columns.to_list()
    rows.append(("fingerprint", table.shape, np.abs(prints.T.to_numpy(float) - table.to_numpy())))
    left_out = pd.read_csv(real / "prep4deepdep/expected/pred500_fingerprint_44_excluded_genes.txt.gz")
    assert excluded == left_out["GeneList"].to_list()
    largest = {name: float(np.max(difference)) for name, _, difference in rows}
    with capsys.disabled():
        print(f"\nparity with Prep4DeepDEP, {seconds:.2f} s for three lines, excluded genes equal")  # noqa: T201
        for name, shape, _ in rows:
            print(f"  {name:12} {shape[0]:>5} x {shape[1]:<4} max difference {largest[name]:.1e}")  # noqa: T201
    assert max(largest.values()) < 5e-5
    assert seconds < 10


def test_order_first_of_repeated_fill_and_rounding(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    frame = pd.DataFrame(
        [[5.0, 1.23456, 9.0, 8.0, 0.0], [np.nan, 2.0, 9.0, 8.0, 0.0]],
        index=["s1", "s2"],
        columns=["C", "A", "C", "other", "D"],
    )
    table = published_values(frame, FILLS, "expression")
    assert table.columns.to_list() == ["A", "B", "C", "D", "E"]
    np.testing.assert_allclose(table, [[1.2346, 0.1235, 5, 0, 3], [2, 0.1235, 7, 0, 3]], atol=1e-7)
    assert "1 repeated features, the first one wins: C" in caplog.text
    assert "2 of 5 published features absent and filled, 1 further values filled: B, E" in caplog.text
    assert "40.0 % of the published features are missing" in caplog.text


def test_mutation_is_not_rounded_and_a_fifth_missing_is_allowed(caplog: pytest.LogCaptureFixture):
    frame = pd.DataFrame([[1.0, 0, 1, 0]], index=["s"], columns=["A", "B", "C", "D"])
    table = published_values(frame, FILLS, "mutation")
    np.testing.assert_array_equal(table, [[1, 0, 1, 0, 3]])
    assert "more than 20 %" not in caplog.text


def test_sample_without_any_published_feature(caplog: pytest.LogCaptureFixture):
    frame = pd.DataFrame([[1.0, 5.0], [np.nan, 5.0]], index=["s", "bare"], columns=["A", "other"])
    assert published_values(frame, FILLS, "expression").index.to_list() == ["s"]
    assert "left out: bare" in caplog.text
    with pytest.raises(InputError, match="none of the published features"):
        published_values(frame[["other"]], FILLS, "expression")


def test_one_omic_is_enough():
    segments = pd.DataFrame({"sample": ["s"], "chrom": ["7"], "start": [1.0], "end": [2500.0], "mean": [0.5]})
    omics = published_omics({"copy_number": segments}, SET)
    assert omics["copy_number"].to_dict() == {"chr7_0to1_10k": {"s": 0.125}}
    with pytest.raises(InputError, match="no omic"):
        published_omics({}, SET)
    with pytest.raises(InputError, match="protein cannot be prepared"):
        published_omics({"protein": segments}, SET)


def test_genes_without_a_fingerprint_are_listed():
    sets = {"S1": ["A", "B"], "NONE": ["Z"], "S2": ["B"]}
    prints, excluded = published_fingerprints(sets, ["B", "X", "A", "B", "Y"])
    assert excluded == ["X", "Y"]
    assert prints.index.to_list() == ["B", "A"]
    assert prints.columns.to_list() == ["S1", "NONE", "S2"]
    np.testing.assert_array_equal(prints, [[1, 0, 1], [1, 0, 0]])
    assert (prints.dtypes == np.uint8).all()
    with pytest.raises(InputError, match="none of 1 genes is in a gene set: X"):
        published_fingerprints(sets, ["X"])
