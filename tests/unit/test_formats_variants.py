"""Variants: MC3, CCLE and DepMap."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule
from deepdep.io.formats import read
from deepdep.io.formats.base import Wanted

HEAD = [
    *("Hugo_Symbol", "Entrez_Gene_Id", "Strand", "Variant_Classification", "Tumor_Sample_Barcode"),
    *("STRAND", "FILTER"),
]
BRCA, LAML, BRCA_AGAIN = (
    "TCGA-AA-0001-01A-01D-1490-08",
    "TCGA-AB-0002-03A-01D-1490-08",
    "TCGA-AA-0001-01B-01D-1490-08",
)
NORMAL, WEAK = "TCGA-AA-0003-11A-01D-1490-08", "TCGA-AA-0004-01A-01D-1490-08"
ROWS = [
    ("TP53", BRCA, "Missense_Mutation", "PASS"),
    ("TP53", BRCA, "Missense_Mutation", "PASS"),
    ("KRAS", BRCA, "Silent", "PASS"),
    ("NPM1", BRCA, "Frame_Shift_Ins", "common_in_exac,nonpreferredpair"),
    ("NPM1", LAML, "Frame_Shift_Ins", "wga"),
    ("FLT3", LAML, "Missense_Mutation", "native_wga_mix,wga"),
    ("IDH1", LAML, "Missense_Mutation", "oxog,wga"),
    ("EGFR", BRCA_AGAIN, "Nonsense_Mutation", "PASS"),
    ("EGFR", NORMAL, "Nonsense_Mutation", "PASS"),
    ("EGFR", WEAK, "Nonsense_Mutation", "oxog"),
    ("MARCH1", BRCA, "Splice_Site", "PASS"),
    ("Unknown", BRCA, "Splice_Site", "PASS"),
]
TYPES = {"TCGA-AA-0001": "BRCA", "TCGA-AB-0002": "LAML", "TCGA-AA-0004": "BRCA"}


def mc3(tmp_path: Path, rows: list = ROWS, head: list | str = HEAD, comment: str = ""):
    body = [[gene, "0", "+", kind, barcode, "-1", tag] for gene, barcode, kind, tag in rows]
    text = comment + "\n".join("\t".join(cells) for cells in [head, *body]) + "\n"
    path = tmp_path / "mc3.v0.2.8.PUBLIC.maf.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def ones(frame: pd.DataFrame):
    return {(sample, gene) for sample, row in frame.iterrows() for gene in row.index[row == 1]}


def test_mc3_passes_only_pass(tmp_path: Path):
    table = read("mc3", mc3(tmp_path), Wanted(tumors=TumorRule(TYPES)))
    assert ones(table.frame) == {("TCGA-AA-0001", "TP53"), ("TCGA-AA-0001", "MARCH1")}
    assert table.frame.index.to_list() == ["TCGA-AA-0001"]
    assert table.notes["samples_without_usable_row"] == 2
    assert table.notes["further_aliquots"] == 1


def test_mc3_rescues_what_amplification_alone_marks(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    wanted = Wanted(tumors=TumorRule(TYPES), options={"rescue": ("LAML", "OV")})
    with caplog.at_level("INFO", logger="deepdep"):
        table = read("mc3", mc3(tmp_path, comment="#version 2.4\n"), wanted)
    laml = {("TCGA-AB-0002", "NPM1"), ("TCGA-AB-0002", "FLT3")}
    assert ones(table.frame) == {("TCGA-AA-0001", "TP53"), ("TCGA-AA-0001", "MARCH1"), *laml}
    assert "2 rows of LAML, OV rescued" in caplog.text
    assert "1 comment lines above the header" in caplog.text
    assert "7 columns, 114 expected" in caplog.text


def test_mc3_rescue_needs_cancer_types(tmp_path: Path):
    with pytest.raises(InputError, match="rescuing LAML needs cancer types"):
        read("mc3", mc3(tmp_path), Wanted(tumors=TumorRule(), options={"rescue": ("LAML",)}))


def test_mc3_wanted_genes_that_never_occur_are_zero(tmp_path: Path):
    wanted = Wanted(features=("KRAS", "MARCHF1", "TP53"), tumors=TumorRule(TYPES))
    table = read("mc3", mc3(tmp_path), wanted)
    assert table.frame.loc["TCGA-AA-0001"].to_dict() == {"KRAS": 0, "MARCHF1": 1, "TP53": 1}


def test_mc3_refuses(tmp_path: Path):
    with pytest.raises(InputError, match="no column 'FILTER'"):
        read("mc3", mc3(tmp_path, head=[*HEAD[:-1], "Filter"]))
    with pytest.raises(InputError, match="no row has FILTER PASS"):
        read("mc3", mc3(tmp_path, rows=ROWS[3:7]))


CCLE = [
    "Hugo_Symbol\tEntrez_Gene_Id\tNCBI_Build\tVariant_Classification\tTumor_Sample_Barcode\tBroad_ID",
    "TP53\t7157\t37\tMissense_Mutation\t201T_LUNG\tACH-000001",
    "TP53\t7157\t37\tDe_novo_Start_OutOfFrame\t22RV1_PROSTATE\tACH-000956",
    "1-Sep\t1731\t37\tFrame_Shift_Del\t22RV1_PROSTATE\tACH-000956",
]


def test_ccle_maf_by_id_and_by_name(tmp_path: Path):
    path = tmp_path / "CCLE_DepMap_18q3_maf_20180718.txt"
    path.write_text("\n".join(CCLE) + "\n")
    table = read("ccle_maf", path)
    assert ones(table.frame) == {("ACH-000001", "TP53"), ("ACH-000956", "SEPT1")}
    by_name = read("ccle_maf", path, Wanted(sample_ids={"22RV1_PROSTATE": "x"}))
    assert by_name.frame.index.to_list() == ["x"]
    assert by_name.notes["sample_column"] == "Tumor_Sample_Barcode"


def test_tabs_in_a_csv_and_ids_alone_are_read(tmp_path: Path):
    path = tmp_path / "CCLE_mutations.csv"
    path.write_text(
        "\n".join(CCLE).replace("Tumor_Sample_Barcode", "x").replace("Broad_ID", "DepMap_ID") + "\n"
    )
    assert read("ccle_maf", path).frame.index.to_list() == ["ACH-000001", "ACH-000956"]


DEPMAP = [
    "Chrom,Pos,HugoSymbol,MolecularConsequence,LikelyLoF,EntrezGeneID,ModelID",
    "chr1,1,TP53,missense_variant,False,7157,ACH-000001",
    "chr1,1,KRAS,splice_region_variant&synonymous_variant,False,3845,ACH-000001",
    "chr1,1,PTEN,stop_gained&splice_region_variant,True,5728,ACH-000002",
]


def test_depmap_mutations_by_consequence_or_flag(tmp_path: Path):
    path = tmp_path / "OmicsSomaticMutations.csv"
    path.write_text("\n".join(DEPMAP) + "\n")
    assert ones(read("depmap_mutations", path).frame) == {("ACH-000001", "TP53"), ("ACH-000002", "PTEN")}
    lof = read("depmap_mutations", path, Wanted(options={"damaging": "likely_lof"}))
    assert ones(lof.frame) == {("ACH-000002", "PTEN")}
    assert lof.frame.index.to_list() == ["ACH-000001", "ACH-000002"]


def test_depmap_damaging_matrix_counts_both_copies_once(tmp_path: Path):
    path = tmp_path / "OmicsSomaticMutationsMatrixDamaging.csv"
    path.write_text(",TP53 (7157),KRAS (3845)\nACH-000001,2,0\nACH-000002,1,0\n")
    table = read("depmap_damaging", path)
    assert table.frame.to_numpy().tolist() == [[1, 0], [1, 0]]
    assert table.notes["values_of_2_set_to_1"] == 1
    path.write_text(",TP53 (7157)\nACH-000001,0.4\n")
    with pytest.raises(InputError, match="values other than 0, 1 and 2"):
        read("depmap_damaging", path)
