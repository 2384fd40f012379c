"""TCGA barcodes: one tumour aliquot per patient."""

import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import reduce_tcga, split_barcodes


def test_parts_of_a_barcode():
    parts = split_barcodes(pd.Series(["TCGA-02-0003-01A-01D-1490-08", "TCGA-AB-2802", "TCGA-AF-2689-11"]))
    assert parts["patient"].to_list() == ["TCGA-02-0003", "TCGA-AB-2802", "TCGA-AF-2689"]
    assert parts["type"].fillna("none").to_list() == ["01", "none", "11"]


def test_one_tumour_aliquot_per_patient():
    barcodes = [
        "TCGA-AA-0002-06A-11D-A142-09",  # metastasis, after the primary of the same patient
        "TCGA-AA-0002-01B-11D-A142-09",
        "TCGA-AA-0002-01A-12D-A142-09",
        "TCGA-AA-0002-01A-11D-A142-09",  # first by text among the primaries
        "TCGA-AA-0001-03A-01W-0728-08",
        "TCGA-AA-0003-10A-01D-A142-09",  # normal only
        "TCGA-AA-0004-06A-11D-A142-09",
        "TCGA-AA-0005",
        "TCGA-AA-0005-01A-11D-A142-09",  # the patient's own row comes first
    ]
    chosen = reduce_tcga(pd.Series(barcodes))
    assert chosen.to_dict() == {
        "TCGA-AA-0001-03A-01W-0728-08": "TCGA-AA-0001",
        "TCGA-AA-0002-01A-11D-A142-09": "TCGA-AA-0002",
        "TCGA-AA-0004-06A-11D-A142-09": "TCGA-AA-0004",
        "TCGA-AA-0005": "TCGA-AA-0005",
    }


def test_the_choice_does_not_depend_on_the_order():
    barcodes = pd.Series([f"TCGA-AA-000{i}-0{t}{v}-11D-A142-09" for i in "12" for t in "163" for v in "BA"])
    expected = reduce_tcga(barcodes)
    pd.testing.assert_series_equal(reduce_tcga(barcodes[::-1]), expected)
    assert expected.index.to_list() == ["TCGA-AA-0001-01A-11D-A142-09", "TCGA-AA-0002-01A-11D-A142-09"]


def test_the_order_of_types_is_a_choice():
    barcodes = pd.Series(["TCGA-AA-0001-01A-11D", "TCGA-AA-0001-06A-11D"])
    assert reduce_tcga(barcodes, types=("06", "01")).index.to_list() == ["TCGA-AA-0001-06A-11D"]


def test_patients_without_tumour_are_named(caplog: pytest.LogCaptureFixture):
    reduce_tcga(pd.Series(["TCGA-AA-0001-01A", "TCGA-AA-0003-10A", "TCGA-AA-0004-02A"]))
    assert "2 patients have no aliquot" in caplog.text
    assert "TCGA-AA-0003, TCGA-AA-0004" in caplog.text


@pytest.mark.parametrize("wrong", ["ACH-000001", "TP53", "TCGA-AA-0001-X", "nan"])
def test_ids_that_are_no_barcodes(wrong: str):
    with pytest.raises(InputError, match=f"1 ids are no TCGA barcodes: {wrong}"):
        reduce_tcga(pd.Series(["TCGA-AA-0001-01A", wrong]))
