"""Segments: the mean at each gene, against a search segment by segment and real tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import reduce_tcga
from deepdep.io.segments import normal_chromosome, read_rows, segments_at
from deepdep.io.tables import read_numeric_table

HEADER = "Sample\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean"


def seg(folder: Path, rows: list[str], header: str = HEADER) -> Path:
    """Write segments given as space-separated rows."""
    path = folder / "copy_number.seg"
    path.write_text("\n".join([header, *("\t".join(row.split()) for row in rows)]) + "\n")
    return path


def at(*places: tuple[str, str, int]) -> pd.DataFrame:
    """Return a table of gene positions."""
    return pd.DataFrame(places, columns=["gene", "chrom", "pos"]).assign(
        chrom=lambda table: normal_chromosome(table["chrom"])
    )


def test_bounds_gaps_and_chromosomes(tmp_path: Path):
    rows = [
        "S1 1 100 200 5 0.5",
        "S1 1 201 300 5 -1",
        "S1 chr2 1E+02 2.0e2 5 0.25",
        "S1 X 1 50 5 2",
        "S2 24 1 50 5 3",
        "S2 1 250 260 5 NA",
    ]
    genes = at(
        ("start", "1", 100),
        ("end", "1", 200),
        ("next", "chr1", 201),
        ("before", "1", 99),
        ("after", "1", 301),
        ("two", "2", 150),
        ("x", "23", 50),
        ("y", "chrY", 1),
        ("na", "1", 255),
        ("nowhere", "7", 5),
    )
    frame = segments_at(read_rows(seg(tmp_path, rows)), genes)
    nan = np.nan
    assert frame.columns.to_list() == genes["gene"].to_list()
    np.testing.assert_array_equal(frame.loc["S1"], [0.5, 0.5, -1, nan, nan, 0.25, 2, nan, -1, nan])
    np.testing.assert_array_equal(frame.loc["S2"], [nan] * 7 + [3, nan, nan])
    assert frame.dtypes.unique() == [np.float32]


def test_of_overlapping_segments_the_last_start_wins(tmp_path: Path):
    rows = ["S1 1 1 1000 5 1", "S1 1 100 200 5 2", "S1 1 150 180 5 3", "S1 1 900 1100 5 4"]
    places = [(f"at{pos}", "1", pos) for pos in (50, 120, 160, 190, 500, 950, 1050, 1101)]
    frame = segments_at(read_rows(seg(tmp_path, rows)), at(*places))
    np.testing.assert_array_equal(frame.loc["S1"], [1, 2, 3, 2, 1, 4, 4, np.nan])


def test_random_segments_against_a_search_one_by_one(tmp_path: Path):
    rng = np.random.default_rng(3)
    start = rng.integers(1, 1000, 300)
    table = pd.DataFrame({"Sample": rng.choice(["A", "B", "C"], 300), "Chromosome": rng.choice([1, 2], 300)})
    table = table.assign(Start=start, End=start + rng.integers(0, 90, 300), Segment_Mean=np.arange(300) / 8)
    table = table.drop_duplicates(["Sample", "Chromosome", "Start"])
    table.to_csv(tmp_path / "t.seg", sep="\t", index=False)
    genes = at(*[(f"G{i}", str(rng.integers(1, 3)), int(rng.integers(1, 1100))) for i in range(200)])
    frame = segments_at(read_rows(tmp_path / "t.seg"), genes)
    for sample in frame.index:
        for gene, chrom, pos in genes.itertuples(index=False):
            own = table[(table["Sample"] == sample) & (table["Chromosome"] == int(chrom))]
            covering = own[(own["Start"] <= pos) & (own["End"] >= pos)].sort_values("Start")
            expected = covering["Segment_Mean"].iloc[-1] if len(covering) else np.nan
            np.testing.assert_equal(frame.loc[sample, gene], np.float32(expected))


def test_first_column_serves_as_sample(tmp_path: Path):
    path = seg(tmp_path, ["HL60 1 1 9 5 0.5"], HEADER.replace("Sample", "CCLE_name"))
    assert segments_at(read_rows(path), at(("G", "1", 5))).to_dict() == {"G": {"HL60": 0.5}}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("S1 1 1 9 5 low", "column 'Segment_Mean': 'low' is not a number"),
        ("S1 1 x 9 5 0.5", "column 'Start': 'x' is not a number"),
        ("S1 1 9 1 5 0.5", "segment 2: Start 9, End 1"),
        ("S1 1 NA 9 5 0.5", "segment 2: Start nan"),
        ("S1 1 1 9 5 inf", "segment 2: .*Segment_Mean inf"),
        ("S1 1 1 9 5", "line 3 .* has 5 fields, the header 6"),
    ],
)
def test_bad_segments(tmp_path: Path, row: str, problem: str):
    with pytest.raises(InputError, match=problem):
        segments_at(read_rows(seg(tmp_path, ["S1 1 1 9 5 0.5", row])), at(("G", "1", 5)))


def test_missing_column(tmp_path: Path):
    path = seg(tmp_path, ["S1 1 1 9 5 0.5"], HEADER.replace("Segment_Mean", "SegmentMean"))
    with pytest.raises(InputError, match=r"no column 'Segment_Mean'.*SegmentMean"):
        segments_at(read_rows(path), at(("G", "1", 5)))


def test_real_segments_give_the_gene_table(real: Path):
    positions = pd.read_csv(real / "tumors/gene_positions_hg19.tsv", sep="\t", dtype={"chrom": str})
    rows = read_rows(real / "tumors/copy_number.seg.gz")
    patients = reduce_tcga(rows["sample"].drop_duplicates())
    rows = rows[rows["sample"].isin(patients.index)].assign(sample=rows["sample"].map(patients))
    positions = positions.rename(columns={"Gene": "gene"}).assign(chrom=normal_chromosome(positions["chrom"]))
    frame = segments_at(rows, positions)
    assert frame.shape == (6229, 2000)
    expected = read_numeric_table(real / "tumors/copy_number_genes.tsv.gz", "features_in_rows")
    found = frame.loc[expected.index, expected.columns].to_numpy()
    equal = np.isclose(found, expected, rtol=0, atol=1e-4, equal_nan=True)
    assert equal.mean() == 1.0  # all 7,000,000 cells, missing ones included
    assert np.isnan(found).mean() == pytest.approx(0.0341, abs=1e-4)
