"""Segments and gene-level copy number."""

from pathlib import Path

import numpy as np
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import TumorRule
from deepdep.io.formats import read
from deepdep.io.formats.base import Wanted

TUMOR, NORMAL = "TCGA-OR-A5J1-01A-11D-A29H-01", "TCGA-OR-A5J1-10A-01D-A29K-01"
HEAD = "Sample\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean"


def pancan(tmp_path: Path, rows: list, head: list | str = HEAD):
    path = tmp_path / "whitelisted.seg"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_pancan_segments_in_scientific_notation_of_tumours_only(tmp_path: Path):
    rows = [
        f"{TUMOR}\t1\t3.218610E+06\t8.7E+07\t1.2E+03\t-4.1e-1",
        f"{TUMOR}\tX\t100\t200\t5\t0.5",
        f"{NORMAL}\t1\t1\t2\t3\t0.1",
    ]
    table = read("pancan_segments", pancan(tmp_path, rows), Wanted(tumors=TumorRule()))
    assert table.frame["sample"].to_list() == ["TCGA-OR-A5J1"] * 2
    assert table.frame["chrom"].to_list() == ["1", "23"]
    assert table.frame["start"].to_list() == [3218610, 100]
    assert table.frame["mean"].to_list() == [-0.41, 0.5]
    assert table.notes["build"] == "hg19"
    assert table.notes["has_y"] is False


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{TUMOR}\t25\t1\t2\t3\t-1", "chromosomes other than 1 to 22, X or 23, Y or 24: 25"),
        (f"{TUMOR}\t17\t1\t83200000\t3\t-1", "beyond the chromosome's end in hg19"),
        (f"{TUMOR}\t1\t1\t2\t3\t1.1", "none negative: linear, not log2"),
        (f"{TUMOR}\t1\t1\tend\t3\t-1", r"column 'End': 'end' is not a number"),
    ],
)
def test_pancan_segments_refuse(tmp_path: Path, row: str, message: str):
    with pytest.raises(InputError, match=message):
        read("pancan_segments", pancan(tmp_path, [row]), Wanted(tumors=TumorRule()))


def test_ccle_segments_by_name(tmp_path: Path):
    rows = [
        "A549_LUNG\t1\t61735\t229116\t20\t-1.0955",
        "A549_LUNG\tY\t1\t2\t3\t0.1",
        "B_SKIN\t1\t1\t2\t3\t0.1",
    ]
    path = pancan(tmp_path, rows, HEAD.replace("Sample", "CCLE_name"))
    table = read("ccle_segments", path, Wanted(sample_ids={"A549_LUNG": "ACH-000681"}))
    assert table.frame["sample"].to_list() == ["ACH-000681"] * 2
    assert table.notes["has_y"] is True
    with pytest.raises(InputError, match="no column 'Sample'"):
        read("pancan_segments", path)


def test_depmap_segments_are_ratios_of_hg38(tmp_path: Path):
    path = tmp_path / "OmicsCNSegmentsProfile.csv"
    path.write_text(
        "ProfileID,Chromosome,Start,End,SegmentMean,NumProbes,Status\n"
        "PR-01,1,1,1000,6.78,10,+\nPR-01,17,1,83200000,0,10,-\nPR-02,MT,1,100,1,10,0\nPR-02,2,1,100,1,10,0\n"
    )
    table = read("depmap_segments", path, Wanted(sample_ids={"PR-01": "ACH-1", "PR-02": "ACH-2"}))
    np.testing.assert_allclose(table.frame["mean"], [np.log2(6.78), np.log2(0.001), 0], atol=1e-9)
    assert table.frame["sample"].to_list() == ["ACH-1", "ACH-1", "ACH-2"]
    assert table.notes["build"] == "hg38"
    assert table.notes["mitochondrial_rows"] == 1


def test_depmap_genome_segments_take_the_default_run(tmp_path: Path):
    path = tmp_path / "OmicsCNSegmentsWGS.csv"
    path.write_text(
        "SequencingID,ModelID,IsDefaultEntryForModel,ModelConditionID,IsDefaultEntryForMC,CONTIG,START,END,state,"
        "NUM_POINTS_COPY_RATIO,SEGMENT_COPY_NUMBER\nCDS-1,ACH-1,Yes,MC-1,Yes,chr1,1,10,0,5,2\n"
        "CDS-2,ACH-1,No,MC-1,No,chr1,1,10,0,5,1\n"
    )
    assert read("depmap_segments", path).frame["mean"].to_list() == [1.0]


def copy_number(tmp_path: Path, values: object):
    path = tmp_path / "OmicsCNGene.csv"
    path.write_text(
        ",A1BG (1),TP53 (7157)\n" + "".join(f"ACH-{i:06d},{a},{b}\n" for i, (a, b) in enumerate(values))
    )
    return path


@pytest.mark.parametrize("release", ["24Q2", "24Q4", "25Q2"])
def test_copy_number_is_linear_from_24q2(tmp_path: Path, release: str):
    path = copy_number(tmp_path, [(1, 0.5), (1, 0), (1, 8)])
    table = read("depmap_copy_number", path, Wanted(options={"release": release}))
    np.testing.assert_allclose(table.frame["TP53"], [-1, np.log2(0.001), 3], atol=1e-6)
    assert table.notes["ratios_below_0.001_set_to_it"] == 1


@pytest.mark.parametrize("release", ["22Q2", "23Q4"])
def test_copy_number_is_log2_plus_1_before(tmp_path: Path, release: str):
    path = copy_number(tmp_path, [(1, np.log2(1.5)), (1, 1), (1, np.log2(3))])
    table = read("depmap_copy_number", path, Wanted(options={"release": release}))
    np.testing.assert_allclose(table.frame["TP53"], [-1, 0, 1], atol=1e-5)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([(1, 1), (1, 40)], {"release": "23Q4"}, "linear ratios, not log2"),
        ([(0.1, -1), (0, 1)], {"release": "24Q4"}, "neither ratio nor log2"),
        ([(1, 1), (1, 2)], {"scale": "log2"}, r"not log2\(ratio\)"),
        ([(1, 1)], {"release": "Q4"}, "says nothing of the scale"),
        ([(1, 1)], {}, "needs the option 'release'"),
        ([(2, 2), (2, 3)], {"release": "24Q4"}, "median 2: neither"),
    ],
)
def test_copy_number_of_another_scale_is_refused(tmp_path: Path, values: object, options: dict, message: str):
    with pytest.raises(InputError, match=message):
        read("depmap_copy_number", copy_number(tmp_path, values), Wanted(options=options))


def test_real_segments_of_tcga(real: Path):
    table = read("pancan_segments", real / "tumors" / "copy_number.seg.gz", Wanted(tumors=TumorRule()))
    assert table.frame["sample"].nunique() == table.notes["patients"]
    assert table.notes["patients"] <= 6266
    assert table.notes["other_types"] >= 6373  # normal aliquots
    assert set(table.frame["chrom"]) <= {str(number) for number in range(1, 25)}
