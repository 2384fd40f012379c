"""Copy number at bins and at genes: positions of all kinds, builds, scales."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.prepare.places import read_places
from deepdep.prepare.sources import Source, read_source

ROWS = "S1\t1\t1\t90\t0.5\nS2\t1\t1\t40\t-1\nS2\t1\t41\t100\t-3\n"
GTF = "\t".join
BINS = pd.DataFrame({"feature": ["bin"], "chrom": ["1"], "start": [1], "end": [10_000]})


def request(
    folder: Path, places: str | None, name: str = "positions.tsv", rows: str = ROWS, **table: Any
) -> Source:
    """Return a request for segments at positions given as text."""
    (folder / "t.seg").write_text("Sample\tChromosome\tStart\tEnd\tSegment_Mean\n" + rows)
    entry = {"path": str(folder / "t.seg"), "format": "segments", **table}
    if places is not None:
        (folder / name).write_text(places)
        entry["positions"] = str(folder / name)
    return Source("copy_number", entry, ["S1", "S2", "S3"])


def test_positions_of_one_base(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    places = "Gene\tchrom\tpos\nA\tchr1\t10\nB\t1\t50\nC\t2\t5\nA\t1\t60\n"
    frame = read_source(request(tmp_path, places)).frame
    np.testing.assert_array_equal(frame, [[0.5, 0.5, np.nan], [-1, -3, np.nan]])
    assert "1 repeated genes, the first one wins: A" in caplog.text


def test_genes_from_start_to_end_and_from_a_gtf(tmp_path: Path):
    """Gene A is half on either segment of S2, and partly beyond what S1 has."""
    frame = read_source(request(tmp_path, "Gene\tchrom\tstart\tend\nA\t1\t31\t50\n")).frame
    assert frame["A"].to_dict() == {"S1": 0.5, "S2": -2}
    line = [
        "chr1",
        "HAVANA",
        "gene",
        "31",
        "50",
        ".",
        "+",
        ".",
        'gene_id "ENSG1.2"; gene_type "protein_coding"; gene_name "A";',
    ]
    again = read_source(request(tmp_path, GTF(line) + "\n", "genes.gtf")).frame
    pd.testing.assert_frame_equal(again, frame)


def test_bins_need_no_positions(tmp_path: Path):
    wanted = request(tmp_path, None)
    bins = Source("copy_number", wanted.table, wanted.samples, BINS)
    np.testing.assert_allclose(read_source(bins).frame["bin"], [0.0045, -0.022], atol=1e-7)


def test_only_genes_wanted(tmp_path: Path):
    wanted = request(tmp_path, "Gene\tchrom\tpos\nA\t1\t10\nB\t1\t50\n")
    genes = Source("copy_number", wanted.table, wanted.samples, pd.DataFrame({"feature": ["B", "Z"]}))
    assert read_source(genes).frame.columns.to_list() == ["B"]


def test_linear_ratios_are_refused_or_converted_as_stated(tmp_path: Path):
    places, rows = "Gene\tchrom\tpos\nA\t1\t10\n", "S1\t1\t1\t90\t1\nS2\t1\t1\t90\t0.5\nS3\t1\t1\t90\t1\n"
    with pytest.raises(InputError, match=r"t\.seg: segment means are linear, not log2.*Set the scale"):
        read_source(request(tmp_path, places, rows=rows))
    for scale in ("linear", "detect"):
        frame = read_source(request(tmp_path, places, rows=rows, scale=scale)).frame
        assert frame["A"].to_list() == [0, -1, 0]


def test_segments_of_another_build_are_refused(tmp_path: Path):
    """Chromosome 1 ends at 249,250,621 in hg19 and earlier in hg38."""
    places, rows = "Gene\tchrom\tpos\nA\t1\t10\n", "S1\t1\t1\t249200000\t-1\n"
    assert read_source(request(tmp_path, places, rows=rows)).frame["A"].to_list() == [-1]
    with pytest.raises(InputError, match=r"beyond the chromosome's end in hg38.*set the build to hg19"):
        read_source(request(tmp_path, places, rows=rows, build="hg38"))
    wanted = request(tmp_path, None, build="hg38")
    with pytest.raises(InputError, match=r"the segments are of hg38, the bins of hg19.*Give bins of hg38"):
        read_source(Source("copy_number", wanted.table, wanted.samples, BINS))


def test_public_segments_at_positions_of_another_build(tmp_path: Path):
    wanted = request(tmp_path, "Gene\tchrom\tpos\nA\t1\t10\n", build="hg38")
    rows = ROWS.replace("S1", "TCGA-AA-0001-01A-11D-A29H-01").replace("S2", "TCGA-AA-0002-01A-11D-A29H-01")
    Path(wanted.path).write_text(
        "Sample\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean\n"
        + rows.replace("\t0.5", "\t5\t0.5").replace("\t-", "\t5\t-")
    )
    table = {**wanted.table, "format": "pancan_segments"}
    with pytest.raises(InputError, match=r"the segments are of hg19, the positions of hg38.*GENCODE v19"):
        read_source(Source("copy_number", table, ["TCGA-AA-0001"]))
    found = read_source(Source("copy_number", {**table, "build": "hg19"}, ["TCGA-AA-0001"]))
    assert found.frame["A"].to_dict() == {"TCGA-AA-0001": 0.5}


@pytest.mark.parametrize(
    ("positions", "problem"),
    [
        ("Gene\tchrom\tplace\nA\t1\t10\n", "no column 'pos'.*Columns there are: Gene, chrom, place"),
        ("Gene\tchrom\tpos\nA\t1\tx\nB\t\t5\n", "genes without a position: A, B"),
        ("Gene\tchrom\tstart\nA\t1\t5\n", "no column 'end'"),
    ],
)
def test_bad_positions(tmp_path: Path, positions: str, problem: str):
    with pytest.raises(InputError, match=problem):
        read_source(request(tmp_path, positions))


def test_segments_without_positions(tmp_path: Path):
    with pytest.raises(InputError, match="segments need gene positions"):
        read_source(request(tmp_path, None))


def test_real_positions(real: Path):
    places = read_places(real / "tumors/gene_positions_hg19.tsv")
    assert places.shape == (2000, 3)
    assert set(places["chrom"]) <= {str(number) for number in range(1, 24)}
