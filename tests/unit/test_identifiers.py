"""Names of genes and cell lines."""

import datetime
from pathlib import Path

import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule, choose_tumors, normal_barcodes
from deepdep.io.identifiers import (
    GeneIndex,
    count_mangled,
    read_gene_names,
    rename_lines,
    split_labels,
    unique_symbols,
    unmangled,
)


def test_labels_of_all_sources_are_split():
    labels = [
        "A1BG (1)",
        "A1CF|29974",
        "?|100130426",
        "TP53",
        "TSPAN6 (ENSG00000000003)",
        "ABC|0",
        "HLA-A (3105)",
    ]
    parts = split_labels(labels)
    assert parts["symbol"].to_list() == ["A1BG", "A1CF", "", "TP53", "TSPAN6", "ABC", "HLA-A"]
    assert parts["entrez"].to_list() == ["1", "29974", "100130426", "", "", "", "3105"]


@pytest.mark.parametrize(
    ("cell", "symbol"),
    [
        ("1-Mar", "MARCH1"),
        ("01-Mar", "MARCH1"),
        ("Mar-01", "MARCH1"),
        ("10-MAR-19", "MARCH10"),
        ("2-Sep", "SEPT2"),
        ("1-Dec", "DEC1"),
        ("2019-09-07", "SEPT7"),
        (datetime.datetime(2019, 3, 5), "MARCH5"),
        (datetime.date(2019, 12, 1), "DEC1"),
        ("30-Mar", "30-Mar"),
        ("MARCH1", "MARCH1"),
        ("HLA-A", "HLA-A"),
        ("5-Jan", "5-Jan"),
    ],
)
def test_excel_dates_become_symbols_again(cell: object, symbol: str):
    assert unmangled(cell) == symbol


def test_mangled_labels_are_counted():
    assert count_mangled(["1-Mar", "2-Sep (4735)", "TP53 (7157)", datetime.date(2019, 3, 1), "A|1"]) == 3


def test_labels_of_several_lines_are_symbols_that_nobody_has():
    odd = "TP53\nalso p53"
    assert count_mangled([odd, "1-Mar"]) == 1
    genes = GeneIndex(["TP53", "KRAS"])
    assert not genes.claims(odd)
    assert genes.claims("KRAS (3845)")


def test_genes_join_on_entrez_before_symbols():
    index = GeneIndex(["NSD2 (7468)", "TP53", "KRAS (3845)", "MARCH1", "SEPTIN9"])
    labels = ["WHSC1 (7468)", "TP53|7157", "KRAS (99)", "1-Mar", "SEPT9", "XYZ"]
    found = index.find(labels)
    assert found["wanted"].to_list() == ["NSD2 (7468)", "TP53", None, "MARCH1", "SEPTIN9", None]
    assert found["how"].to_list() == ["entrez", "symbol", None, "symbol", "alias", None]
    claimed = [index.claims(label) for label in labels]
    assert all(claims for claims, gene in zip(claimed, found["wanted"], strict=True) if gene)
    assert not claimed[-1]


def test_a_gene_found_by_symbol_is_not_given_to_an_alias():
    found = GeneIndex(["SEPTIN9"]).find(["SEPT9", "SEPTIN9"])
    assert found["wanted"].to_list() == [None, "SEPTIN9"]


def test_hgnc_table_gives_aliases_and_entrez(tmp_path: Path):
    path = tmp_path / "hgnc.tsv"
    path.write_text(
        "symbol\talias_symbol\tprev_symbol\tentrez_id\nNSD2\tMMSET|AMB\tWHSC1\t7468\nEMSY\tAMB\tC11orf30\t56946\n"
    )
    names = read_gene_names(path)
    assert names.now("WHSC1") == "NSD2"
    assert names.now("AMB") == "AMB"  # of two genes
    index = GeneIndex(["NSD2", "EMSY"], names)
    assert index.find(["MMSET", "C11orf30", "AMB"])["wanted"].to_list() == ["NSD2", "EMSY", None]
    assert index.find(["ANYTHING (7468)"])["wanted"].to_list() == ["NSD2"]


def test_symbols_of_two_genes_are_left_out_and_counted():
    symbols, counts = unique_symbols(["SLC35E2|728661", "SLC35E2|9906", "?|1", "A|2", "1-Mar|3"], "f.tsv")
    assert symbols.to_list() == [None, None, None, "A", "MARCH1"]
    assert counts == {"without_symbol": 1, "ambiguous": 2, "excel_dates": 1}


def test_cell_lines_are_found_however_they_are_spelled():
    ids = {"HT-29": "ACH-1", "22RV1_PROSTATE": "ACH-2", "H3255_LUNG": "ACH-3"}
    names = ["ht29", "X22RV1_PROSTATE", "[MERGED_TO_ACH-000109]H3255_LUNG", "unknown"]
    assert rename_lines(names, ids, "f") == ["ACH-1", "ACH-2", "ACH-3", None]
    with pytest.raises(InputError, match="no cell line has an id; names are A, B"):
        rename_lines(["A", "B"], ids, "f")


BARCODES = [
    "TCGA-AA-0001-01A-11R-A000-07",
    "TCGA-AA-0001-01A-11R-B000-07",
    "TCGA-AA-0001-11A-11R-A000-07",
    "TCGA-AB-0002-03A-01R-A000-07",
    "TCGA-EE-0003-01A-11R-A000-07",
    "TCGA-EE-0003-06A-11R-A000-07",
    "TCGA-AA-0004-06A-11R-A000-07",
]
TYPES = {"TCGA-AA-0001": "BRCA", "TCGA-AB-0002": "LAML", "TCGA-EE-0003": "SKCM", "TCGA-AA-0004": "BRCA"}


def test_sample_types_depend_on_the_cancer_type():
    chosen, counts = choose_tumors(BARCODES, TumorRule(TYPES))
    assert chosen.index.to_list() == [BARCODES[0], BARCODES[3], BARCODES[5]]
    expected = {"aliquots": 7, "banned": 0, "other_types": 2, "further_aliquots": 2, "patients": 3}
    assert counts == expected


def test_banned_aliquots_and_samples_make_way_for_others():
    rule = TumorRule(TYPES, banned=frozenset({BARCODES[0], "TCGA-EE-0003-06"}))
    chosen, counts = choose_tumors(BARCODES, rule)
    assert chosen.index.to_list() == [BARCODES[1], BARCODES[3], BARCODES[4]]
    assert counts["banned"] == 2


def test_configured_types_hold():
    rule = TumorRule(TYPES, types=("01", "06"), by_cancer={})
    assert "TCGA-AA-0004" in choose_tumors(BARCODES, rule)[0].to_list()
    assert "TCGA-AB-0002" not in choose_tumors(BARCODES, rule)[0].to_list()


def test_compact_barcodes_get_their_hyphen():
    found = normal_barcodes(pd.Series(["TCGA-D9-A1X3-06A21-A20M-20", BARCODES[0]]))
    assert found.to_list() == ["TCGA-D9-A1X3-06A-21-A20M-20", BARCODES[0]]
