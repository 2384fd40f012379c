"""Fingerprints: membership of genes in gene sets."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.gmt import read_gmt
from deepdep.prepare.fingerprints import build_fingerprints, fingerprinted

SETS = {"Z": ["KRAS", "TP53"], "NONE": ["XIST"], "A": ["TP53", "PTEN", "XIST"]}


def test_membership_in_the_order_of_the_file(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    frame = build_fingerprints(SETS, ["TP53", "PTEN", "KRAS"])
    expected = pd.DataFrame(
        [[1, 1], [0, 1], [1, 0]],
        index=pd.Index(["TP53", "PTEN", "KRAS"], name="gene"),
        columns=["Z", "A"],
        dtype=np.uint8,
    )
    pd.testing.assert_frame_equal(frame, expected)
    assert "1 sets have none of them" in caplog.text


def test_gene_in_no_set():
    with pytest.raises(InputError, match=r"1 genes are in no gene set.*MISSING"):
        build_fingerprints(SETS, ["TP53", "MISSING"])


def test_genes_with_fingerprint():
    assert fingerprinted(SETS) == {"KRAS", "TP53", "XIST", "PTEN"}
    assert fingerprinted({}) == set()


def test_real_fingerprints_equal_those_of_the_r_package(real: Path):
    sets = read_gmt(real / "features/cgp_prep4deepdep.gmt")
    folder = real / "prep4deepdep/expected"
    expected = pd.read_csv(folder / "pred500_fingerprint_prediction.txt.gz", sep="\t", index_col=0)
    excluded = pd.read_csv(folder / "pred500_fingerprint_44_excluded_genes.txt.gz", sep="\t").iloc[:, 0]
    genes = expected.columns.to_list()
    frame = build_fingerprints(sets, genes)
    np.testing.assert_array_equal(frame.T, expected.loc[frame.columns, genes])
    assert int(expected.drop(index=frame.columns).to_numpy().sum()) == 0
    assert not fingerprinted(sets) & set(excluded)
