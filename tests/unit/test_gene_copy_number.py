"""Copy number over gene bodies: by hand, against a loop, against the table by gene positions."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepdep.errors import InputError
from deepdep.io.barcodes import reduce_tcga
from deepdep.io.segments import read_rows
from deepdep.io.tables import read_numeric_table
from deepdep.prepare.gene_copy_number import gene_copy_number, scale_of, to_log2


def segment_table(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """Return segments as the reader gives them."""
    return pd.DataFrame(rows, columns=["sample", "chrom", "start", "end", "mean"])


def gene_table(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Return genes as the reader gives them."""
    return pd.DataFrame(rows, columns=["gene", "chrom", "start", "end"])


def test_mean_by_length_over_the_gene_body():
    segments = segment_table(
        ("s", "1", 1, 1000, 1.0),
        ("s", "1", 1001, 5000, -1.0),
        ("s", "23", 1, 10, 2.0),
        ("t", "1", 1, 400, 0.5),
    )
    genes = gene_table(
        ("across", "1", 901, 1300),  # 100 bases of 1, 300 of -1
        ("inside", "1", 2000, 3000),
        ("edge", "1", 4999, 6000),  # two bases covered
        ("x", "23", 5, 50),
        ("beyond", "1", 5001, 6000),
        ("nested", "1", 1, 6000),
    )
    frame = gene_copy_number(segments, genes, "hg19")
    np.testing.assert_allclose(frame.loc["s"], [-0.5, -1, -1, 2, np.nan, -0.6], rtol=1e-6)
    np.testing.assert_allclose(frame.loc["t"], [np.nan] * 5 + [0.5])


def test_overlapping_genes_against_a_loop():
    rng = np.random.default_rng(2)
    start = rng.integers(1, 90_000, 120)
    segments = pd.DataFrame(
        {
            "sample": rng.choice(["a", "b", "c"], 120),
            "chrom": rng.choice(["1", "2"], 120),
            "start": start,
            "end": start + rng.integers(0, 9_000, 120),
            "mean": rng.normal(size=120),
        }
    )
    begin = rng.integers(1, 90_000, 60)
    genes = pd.DataFrame(
        {
            "gene": [f"G{i}" for i in range(60)],
            "chrom": rng.choice(["1", "2", "M"], 60),
            "start": begin,
            "end": begin + rng.choice([50, 1_000, 70_000], 60),
        }
    )
    frame = gene_copy_number(segments, genes, "hg38")
    for gene in genes.itertuples():
        for sample in frame.index:
            own = segments[(segments["sample"] == sample) & (segments["chrom"] == gene.chrom)]
            shared = (own["end"].clip(upper=gene.end) - own["start"].clip(lower=gene.start) + 1).clip(lower=0)
            mean = (shared * own["mean"]).sum() / shared.sum() if shared.sum() else np.nan
            np.testing.assert_allclose(frame.loc[sample, gene.gene], mean, rtol=1e-5, atol=1e-6)


def test_builds_repeated_symbols_and_chromosomes():
    segments = segment_table(("s", "17", 1, 83_000_000, 0.1))
    genes = gene_table(("A", "17", 1, 10), ("B", "17", 5, 10))
    assert gene_copy_number(segments, genes, "hg38").shape == (1, 2)
    with pytest.raises(
        InputError, match=r"copy number segments: 1 lie beyond.*Remedy.*set the build to hg38"
    ):
        gene_copy_number(segments, genes, "hg19")
    with pytest.raises(InputError, match="gene positions: 1 lie beyond"):
        gene_copy_number(segments, gene_table(("A", "20", 1, 64_444_168)), "hg38")
    with pytest.raises(InputError, match="1 repeated symbols: A"):
        gene_copy_number(segments, genes.assign(gene="A"), "hg38")
    with pytest.raises(InputError, match="no segment on the chromosomes of the genes"):
        gene_copy_number(segments, genes.assign(chrom="M"), "hg38")


LOG2 = segment_table(("s", "1", 1, 9, -1.0), ("s", "1", 10, 19, 0.0), ("s", "1", 20, 29, 1.0))
LINEAR = LOG2.assign(mean=[0.5, 1.0, 2.0])
ABSOLUTE = LOG2.assign(mean=[1.0, 2.0, 4.0])


def test_linear_or_log2():
    assert [scale_of(table["mean"]) for table in (LOG2, LINEAR, ABSOLUTE)] == ["log2", "linear", "unclear"]
    for scale in ("log2", "detect"):
        pd.testing.assert_frame_equal(to_log2(LOG2, scale, "f"), LOG2)
    for scale in ("linear", "detect"):
        pd.testing.assert_frame_equal(to_log2(LINEAR, scale, "f"), LOG2)
    assert to_log2(ABSOLUTE, "linear", "f")["mean"].to_list() == [0, 1, 2]
    assert to_log2(ABSOLUTE, "log2", "f")["mean"].to_list() == [1, 2, 4]
    lost = to_log2(LINEAR.assign(mean=[0.0, 1.0, 1.0]), "linear", "f")["mean"]
    assert lost.iloc[0] == pytest.approx(np.log2(0.001))


@pytest.mark.parametrize(
    ("table", "scale", "problem"),
    [
        (
            LINEAR,
            "log2",
            "f.seg: segment means are linear, not log2 .*Set the scale of the segments to linear",
        ),
        (LOG2, "linear", "f.seg: segment means are log2, not linear"),
        (ABSOLUTE, "detect", "neither log2 .* median 2.*State the scale"),
        (LOG2, "log10", "unknown scale 'log10'"),
    ],
)
def test_scale_other_than_stated(table: pd.DataFrame, scale: str, problem: str):
    with pytest.raises(InputError, match=problem):
        to_log2(table, scale, "f.seg")


def test_real_segments_over_bodies_agree_with_positions(real: Path):
    segments = read_rows(real / "tumors/copy_number.seg.gz")
    patients = reduce_tcga(segments["sample"].drop_duplicates()).iloc[::8]
    own = segments[segments["sample"].isin(patients.index)]
    own = to_log2(own.assign(sample=own["sample"].map(patients)), "log2", "copy_number.seg.gz")
    positions = pd.read_csv(real / "tumors/gene_positions_hg19.tsv", sep="\t", dtype={"chrom": str})
    chrom = positions["chrom"].str.removeprefix("chr").replace({"X": "23", "Y": "24"})
    table = read_numeric_table(real / "tumors/copy_number_genes.tsv.gz", "features_in_rows")
    for half, least_r in ((0, 1 - 1e-9), (15_000, 0.999)):  # one base pair; the length of a usual gene
        places = {"start": (positions["pos"] - half).clip(lower=1), "end": positions["pos"] + half}
        bodies = gene_copy_number(
            own, pd.DataFrame({"gene": positions["Gene"], "chrom": chrom, **places}), "hg19"
        )
        shared = table.index.intersection(bodies.index)
        assert len(shared) > 300
        found, expected = bodies.loc[shared, table.columns].to_numpy(), table.loc[shared].to_numpy()
        both = np.isfinite(found) & np.isfinite(expected)
        assert both.mean() == pytest.approx(0.966, abs=1e-3)
        assert np.corrcoef(found[both], expected[both])[0, 1] > least_r
        assert (np.abs(found[both] - expected[both]) < 1e-4).mean() > 0.99
