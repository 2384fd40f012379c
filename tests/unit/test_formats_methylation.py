"""Methylation: PanCanAtlas arrays, GSE68379, CCLE RRBS."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule
from deepdep.io.formats import convert, read
from deepdep.io.formats.base import Wanted
from deepdep.io.parquet import read_table

SAMPLES = [f"TCGA-AA-{i:04d}-01A-11D-A00A-05" for i in range(4)] + ["TCGA-AA-0001-11A-11D-A00A-05"]


def pancan(tmp_path: Path, cell: object = "0.25", first: str = "Composite Element REF"):
    rng = np.random.default_rng(0)
    beta = rng.random((30, 5)).round(6)
    path = tmp_path / "meth.tsv"
    lines = ["\t".join([first, *SAMPLES])]
    lines += ["\t".join([f"cg{i:03d}", *map(str, row)]) for i, row in enumerate(beta)]
    lines.append(f"cg900\t{cell}\t\tNA\t1\t0")
    path.write_text("\n".join(lines) + "\n")
    return path, beta


def test_pancan_methylation_is_transposed(tmp_path: Path):
    path, beta = pancan(tmp_path)
    table = read("pancan_methylation", path, Wanted(tumors=TumorRule()))
    assert table.frame.shape == (4, 31)
    np.testing.assert_allclose(table.frame.iloc[:, :30], beta[:, :4].T, rtol=1e-6)
    np.testing.assert_allclose(table.frame["cg900"], np.array([0.25, np.nan, np.nan, 1], np.float32))


def test_selected_probes_come_in_the_order_wanted(tmp_path: Path):
    path, beta = pancan(tmp_path)
    wanted = Wanted(
        features=("cg020", "cg003", "nothing"), samples=frozenset({"TCGA-AA-0002"}), tumors=TumorRule()
    )
    out = tmp_path / "meth.parquet"
    table = convert("pancan_methylation", path, out, wanted)
    np.testing.assert_allclose(table.frame, beta[[20, 3], 2:3].T, rtol=1e-6)
    assert table.notes["features_lacking"] == ["nothing"]
    stored = read_table(out, index="sample", columns=["sample", "cg003"])
    assert stored.loc["TCGA-AA-0002", "cg003"] == pytest.approx(beta[3, 2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "1.5"}, "no beta values"),
        ({"cell": "null?"}, r"row 'cg900' \(line 32\), column 'TCGA-AA-0000.*'null\?' is not a number"),
        ({"first": "probe"}, "the first column is 'probe'"),
    ],
)
def test_pancan_methylation_refuses(tmp_path: Path, options: dict, message: str):
    with pytest.raises(InputError, match=message):
        read("pancan_methylation", pancan(tmp_path, **options)[0], Wanted(tumors=TumorRule()))


TOKENS = [f"{line}_{kind}" for line in ("697", "A3/KAW", "697") for kind in ("AVG.Beta", "Detection.PVal")]
GSE = [
    "\t".join(["Row.names", *TOKENS]),
    "1\tcg01\t0.1\t0\t0.2\t0.5\t0.9\t0",
    "2\tcg02\t0.3\t0.009\t0.4\t0.01\t0.9\t0",
    "3\tcg03\t0.5\t0\tNA\t0\t0.9\t0",
]


def gse(tmp_path: Path, lines: list):
    path = tmp_path / "GSE68379_Matrix.processed.txt.gz"
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return path


def test_gse68379_shifted_header_replicates_and_detection(tmp_path: Path):
    wanted = Wanted(
        features=("cg02", "cg01"), sample_ids={"697": "ACH-1", "A3-KAW": "ACH-2", "A3/KAW": "ACH-2"}
    )
    table = read("gse68379", gse(tmp_path, GSE), wanted)
    assert table.frame.index.to_list() == ["ACH-1", "ACH-2"]
    assert table.frame.columns.to_list() == ["cg02", "cg01"]
    np.testing.assert_allclose(table.frame, np.array([[0.3, 0.1], [np.nan, np.nan]], np.float32))
    assert table.notes["replicates_left_out"] == 1
    assert table.notes["not_detected"] == 2


def test_gse68379_without_row_numbers_is_read_too(tmp_path: Path):
    lines = [GSE[0], *(line.partition("\t")[2] for line in GSE[1:])]
    table = read("gse68379", gse(tmp_path, lines), Wanted())
    assert table.frame.index.to_list() == ["697", "A3/KAW"]
    assert table.frame.loc["697"].to_list() == pytest.approx([0.1, 0.3, 0.5])


def test_gse68379_asserts_its_columns(tmp_path: Path):
    with pytest.raises(InputError, match="columns do not alternate"):
        read("gse68379", gse(tmp_path, [GSE[0].replace("_Detection.PVal", "_P"), *GSE[1:]]), Wanted())
    with pytest.raises(InputError, match=r"the first field is 'ID', not 'Row.names'"):
        read("gse68379", gse(tmp_path, [GSE[0].replace("Row.names", "ID"), *GSE[1:]]), Wanted())


def test_rrbs_of_2018_10_has_padded_na_and_a_last_row_that_is_no_data(tmp_path: Path):
    path = tmp_path / "CCLE_RRBS_TSS1kb_20181022.txt"
    path.write_text(
        "locus_id\tCpG_sites_hg19\tavg_coverage\tA_LUNG\tB_LUNG\n"
        "SGIP1_1_1_2\t1:1;1:2\t20\t0.5\t    NA\nNA_2\t1:1\t30\t     NA\t1\n\t\t\t\t\n"
    )
    table = read("ccle_rrbs", path)
    np.testing.assert_allclose(table.frame, np.array([[0.5, np.nan], [np.nan, 1]], np.float32))
    assert table.notes["rows_without_place"] == 1


def test_rrbs_of_2018_06_has_seven_columns_in_front(tmp_path: Path):
    path = tmp_path / "CCLE_RRBS_TSS_1kb_20180614.txt"
    path.write_text(
        "TSS_id\tgene\tchr\tfpos\ttpos\tstrand\tavg_coverage\tA_LUNG\nSGIP1_1\tSGIP1\t1\t1\t2\t+\t31.5\t0.25\n"
    )
    assert read("ccle_rrbs", path).frame.to_dict() == {"SGIP1_1": {"A_LUNG": 0.25}}
