"""MAF: which genes count as mutated in which sample."""

import csv
import gzip
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.maf import frequent_genes, read_maf, read_variants

HEADER = "Hugo_Symbol\tStrand\tVariant_Classification\tSTRAND\tTumor_Sample_Barcode"
CLASSES = {
    "Missense_Mutation": 1,
    "Nonsense_Mutation": 1,
    "Frame_Shift_Del": 1,
    "Frame_Shift_Ins": 1,
    "Splice_Site": 1,
    "Silent": 0,
    "In_Frame_Del": 0,
    "Intron": 0,
    "missense_mutation": 0,
}


def maf(folder: Path, rows: list[tuple[str, ...]], header: str = HEADER, above: str = "") -> Path:
    """Write a MAF of (gene, class, sample, further cells)."""
    lines = ["\t".join((gene, "+", kind, "1", *rest)) for gene, kind, *rest in rows]
    path = folder / "variants.maf"
    path.write_text(above + "\n".join([header, *lines]) + "\n")
    return path


def test_damaging_classes(tmp_path: Path):
    rows = [(f"G{i}", kind, "S1") for i, kind in enumerate(CLASSES)]
    frame = read_maf(maf(tmp_path, rows), [f"G{i}" for i in range(len(CLASSES))], "as_is")
    assert frame.loc["S1"].to_list() == list(CLASSES.values())
    assert frame.dtypes.unique() == [np.float32]
    assert frame.index.name == "sample"


def test_samples_genes_and_repeated_rows(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    rows = [
        ("TP53", "Missense_Mutation", "S2"),
        ("TP53", "Missense_Mutation", "S2"),
        ("KRAS", "Nonsense_Mutation", "S1"),
        ("KRAS", "Silent", "S3"),  # sequenced, nothing damaging
    ]
    path = maf(tmp_path, rows, above="#version 2.4\n# from somewhere\n")
    frame = read_maf(path, ["KRAS", "NOWHERE", "TP53"], "as_is")
    expected = pd.DataFrame(
        [[1, 0, 0], [0, 0, 1], [0, 0, 0]],
        index=pd.Index(["S1", "S2", "S3"], name="sample"),
        columns=["KRAS", "NOWHERE", "TP53"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(frame, expected)
    assert "1 of 3 genes mutated in no sample: NOWHERE" in caplog.text


def test_an_unclosed_quote_is_a_character(tmp_path: Path):
    rows = [('5"UTR', "Missense_Mutation", "S1"), ("TP53", "Missense_Mutation", "S2")]
    assert read_maf(maf(tmp_path, rows), ["TP53"], "as_is")["TP53"].to_dict() == {"S1": 0, "S2": 1}


def test_only_pass_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    rows = [
        ("TP53", "Missense_Mutation", "S1", "PASS"),
        ("KRAS", "Missense_Mutation", "S1", "oxog,wga"),
        ("KRAS", "Missense_Mutation", "S2", "wga"),
    ]
    frame = read_maf(maf(tmp_path, rows, HEADER + "\tFILTER"), ["TP53", "KRAS"], "as_is")
    assert frame.to_dict(orient="index") == {"S1": {"TP53": 1, "KRAS": 0}}
    assert "2 of 3 rows without FILTER PASS dropped" in caplog.text
    assert "1 samples have no PASS row and are left out: S2" in caplog.text
    with pytest.raises(InputError, match="no row has FILTER PASS"):
        read_maf(maf(tmp_path, rows[1:], HEADER + "\tFILTER"), ["TP53"], "as_is")


def test_variants_of_the_chosen_aliquot_only(tmp_path: Path):
    rows = [
        ("TP53", "Missense_Mutation", "TCGA-AA-0001-01A-11D"),
        ("KRAS", "Missense_Mutation", "TCGA-AA-0001-01B-11D"),
        ("PTEN", "Missense_Mutation", "TCGA-AA-0001-06A-11D"),
        ("KRAS", "Missense_Mutation", "TCGA-AA-0002-11A-11D"),
    ]
    frame = read_maf(maf(tmp_path, rows), ["TP53", "KRAS", "PTEN"], "tcga_patient")
    assert frame.to_dict(orient="index") == {"TCGA-AA-0001": {"TP53": 1, "KRAS": 0, "PTEN": 0}}


def test_header_is_case_sensitive_and_named(tmp_path: Path):
    rows = [("TP53", "Missense_Mutation", "S1")]
    path = maf(tmp_path, rows, HEADER.replace("Tumor_Sample_Barcode", "tumor_sample_barcode"))
    problem = "no column 'Tumor_Sample_Barcode'.*Hugo_Symbol, Strand, Variant_Classification"
    with pytest.raises(InputError, match=problem):
        read_maf(path, ["TP53"], "as_is")


def test_rows_without_barcode_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    rows = [("TP53", "Missense_Mutation", ""), ("TP53", "Silent", "S1")]
    assert read_maf(maf(tmp_path, rows), ["TP53"], "as_is")["TP53"].to_dict() == {"S1": 0}
    assert "1 rows without Tumor_Sample_Barcode left out" in caplog.text


def test_empty_and_ragged_maf(tmp_path: Path):
    with pytest.raises(InputError, match="a header but no rows"):
        read_maf(maf(tmp_path, []), ["TP53"], "as_is")
    with pytest.raises(InputError, match=r"line 2 .* has 4 fields, the header 5"):
        read_maf(maf(tmp_path, [("TP53", "Silent")]), ["TP53"], "as_is")


def test_frequent_genes(tmp_path: Path):
    rows = [("TP53", "Missense_Mutation", f"S{i}") for i in range(4)]
    rows += [("KRAS", "Missense_Mutation", "S0"), ("Unknown", "Missense_Mutation", "S0")]
    rows += [("PTEN", "Missense_Mutation", "S8")] * 2 + [("PTEN", "Missense_Mutation", "S9")]
    variants = read_variants(maf(tmp_path, rows), "as_is")
    inside = [f"S{i}" for i in range(5)]  # four of them sequenced
    assert frequent_genes(variants, inside, 0.25) == ["KRAS", "TP53"]
    assert frequent_genes(variants, inside, 0.26) == ["TP53"]


def test_real_maf_against_a_reading_row_by_row(real: Path):
    path = real / "tumors/mutations.maf.gz"
    genes = ["TP53", "PIK3CA", "1SEPT4", "NOT_A_GENE"]
    frame = read_maf(path, genes, "as_is")
    mutated: dict[str, set[str]] = {gene: set() for gene in genes}
    sequenced = set()
    with gzip.open(path, "rt") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            sequenced.add(row["Tumor_Sample_Barcode"])
            if row["Hugo_Symbol"] in mutated and CLASSES.get(row["Variant_Classification"]):
                mutated[row["Hugo_Symbol"]].add(row["Tumor_Sample_Barcode"])
    assert set(frame.index) == sequenced
    for gene in genes:
        assert set(frame.index[frame[gene] == 1]) == mutated[gene]
    assert len(mutated["TP53"]) > 500


def test_real_maf_ids(real: Path):
    patients = read_variants(real / "tumors/mutations.maf.gz", "tcga_patient").samples
    assert len(patients) == 3105 - 7  # seven patients have a recurrence (code 02) only
    assert all(len(patient) == 12 for patient in patients)
